using System.Reflection;
using System.Runtime.Loader;

namespace Smp.Runtime.Loading;

/// <summary>
/// A plugin's own room for assemblies. Not collectible: the framework's caches would keep it anyway, and code in a
/// collectible one runs slower. It stays until the process ends.
/// </summary>
internal sealed class PluginLoadContext(PluginConfig config, PrivateAssemblies own) : AssemblyLoadContext(config.MainAssemblyPath)
{
    private readonly IReadOnlyDictionary<string, Assembly> contracts = Loading.Contracts.ByName(config.Contracts);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // Null leaves it to the host. A shared assembly must never come from the folder: its types would be others than the host's.
        if (config.SharedAssemblies.Contains(assemblyName.Name!)) return null;
        // So must what another plugin exports, and what this one does: one type for all who share it.
        if (contracts.TryGetValue(assemblyName.Name!, out var contract)) return contract;
        return own.Find(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        own.FindNative(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
