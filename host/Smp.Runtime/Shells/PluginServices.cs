using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace Smp.Runtime.Shells;

/// <summary>What a plugin registers, and which of the modules that it names run beside it.</summary>
internal sealed class PluginServices(RunningPlugin plugin, IReadOnlyList<RunningPlugin> all) : ServiceCollection, IModuleServices
{
    public bool Runs(string module) => all.Any(other => other.Id == module
        && (plugin.Manifest.Requires.GetValueOrDefault(module) ?? plugin.Manifest.Optional.GetValueOrDefault(module))?.Satisfies(other.Manifest.Version) == true);
}
