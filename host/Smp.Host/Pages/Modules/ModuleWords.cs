using Microsoft.Extensions.Localization;
using NuGet.Versioning;
using Smp.Runtime.Plugins;
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
        PluginState.Discovered => T["New"],
        PluginState.Blocked => T["Waiting for another"],
        PluginState.Quarantined => T["Failed"],
        _ => T["Can't run here"],
    };

    public static Meaning MeaningOf(PluginState state) => state switch
    {
        PluginState.Enabled => Meaning.Good,
        PluginState.Disabled => Meaning.Neutral,
        PluginState.Discovered => Meaning.Notice,
        PluginState.Blocked => Meaning.Warning,
        _ => Meaning.Danger,
    };

    public static string Of(PluginChangeKind kind, IStringLocalizer<HostTexts> T) => kind switch
    {
        PluginChangeKind.Found => T["Seen for the first time"],
        PluginChangeKind.TurnedOn => T["Turned on"],
        PluginChangeKind.TurnedOff => T["Turned off"],
        PluginChangeKind.Upgraded => T["Upgraded"],
        PluginChangeKind.RolledBack => T["Rolled back"],
        PluginChangeKind.Failed => T["Failed"],
        PluginChangeKind.WentBack => T["Went back to the version before"],
        PluginChangeKind.Gone => T["Its files went"],
        PluginChangeKind.Purged => T["Its records were taken away"],
        _ => T["Followed another"],
    };

    /// <summary>What is being done, in one line.</summary>
    public static string Of(ModuleWork work, IStringLocalizer<HostTexts> T, Words words) => T["{0}: {1}", words.Text(work.Name), work.Step switch
    {
        ModuleStep.Looking => T["looking at its files"],
        ModuleStep.Building => T["starting the new set of modules beside the one that serves"],
        ModuleStep.BackingUp => T["making a backup"],
        ModuleStep.Migrating => T["changing its tables"],
        ModuleStep.Swapping => T["putting the new set in its place"],
        ModuleStep.TakingRecords => T["taking its records away"],
        _ => T["taking its files away"],
    }];

    public static string Of(PermissionChange change, IStringLocalizer<HostTexts> T) => change switch
    {
        PermissionChange.New => T["New"],
        PermissionChange.Widened => T["For more roles"],
        PermissionChange.Removed => T["Goes"],
        _ => T["Stays"],
    };

    /// <summary>Whether a version is higher than another; not, where either can't be read.</summary>
    public static bool IsHigher(string version, string than) => NuGetVersion.TryParse(version, out var one) && NuGetVersion.TryParse(than, out var other) && one > other;

    public static string IconOf(PluginState state) => state switch
    {
        PluginState.Disabled => "pause",
        PluginState.Blocked => "clock",
        _ => MeaningOf(state).ToIcon(),
    };
}
