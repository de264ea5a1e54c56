using Microsoft.Extensions.Localization;
using Smp.Runtime.Shells;
using Smp.Sdk.Web;

namespace Smp.Host.Pages.Modules;

/// <summary>How a module stands, in words and looks.</summary>
internal static class ModuleWords
{
    public static string Of(PluginState state, IStringLocalizer<HostTexts> texts) => state switch
    {
        PluginState.Enabled => texts["Running"],
        PluginState.Disabled => texts["Off"],
        PluginState.Blocked => texts["Waiting for another"],
        PluginState.Quarantined => texts["Failed"],
        _ => texts["Can't run here"],
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
