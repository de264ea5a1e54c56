using System.Reflection;

namespace Smp.Benchmarks;

/// <summary>Where the sources lie that this was built from.</summary>
internal static class Repository
{
    private static readonly string Root =
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Repository").Value!;

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);
}
