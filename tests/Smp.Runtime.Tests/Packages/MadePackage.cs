using System.IO.Compression;
using System.Text;

namespace Smp.Runtime.Tests.Packages;

/// <summary>Makes packages as a publisher would, and as somebody with a purpose would.</summary>
internal sealed class MadePackage
{
    public const int Link = 0xA1FF << 16;
    public const int Device = 0x21B6 << 16;
    private readonly List<(string Name, byte[] Content, int Attributes)> entries = [];

    public MadePackage With(string name, string content = "", int attributes = 0) => With(name, Encoding.UTF8.GetBytes(content), attributes);

    public MadePackage With(string name, byte[] content, int attributes = 0)
    {
        entries.Add((name, content, attributes));
        return this;
    }

    /// <summary>A .nuspec that calls the package so.</summary>
    public MadePackage Called(string id, string version) => With($"{id}.nuspec",
        $"""<?xml version="1.0"?><package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata><id>{id}</id><version>{version}</version></metadata></package>""");

    public byte[] Make()
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content, attributes) in entries)
            {
                var entry = archive.CreateEntry(name);
                entry.ExternalAttributes = attributes;
                using var to = entry.Open();
                to.Write(content);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Every file of a folder, below a folder of the package.</summary>
    public MadePackage WithFolder(string folder, string below = "")
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".runtimeconfig.json", StringComparison.Ordinal)))
            With(below + Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), File.ReadAllBytes(file));
        return this;
    }
}
