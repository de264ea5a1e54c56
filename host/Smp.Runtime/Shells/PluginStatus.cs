namespace Smp.Runtime.Shells;

/// <summary>What a plugin is doing, and if it isn't running, why.</summary>
public enum PluginState
{
    /// <summary>It can't run on this host.</summary>
    Incompatible,

    /// <summary>The clinic doesn't use it.</summary>
    Disabled,

    /// <summary>It runs.</summary>
    Enabled,

    /// <summary>It is wanted, but failed, and was left out so that the clinic can go on.</summary>
    Quarantined,

    /// <summary>It is wanted, but something that it requires isn't running.</summary>
    Blocked,
}

/// <summary>A plugin as the clinic sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, as shown; the id when its manifest can't be read.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Publisher">Who made it.</param>
/// <param name="Version">The version that was chosen.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Reason">Why, in a sentence that says what to do; empty when it runs.</param>
public sealed record PluginStatus(
    string Id, string Name, string Description, string Publisher, string Version, PluginState State, string Reason)
{
    /// <summary>The guards of procedures that it declares, or declared when its manifest could last be read.</summary>
    public IReadOnlyList<string> Guards { get; init; } = [];
}
