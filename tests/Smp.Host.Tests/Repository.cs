using System.Reflection;

namespace Smp.Host.Tests;

/// <summary>Where the sources and what was built from them lie.</summary>
internal static class Repository
{
    public static string Root { get; } = Metadata("Repository");

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The build output of a project's folder.</summary>
    public static string OutputOf(string project) => Path.Combine(Root, project, Metadata("BuildOutput"));

    private static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
