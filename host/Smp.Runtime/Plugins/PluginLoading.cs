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
    public (RunningPlugin? Plugin, string Reason) Load(Member member)
    {
        var (version, manifest) = (member.Found, member.Found.Manifest!);
        var rights = new Rights(version.Id, member.Reads);
        try
        {
            if (version.Entry is { } type)
                return (new(manifest, version.Folder, type.Assembly, (IPlugin)Activator.CreateInstance(type)!, rights), "");
            contexts ??= new PluginContexts(shared);
            var loader = contexts.Get(version.Folder, manifest.Assembly);
            var instance = loader.Instantiate(finder.ReportOn(version).EntryType!);
            return instance.Plugin is { } plugin
                ? (new(manifest, version.Folder, loader.LoadDefaultAssembly(), plugin, rights), "")
                : (null, instance.Reason!);
        }
        catch (Exception error)
        {
            // Whatever a plugin's files or constructor throw is a reason to leave it out, never one to stop the clinic.
            return (null, $"It can't be loaded: {error.Message}");
        }
    }
}
