using System.Reflection;
using Microsoft.AspNetCore.Builder;
using NuGet.Versioning;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Runtime.Loading;

/// <summary>
/// The assemblies that every plugin takes from the host, by simple name: both shared frameworks, the SDK, Dapper and the
/// database driver. Types can only be passed between host and plugin when both have them from one assembly.
/// </summary>
public sealed class SharedAssemblies
{
    private readonly Dictionary<string, string> paths = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Version> versions = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock gate = new();

    private SharedAssemblies(NuGetVersion sdkVersion) => SdkVersion = sdkVersion;

    /// <summary>The version of this host's SDK, as manifests name it.</summary>
    public NuGetVersion SdkVersion { get; }

    /// <summary>The simple names.</summary>
    public IReadOnlyCollection<string> Names => paths.Keys;

    /// <summary>What this process shares.</summary>
    /// <exception cref="InvalidOperationException">The host was published as a single file, so that its assemblies can't be read.</exception>
    public static SharedAssemblies OfHost()
    {
        var frameworks = new[] { typeof(object), typeof(WebApplication) }.Select(type => Path.GetDirectoryName(type.Assembly.Location)).ToHashSet();
        if (frameworks.Contains("") || frameworks.Contains(null))
            throw new InvalidOperationException("Plugins can't be checked in a host that is a single file. Publish it without PublishSingleFile.");

        // In a self-contained host the framework lies beside it, so all of the host's own assemblies are shared too.
        var trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var sdk = typeof(IPlugin).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        var shared = new SharedAssemblies(NuGetVersion.Parse(sdk));
        foreach (var path in trusted)
        {
            var name = Path.GetFileNameWithoutExtension(path);
            if (frameworks.Contains(Path.GetDirectoryName(path)) || IsHosts(name)) shared.paths[name] = path;
        }

        return shared;
    }

    /// <summary>Whether plugins take this assembly from the host.</summary>
    public bool Contains(string simpleName) => paths.ContainsKey(simpleName);

    /// <summary>The host's version of a shared assembly; null when it isn't shared.</summary>
    public Version? VersionOf(string simpleName)
    {
        if (!paths.TryGetValue(simpleName, out var path)) return null;
        lock (gate)
        {
            if (!versions.TryGetValue(simpleName, out var version))
                versions[simpleName] = version = AssemblyName.GetAssemblyName(path).Version ?? new Version(0, 0);
            return version;
        }
    }

    /// <summary>Whether an assembly is the SDK's.</summary>
    internal static bool IsSdk(string simpleName) =>
        simpleName == typeof(IPlugin).Assembly.GetName().Name || simpleName == typeof(IWebPlugin).Assembly.GetName().Name;

    /// <summary>Whether an assembly is the database driver's, which stands behind the store.</summary>
    internal static bool IsDatabaseDriver(string simpleName) =>
        simpleName.StartsWith("Microsoft.Data.Sqlite", StringComparison.OrdinalIgnoreCase)
        || simpleName.StartsWith("SQLitePCL", StringComparison.OrdinalIgnoreCase);

    private static bool IsHosts(string simpleName) => IsSdk(simpleName) || IsDatabaseDriver(simpleName) || simpleName == "Dapper";
}
