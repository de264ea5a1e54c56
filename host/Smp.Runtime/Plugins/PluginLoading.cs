using System.Reflection;
using Smp.Runtime.Loading;
using Smp.Runtime.Shells;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Plugins;

/// <summary>Loads versions of plugins and makes their objects. What was loaded stays until the process ends.</summary>
internal sealed class PluginLoading(PluginFinder finder, SharedAssemblies shared)
{
    private PluginContexts? contexts;

    /// <summary>The paths of the assemblies that were loaded since the start.</summary>
    public IReadOnlyList<string> Held => contexts?.Held ?? [];

    /// <summary>A plugin ready to run in a new shell, or why it isn't, as a sentence.</summary>
    /// <param name="member">Which.</param>
    /// <param name="before">Those that were loaded before it, among them what it requires.</param>
    public (RunningPlugin? Plugin, string Reason) Load(Member member, IReadOnlyDictionary<string, RunningPlugin> before)
    {
        var (version, manifest) = (member.Found, member.Found.Manifest!);
        var rights = new Rights(version.Id, member.Reads);
        try
        {
            List<Assembly> contracts = [.. manifest.Requires.Concat(manifest.Optional)
                .Select(c => before.GetValueOrDefault(c.Key) is { } other && c.Value.Satisfies(other.Manifest.Version) ? other.Export : null).OfType<Assembly>()];
            if (version.Entry is { } type) return (InProcess(type, manifest, version, rights, contracts), "");
            contexts ??= new PluginContexts(shared);
            var export = manifest.Exports is { } its ? contexts.Exports.Get(Path.GetFullPath(its.Assembly, Path.GetFullPath(version.Folder)), contracts) : null;
            if (export is not null) contracts.Add(export);
            var loader = contexts.Get(version.Folder, manifest.Assembly, contracts);
            var instance = loader.Instantiate(finder.ReportOn(version).EntryType!);
            return instance.Plugin is { } plugin
                ? (new(manifest, version.Folder, loader.LoadDefaultAssembly(), plugin, rights) { Export = export, Contracts = contracts }, "")
                : (null, instance.Reason!);
        }
        catch (Exception error)
        {
            // Whatever a plugin's files or constructor throw is a reason to leave it out, never one to stop the clinic.
            return (null, $"It can't be loaded: {error.Message}");
        }
    }

    // What it exports is in the process already too, and is the same for all.
    private static RunningPlugin InProcess(Type type, PluginManifest manifest, FoundVersion version, Rights rights, List<Assembly> contracts)
    {
        var export = manifest.Exports is { } its ? Assembly.Load(its.Name) : null;
        return new(manifest, version.Folder, type.Assembly, (IPlugin)Activator.CreateInstance(type)!, rights)
        {
            Export = export, Contracts = [.. contracts.Append(export).OfType<Assembly>()],
        };
    }
}
