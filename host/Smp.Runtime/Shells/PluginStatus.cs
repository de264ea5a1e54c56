namespace Smp.Runtime.Shells;

/// <summary>What a plugin is doing, and if it isn't running, why.</summary>
public enum PluginState
{
    /// <summary>It is there, and the clinic hasn't decided about it yet.</summary>
    Discovered,

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

    /// <summary>Whether the clinic wants it to run.</summary>
    public bool On { get; init; }

    /// <summary>The versions that are there or in memory, the highest first.</summary>
    public IReadOnlyList<PluginVersion> Versions { get; init; } = [];

    /// <summary>Whether somebody has to see to it.</summary>
    public bool IsTrouble => State is PluginState.Incompatible or PluginState.Quarantined or PluginState.Blocked;
}

/// <summary>A version of a plugin.</summary>
/// <param name="Version">As its folder is called.</param>
/// <param name="Chosen">Whether it is the one that runs, or would.</param>
/// <param name="Running">Whether it runs.</param>
/// <param name="Held">Whether it was superseded and stays in memory until the clinic is started again.</param>
/// <param name="Problem">What is known against it; empty when nothing is.</param>
public sealed record PluginVersion(string Version, bool Chosen, bool Running, bool Held, string Problem);
