using System.Reflection;
using System.Runtime.Loader;
using Smp.Sdk;

namespace Smp.Runtime.Loading;

/// <summary>What came of making a plugin's object.</summary>
/// <param name="Plugin">The object; null when it couldn't be made.</param>
/// <param name="Reason">Why it couldn't, as a sentence; null when it could.</param>
public sealed record PluginInstance(IPlugin? Plugin, string? Reason);

/// <summary>
/// Loads a plugin's assembly with the versions of its dependencies that lie in its folder, beside other plugins with other versions of
/// the same. Shared assemblies come from the host.
/// </summary>
/// <remarks>
/// Names and meanings are those of McMaster.NETCore.Plugins, except that nothing is unloaded: what was loaded stays until the process
/// ends. Check an assembly before loading it; a damaged one can end the process.
/// </remarks>
public sealed class PluginLoader
{
    /// <summary>How long a plugin's constructor may take.</summary>
    public static readonly TimeSpan ConstructorLimit = TimeSpan.FromSeconds(5);

    private readonly PluginConfig config;
    private readonly PluginLoadContext context;

    /// <summary>Prepares the loading; nothing is loaded yet.</summary>
    /// <exception cref="InvalidOperationException">The <c>deps.json</c> is damaged.</exception>
    /// <exception cref="IOException">The <c>deps.json</c> can't be read.</exception>
    public PluginLoader(PluginConfig config)
    {
        this.config = config;
        context = new(config, new PrivateAssemblies(config.MainAssemblyPath));
    }

    /// <summary>What was loaded from the plugin's folder so far.</summary>
    public IEnumerable<Assembly> LoadedAssemblies => context.Assemblies;

    /// <summary>Loads the plugin's assembly, the same each time.</summary>
    /// <exception cref="BadImageFormatException">It isn't an assembly that this process can run.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public Assembly LoadDefaultAssembly() => context.LoadFromAssemblyPath(config.MainAssemblyPath);

    /// <summary>Loads an assembly as the plugin would: from the host when it is shared, else from the plugin's folder.</summary>
    /// <exception cref="FileNotFoundException">Neither has it.</exception>
    public Assembly LoadAssembly(AssemblyName assemblyName) => context.LoadFromAssemblyName(assemblyName);

    /// <summary>Makes <c>Type.GetType</c> and the like look in this plugin until the scope is disposed.</summary>
    public AssemblyLoadContext.ContextualReflectionScope EnterContextualReflection() => context.EnterContextualReflection();

    /// <summary>
    /// Makes a new object of the plugin's class, on a thread of its own: neither a constructor that throws nor one that never returns
    /// stops the caller. A constructor that never returns keeps its thread.
    /// </summary>
    /// <param name="entryType">The full name of the class.</param>
    /// <param name="limit">How long it may take; <see cref="ConstructorLimit"/> when left out.</param>
    public PluginInstance Instantiate(string entryType, TimeSpan? limit = null)
    {
        var within = limit ?? ConstructorLimit;
        var file = Path.GetFileName(config.MainAssemblyPath);
        var made = OwnThread.Run($"Constructor of {entryType}", within, () =>
            Activator.CreateInstance(LoadDefaultAssembly().GetType(entryType, throwOnError: true)!));
        return made switch
        {
            { TimedOut: true } => new(null, $"The constructor of {entryType} in {file} didn't return within {within.TotalSeconds:0.#} seconds."),
            { Error: TargetInvocationException { InnerException: { } thrown } } =>
                new(null, $"The constructor of {entryType} in {file} failed: {thrown.GetType().FullName}: {thrown.Message}"),
            { Error: { } error } => new(null, $"{entryType} in {file} can't be made: {error.GetType().FullName}: {error.Message}"),
            { Value: IPlugin plugin } => new(plugin, null),
            _ => new(null, $"{entryType} in {file} doesn't implement {typeof(IPlugin).FullName} of this host's SDK."),
        };
    }
}
