using System.Reflection;
using Microsoft.AspNetCore.Components;
using Smp.Runtime.Core.Settings;
using Smp.Runtime.Loading;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Shells;

/// <summary>A plugin that runs in a shell.</summary>
/// <param name="Manifest">What it says about itself.</param>
/// <param name="Folder">Where it lies.</param>
/// <param name="Assembly">Its assembly.</param>
/// <param name="Plugin">The object made for this shell.</param>
/// <param name="Rights">What its statements reach.</param>
public sealed record RunningPlugin(PluginManifest Manifest, string Folder, Assembly Assembly, IPlugin Plugin, Rights Rights)
{
    /// <summary>Its id.</summary>
    public string Id => Manifest.Id;

    /// <summary>The assembly of interfaces and events that it shares with others; null when there is none.</summary>
    public Assembly? Export { get; init; }

    /// <summary>The exports that it shares: its own, and those of the modules it requires, or that are optional to it and run.</summary>
    public IReadOnlyCollection<Assembly> Contracts { get; init; } = [];
}

/// <summary>What one shell contains, for pages and services in it.</summary>
public sealed class ShellContents(IReadOnlyList<RunningPlugin> plugins)
{
    private readonly Lazy<IReadOnlyList<Assembly>> withPages = new(() => [.. plugins.Select(p => p.Assembly).Distinct().Where(HasPages)]);
    private readonly Dictionary<string, string> names = plugins.ToDictionary(p => p.Id, p => p.Manifest.Name);

    /// <summary>The plugins that run.</summary>
    public IReadOnlyList<RunningPlugin> Plugins => plugins;

    /// <summary>The plugins' assemblies that have pages. Only these are handed to the framework, which can't take two of one name.</summary>
    public IReadOnlyList<Assembly> AssembliesWithPages => withPages.Value;

    /// <summary>The settings of a plugin that runs, or of the core; empty for any other.</summary>
    public IReadOnlyList<SettingDefinition> SettingsOf(string plugin) => plugin == "core"
        ? SettingsBook.Core
        : plugins.FirstOrDefault(p => p.Id == plugin)?.Manifest.Settings ?? [];

    /// <summary>A plugin's name as shown; its id when it isn't running.</summary>
    public string NameOf(string plugin) => names.GetValueOrDefault(plugin, plugin);

    /// <summary>Whether a plugin runs; the core always does.</summary>
    public bool Runs(string plugin) => plugin == Rights.Core.PluginId || names.ContainsKey(plugin);

    internal static bool HasPages(Assembly assembly) => assembly.GetExportedTypes().Any(t => t.IsDefined(typeof(RouteAttribute), inherit: false));

    /// <summary>The plugin a type belongs to, or null for the host's own.</summary>
    public RunningPlugin? OwnerOf(Type type) => plugins.FirstOrDefault(p => p.Assembly.Owns(type.Assembly));
}
