using Microsoft.Extensions.Localization;
using Smp.Runtime.Shells;
using Smp.Sdk.Web;

namespace Smp.Host.Pages.Modules;

/// <summary>How a module stands, in words and looks.</summary>
internal static class ModuleWords
{
    public static string Of(PluginState state, IStringLocalizer<HostTexts> T) => state switch
    {
        PluginState.Enabled => T["Running"],
        PluginState.Disabled => T["Off"],
        PluginState.Blocked => T["Waiting for another"],
        PluginState.Quarantined => T["Failed"],
        _ => T["Can't run here"],
    };

    public static Meaning MeaningOf(PluginState state) => state switch
    {
        PluginState.Enabled => Meaning.Good,
        PluginState.Disabled => Meaning.Neutral,
        PluginState.Blocked => Meaning.Warning,
        _ => Meaning.Danger,
    };

    public static string IconOf(PluginState state) => state switch
    {
        PluginState.Disabled => "pause",
        PluginState.Blocked => "clock",
        _ => MeaningOf(state).ToIcon(),
    };
}
