using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Smp.Runtime.Shells;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Plugins;

/// <summary>What can be done with a module.</summary>
public enum PluginAction
{
    /// <summary>Turn it on, or try it again.</summary>
    Enable,

    /// <summary>Turn it off.</summary>
    Disable,

    /// <summary>Choose a higher version that lies beside it.</summary>
    Upgrade,

    /// <summary>Choose a lower version that lies beside it.</summary>
    Rollback,

    /// <summary>Take its files away.</summary>
    Remove,
}

/// <summary>What somebody wants done.</summary>
/// <param name="Plugin">With which module.</param>
/// <param name="Action">What.</param>
/// <param name="Version">In which version it shall run, for an upgrade or a rollback; null for the next in order.</param>
/// <param name="AlsoDisable">Whether those that can't run without it are turned off with it.</param>
/// <param name="Accept">The <see cref="PluginPlan.Fingerprint"/> of the plan that was agreed to; null where none was shown.</param>
/// <param name="Reason">Why, for the history; null for nothing. At most 500 characters.</param>
/// <param name="Purge">Whether what is removed takes its records along.</param>
public sealed record PluginOrder(
    string Plugin, PluginAction Action, string? Version = null, bool AlsoDisable = false, string? Accept = null, string? Reason = null, bool Purge = false);

/// <summary>How a module's state will change.</summary>
/// <param name="Plugin">Which.</param>
/// <param name="Name">Its name as shown.</param>
/// <param name="From">How it stands now.</param>
/// <param name="To">How it will stand.</param>
/// <param name="Why">Why it won't run; empty when it will.</param>
public sealed record PlannedState(string Plugin, string Name, PluginState From, PluginState To, string Why);

/// <summary>A migration that will run.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Breaking">Whether the version before can't run any more after it.</param>
public sealed record PlannedMigration(string Name, bool Breaking);

/// <summary>Data of others that the module reads.</summary>
/// <param name="Data">As its manifest names it.</param>
/// <param name="New">Whether the clinic hasn't allowed it yet.</param>
public sealed record PlannedRead(string Data, bool New);

/// <summary>An address that anybody reaches without signing in.</summary>
/// <param name="Address">With all that lies under it.</param>
/// <param name="New">Whether it isn't open now.</param>
public sealed record PlannedOpening(string Address, bool New);

/// <summary>How a permission changes.</summary>
public enum PermissionChange
{
    /// <summary>It stays as it is.</summary>
    Kept,

    /// <summary>It comes.</summary>
    New,

    /// <summary>More roles have it, unless the clinic decided otherwise.</summary>
    Widened,

    /// <summary>It goes.</summary>
    Removed,
}

/// <summary>A permission that the module declares.</summary>
/// <param name="Name">With the module's id.</param>
/// <param name="Title">What it allows.</param>
/// <param name="Roles">Who has it until the clinic decides otherwise.</param>
/// <param name="Change">How it changes.</param>
public sealed record PlannedPermission(string Name, string Title, IReadOnlyList<Role> Roles, PermissionChange Change);

/// <summary>Everything that would follow from something done with a module, said beforehand. None of the module's code has run for it.</summary>
public sealed record PluginPlan
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Which module.</summary>
    public required string Plugin { get; init; }

    /// <summary>Its name as shown.</summary>
    public required string Name { get; init; }

    /// <summary>What would be done.</summary>
    public required PluginAction Action { get; init; }

    /// <summary>The version now; empty where that can't be said.</summary>
    public required string FromVersion { get; init; }

    /// <summary>The version then; empty when there will be none.</summary>
    public required string ToVersion { get; init; }

    /// <summary>The modules whose state or version changes, this one first.</summary>
    public required IReadOnlyList<PlannedState> States { get; init; }

    /// <summary>The ids of those that run, can't without this one, and would be turned off with it.</summary>
    public required IReadOnlyList<string> AlsoDisabled { get; init; }

    /// <summary>The migrations that will run; a backup is made before the first.</summary>
    public required IReadOnlyList<PlannedMigration> Migrations { get; init; }

    /// <summary>The tables that are its own then.</summary>
    public required IReadOnlyList<string> Tables { get; init; }

    /// <summary>The tables that go with all that is in them, after a backup; empty unless the module is purged.</summary>
    public IReadOnlyList<TableRows> Purged { get; init; } = [];

    /// <summary>The data of others that it reads.</summary>
    public required IReadOnlyList<PlannedRead> Reads { get; init; }

    /// <summary>The permissions that it declares, and those that go.</summary>
    public required IReadOnlyList<PlannedPermission> Permissions { get; init; }

    /// <summary>The addresses of it that anybody reaches without signing in.</summary>
    public IReadOnlyList<PlannedOpening> Open { get; init; } = [];

    /// <summary>SHA-256 of the manifest of the version then; null where that can't be said.</summary>
    public required string? ManifestSha256 { get; init; }

    /// <summary>SHA-256 of its assembly.</summary>
    public required string? AssemblySha256 { get; init; }

    /// <summary>SHA-256 over the names and contents of all files of that version; empty when there will be none.</summary>
    public required string FilesSha256 { get; init; }

    /// <summary>Why it can't be done, a sentence each; empty when it can.</summary>
    public required IReadOnlyList<string> Impossible { get; init; }

    /// <summary>
    /// Whether it asks for more than the clinic allowed the version before, so that somebody has to agree to this very plan. One that is off is asked
    /// about when it is turned on.
    /// </summary>
    public required bool NeedsConsent { get; init; }

    /// <summary>SHA-256 of all of this: who agrees to it agrees to nothing else.</summary>
    [JsonIgnore]
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, Json)));
}
