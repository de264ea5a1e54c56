using NuGet.Versioning;
using Smp.Sdk;

namespace Smp.Runtime.Loading;

/// <summary>What a plugin says about itself in its <c>plugin.json</c>; every value was checked when it was read.</summary>
public sealed record PluginManifest
{
    /// <summary>Lower-case words joined by dots: <c>acme.aftercare</c>. At most 64 characters, none of the host's own routes.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, as shown. At most 60 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Its version: three numbers, with or without a label (Semantic Versioning 2.0.0).</summary>
    public required NuGetVersion Version { get; init; }

    /// <summary>What it is for, in a sentence. At most 500 characters.</summary>
    public required string Description { get; init; }

    /// <summary>Who made it. At most 100 characters.</summary>
    public required string Publisher { get; init; }

    /// <summary>The file name of its assembly, which lies beside the manifest.</summary>
    public required string Assembly { get; init; }

    /// <summary>The versions of the SDK that it runs on.</summary>
    public required VersionRange Sdk { get; init; }

    /// <summary>The modules it can't run without, by id.</summary>
    public IReadOnlyDictionary<string, VersionRange> Requires { get; init; } = new Dictionary<string, VersionRange>();

    /// <summary>The modules it makes use of where they run, by id.</summary>
    public IReadOnlyDictionary<string, VersionRange> Optional { get; init; } = new Dictionary<string, VersionRange>();

    /// <summary>The tables that it reads beside its own.</summary>
    public IReadOnlyList<TableRead> Reads { get; init; } = [];

    /// <summary>The tables of its own that others may read.</summary>
    public IReadOnlyList<PublishedTable> Publishes { get; init; } = [];

    /// <summary>The assembly of interfaces and events that it shares with others; null when there is none.</summary>
    public ExportDefinition? Exports { get; init; }

    /// <summary>The permissions that it declares.</summary>
    public IReadOnlyList<PermissionDefinition> Permissions { get; init; } = [];

    /// <summary>Its entries in the navigation.</summary>
    public IReadOnlyList<NavDefinition> Nav { get; init; } = [];

    /// <summary>
    /// The guards of procedures that it has, by name: the class's without "Guard", in lower-case words joined by hyphens. They are owed while the
    /// clinic has the module on, whether it runs or not.
    /// </summary>
    public IReadOnlyList<string> Guards { get; init; } = [];

    /// <summary>The addresses that anybody reaches without signing in, with all that lies under them. Nothing else of it is open.</summary>
    public IReadOnlyList<string> Open { get; init; } = [];

    /// <summary>Its settings, in the order in which they are shown.</summary>
    public IReadOnlyList<SettingDefinition> Settings { get; init; } = [];
}

/// <summary>A table that a plugin reads: <c>patients</c>, or another module's <c>sessions.sessions@1</c>.</summary>
/// <param name="Plugin">The id of the module that publishes the table; null for a contract table.</param>
/// <param name="Table">The table's name within the module, or the contract table's.</param>
/// <param name="Version">The version of the published table; null for a contract table.</param>
public sealed record TableRead(string? Plugin, string Table, int? Version)
{
    /// <summary>As in the manifest.</summary>
    public override string ToString() => Plugin is null ? Table : $"{Plugin}.{Table}@{Version}";
}

/// <summary>A table that a plugin publishes for others to read: <c>calls@1</c>.</summary>
/// <param name="Table">The table's name within the plugin.</param>
/// <param name="Version">1 or higher; a change that breaks readers gets a new one.</param>
public sealed record PublishedTable(string Table, int Version)
{
    /// <summary>As in the manifest.</summary>
    public override string ToString() => $"{Table}@{Version}";
}

/// <summary>A permission that a plugin declares. The clinic decides which roles have it.</summary>
/// <param name="Name">The whole name, with the plugin's id: <c>acme.aftercare.call</c>.</param>
/// <param name="Title">What it allows, as shown: "Record aftercare calls".</param>
/// <param name="Roles">The roles that have it until the clinic decides otherwise.</param>
public sealed record PermissionDefinition(string Name, string Title, IReadOnlyList<Role> Roles);

/// <summary>An entry in the navigation.</summary>
/// <param name="Text">In English; translated where it is shown.</param>
/// <param name="Href">A path under <c>/&lt;id&gt;</c>.</param>
/// <param name="Icon">The name of an icon of the SDK.</param>
/// <param name="Permission">Who sees it: the whole name of a permission of the same plugin.</param>
public sealed record NavDefinition(string Text, string Href, string Icon, string Permission);
