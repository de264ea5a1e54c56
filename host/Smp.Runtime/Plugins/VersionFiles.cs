using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;
using Smp.Runtime.Store;

namespace Smp.Runtime.Plugins;

/// <summary>What the files of a version say, read without running any of its code.</summary>
/// <param name="ManifestSha256">Of its <c>plugin.json</c>, in lower-case hexadecimal; null where it isn't a file.</param>
/// <param name="AssemblySha256">Of its assembly; null where that can't be read.</param>
/// <param name="Migrations">Its migrations, in order.</param>
/// <param name="Problem">Why they can't be read, as a sentence; null when they can.</param>
internal sealed record VersionFiles(string? ManifestSha256, string? AssemblySha256, IReadOnlyList<Migration> Migrations, string? Problem)
{
    /// <summary>Over the names and contents of all its files; empty where it isn't there.</summary>
    public string FilesSha256 { get; init; } = "";

    /// <summary>What there is to say of a version that isn't there.</summary>
    public static VersionFiles None { get; } = new(null, null, [], null);

    /// <summary>Reads them. Doesn't throw for what is in the files.</summary>
    public static VersionFiles Of(FoundVersion version)
    {
        if (version.Manifest is null || (version.Folder.Length == 0 && version.Entry is null)) return None;
        var assembly = version.Entry?.Assembly.Location ?? Path.Combine(version.Folder, version.Manifest.Assembly);
        try
        {
            var manifest = Path.Combine(version.Folder, "plugin.json");
            return new(version.Entry is null && File.Exists(manifest) ? HashOf(manifest) : null, HashOf(assembly), Migration.In(Embedded(assembly)), null)
            {
                FilesSha256 = Fingerprint(version, host: ""),
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or MigrationException or BadImageFormatException or ArgumentException or InvalidOperationException)
        {
            return new(null, null, [], $"Its files can't be read: {error.Message}");
        }
    }

    /// <summary>
    /// One value for everything that lies in a version's folder, and the host that would run it: where it is another one, what failed may not fail any more.
    /// </summary>
    public static string Fingerprint(FoundVersion version, string host)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(host));
        try
        {
            IEnumerable<string> files = version.Entry is { } entry ? [entry.Assembly.Location]
                : Directory.Exists(version.Folder) ? Directory.EnumerateFiles(version.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [];
            foreach (var file in files) hash.AppendData(Encoding.UTF8.GetBytes($"\n{Path.GetRelativePath(version.Folder, file)} {HashOf(file)}"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another one than when they can be read again.
            hash.AppendData(Encoding.UTF8.GetBytes(error.Message));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static List<(string, string)> Embedded(string assembly)
    {
        List<(string, string)> found = [];
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        if (file.PEHeaders.CorHeader is not { ResourcesDirectory: { Size: > 0 } resources }) return found;
        var all = file.GetSectionData(resources.RelativeVirtualAddress);
        foreach (var handle in metadata.ManifestResources)
        {
            var resource = metadata.GetManifestResource(handle);
            var name = metadata.GetString(resource.Name);
            if (!resource.Implementation.IsNil || !Migration.IsOne(name)) continue;
            var bytes = all.GetReader((int)resource.Offset, all.Length - (int)resource.Offset);
            using var text = new StreamReader(new MemoryStream(bytes.ReadBytes(bytes.ReadInt32())), Encoding.UTF8);
            found.Add((name, text.ReadToEnd()));
        }

        return found;
    }
}
