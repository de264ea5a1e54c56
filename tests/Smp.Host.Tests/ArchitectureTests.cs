using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Smp.Host.Tests;

/// <summary>Who may refer to whom: arrows point one way, and a module knows the SDK alone.</summary>
public sealed class ArchitectureTests
{
    // From, to what of ours: read off the compiled assemblies, so that nothing slips in by way of a package or a project.
    private static readonly TestCaseData[] Arrows =
    [
        new("sdk/Smp.Sdk", "Smp.Sdk", Array.Empty<string>()),
        new("sdk/Smp.Sdk.Web", "Smp.Sdk.Web", new[] { "Smp.Sdk" }),
        new("host/Smp.Runtime", "Smp.Runtime", new[] { "Smp.Sdk", "Smp.Sdk.Web" }),
        new("host/Smp.Host", "smp", new[] { "Smp.Runtime", "Smp.Sdk", "Smp.Sdk.Web" }),
        new("plugins/Needles", "Smp.Needles", new[] { "Smp.Sdk", "Smp.Sdk.Web" }),
        new("plugins/Consents", "Smp.Consents", new[] { "Smp.Sdk", "Smp.Sdk.Web" }),
        new("plugins/Sessions", "Smp.Sessions", new[] { "Smp.Sdk", "Smp.Sdk.Web" }),
    ];

    [TestCaseSource(nameof(Arrows))]
    public void Arrows_point_one_way(string project, string assembly, string[] allowed)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(Repository.OutputOf(project), assembly + ".dll")));
        var reader = file.GetMetadataReader();

        var ours = reader.AssemblyReferences.Select(r => reader.GetString(reader.GetAssemblyReference(r).Name))
            .Where(n => n == "smp" || n.StartsWith("Smp.", StringComparison.Ordinal));

        Assert.That(ours, Is.SubsetOf(allowed));
    }

    [Test]
    public void Every_module_is_held_to_the_arrows()
    {
        var modules = Directory.EnumerateFiles(Repository.PathOf("plugins"), "*.csproj", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(p)!).Replace('\\', '/'));

        Assert.That(modules, Is.SubsetOf(Arrows.Select(a => a.Arguments[0])));
    }

    [Test]
    public void The_SDK_that_isnt_for_the_web_knows_no_web()
    {
        var project = XDocument.Load(Repository.PathOf("sdk", "Smp.Sdk", "Smp.Sdk.csproj"));

        Assert.That(project.Descendants("FrameworkReference"), Is.Empty);
    }

    [Test]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Repository.PathOf("Smp.Sdk.sln")).Replace('\\', '/');
        var projects = new[] { "sdk", "host", "plugins", "tests" }
            .SelectMany(f => Directory.EnumerateFiles(Repository.PathOf(f), "*.csproj", SearchOption.AllDirectories))
            .Select(p => Path.GetRelativePath(Repository.Root, p).Replace('\\', '/'))
            // What a benchmark builds, once for each of twenty modules, and nobody builds by itself.
            .Where(p => p != "tests/Smp.Benchmarks/peers/Small/Small.csproj");

        Assert.That(projects.Where(p => !solution.Contains($"\"{p}\"", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Nothing_refers_to_what_isnt_in_the_repository()
    {
        var elsewhere = new[] { "..", "shared" };
        var files = Directory.EnumerateFiles(Repository.Root, "*.*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".cs" or ".razor" or ".md" or ".csproj" or ".css" or ".js" or ".sh")
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(p => p is "bin" or "obj" or ".git"));

        Assert.That(files.Where(f => File.ReadAllText(f).Contains(string.Join('/', elsewhere) + "/", StringComparison.Ordinal)), Is.Empty);
    }
}
