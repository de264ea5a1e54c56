using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using NuGet.Versioning;
using Smp.Runtime.Files;
using Smp.Runtime.Loading;

namespace Smp.Runtime.Packages;

/// <summary>What a NuGet package says it is.</summary>
/// <param name="Id">Its id; NuGet takes no notice of case.</param>
/// <param name="Version">Its version.</param>
internal sealed record PackageIdentity(string Id, NuGetVersion Version)
{
    /// <summary>Why the plugin in the package isn't the one that the package says; null when it is.</summary>
    public string? Objection(PluginManifest manifest)
    {
        if (!Id.Equals(manifest.Id, StringComparison.OrdinalIgnoreCase)) return $"The package calls itself {Id}, and the plugin in it {manifest.Id}. Both must be the same.";
        return Version == manifest.Version ? null
            : $"The package is version {Version.ToFullString()}, and the plugin in it {manifest.Version.ToFullString()}. Both must be the same.";
    }
}

/// <summary>
/// Unpacks a package: the folder <c>plugin/</c> of a <c>.nupkg</c>, or where there is none its root, without the package's own parts. A plain ZIP file
/// with <c>plugin.json</c> at its root is a package too. Nothing that the file says of itself is believed.
/// </summary>
internal sealed class PackageArchive(string file, PackageLimits limits)
{
    private const string Folder = "plugin/";
    private const string Manifest = "plugin.json";
    private const int EndBytes = 22;
    private const int KindOfFile = 0xF000;
    private const int PlainFile = 0x8000;
    private const int PlainFolder = 0x4000;
    private const int MaxNuspec = 1_000_000;

    // Bytes for one entry: its name, three bytes a character at most, and what packers add to it.
    private const int MostOfDirectory = 1_000;
    private long unpacked;

    /// <summary>Unpacks the plugin's files into a folder that is there and empty, each synced to disk. What is unpacked when it fails stays there.</summary>
    /// <returns>What the package says it is; null for a plain ZIP file.</returns>
    /// <exception cref="PackageException">The package isn't right.</exception>
    /// <exception cref="IOException">The disk is in the way.</exception>
    public PackageIdentity? Unpack(string folder, CancellationToken token)
    {
        using var content = Disk.OpenRead(file);
        CheckEnd(content);
        try
        {
            using var archive = new ZipArchive(content, ZipArchiveMode.Read, leaveOpen: true, Encoding.UTF8);
            var specs = archive.Entries.Where(e => !e.FullName.Contains('/', StringComparison.Ordinal) && e.FullName.EndsWith(".nuspec", StringComparison.OrdinalIgnoreCase)).ToList();
            if (specs.Count > 1) throw new PackageException("The package has more than one .nuspec.");
            var named = Named(archive, isNuGet: specs.Count == 1);
            var identity = specs is [var spec] ? Read(spec) : null;
            var prefix = named.Any(n => n.Path == Folder + Manifest) ? Folder
                : named.Any(n => n.Path == Manifest) ? ""
                : throw new PackageException($"There is no plugin in the package: neither {Folder}{Manifest} nor {Manifest} is in it.");
            foreach (var (path, entry) in named.Where(n => n.Path.StartsWith(prefix, StringComparison.Ordinal) && !IsPackages(n.Path, identity is not null && prefix.Length == 0)))
            {
                token.ThrowIfCancellationRequested();
                var to = Path.Combine(folder, path[prefix.Length..]);
                Disk.MakeFolder(Path.GetDirectoryName(to)!);
                using var target = Disk.Create(to);
                Inflate(entry, path, target, limits.File);
                target.Flush(flushToDisk: true);
            }

            return identity;
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException or NotSupportedException or OverflowException)
        {
            throw new PackageException($"The package is damaged: {error.Message}");
        }
    }

    // Before anything is read by it: a directory of millions of entries would all be held in memory.
    private void CheckEnd(FileStream content)
    {
        Span<byte> end = stackalloc byte[EndBytes];
        if (content.Length > limits.Package) throw new PackageException($"The package has {content.Length} bytes; at most {limits.Package} are right.");
        if (content.Length < EndBytes) throw new PackageException("The file is no package: a .nupkg is a ZIP file, and this one is too short.");
        content.Position = content.Length - EndBytes;
        content.ReadExactly(end);
        content.Position = 0;
        if (!end.StartsWith("PK\u0005\u0006"u8) || end[20] != 0 || end[21] != 0)
            throw new PackageException("The file is no package: a .nupkg is a ZIP file and ends with its directory, without a comment after it.");
        // The larger form, which states its numbers elsewhere, is for what is larger than any package.
        if (IsZip64(end)) throw new PackageException("The package is a ZIP64 file. Pack it as a plain one; it is small enough.");
        var directory = content.Length - EndBytes - BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        if (directory < 0 || directory > limits.Entries * MostOfDirectory) throw new PackageException("The package's directory is larger than its files can need.");
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        if (entries > limits.Entries) throw new PackageException($"The package has {entries} entries; at most {limits.Entries} are right.");
    }

    private static bool IsZip64(ReadOnlySpan<byte> end)
    {
        foreach (var field in (ReadOnlySpan<int>)[4, 6, 8, 10])
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(end[field..]) == ushort.MaxValue) return true;
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(end[12..]) == uint.MaxValue || BinaryPrimitives.ReadUInt32LittleEndian(end[16..]) == uint.MaxValue;
    }

    // All names are looked at, also of what isn't unpacked: a package with such names was made by somebody with a purpose.
    private static List<(string Path, ZipArchiveEntry Entry)> Named(ZipArchive archive, bool isNuGet)
    {
        var paths = new PackagePaths();
        List<(string, ZipArchiveEntry)> files = [];
        foreach (var entry in archive.Entries)
        {
            // NuGet writes names as parts of addresses.
            var name = isNuGet ? Uri.UnescapeDataString(entry.FullName) : entry.FullName;
            var isFolder = name.EndsWith('/');
            if (paths.Add(isFolder ? name[..^1] : name, isFolder) is { } objection) throw new PackageException(objection);
            var kind = entry.ExternalAttributes >> 16 & KindOfFile;
            var windows = (FileAttributes)(entry.ExternalAttributes & 0xFFFF);
            if ((kind != 0 && kind != (isFolder ? PlainFolder : PlainFile)) || windows.HasFlag(FileAttributes.ReparsePoint) || windows.HasFlag(FileAttributes.Device))
                throw new PackageException($"\"{name}\" is a link or a device. A package has files and folders alone.");
            if (entry.IsEncrypted) throw new PackageException($"\"{name}\" is encrypted.");
            if (!isFolder) files.Add((name, entry));
        }

        return files;
    }

    private static bool IsPackages(string path, bool atRoot) => atRoot
        && (path is "[Content_Types].xml" or ".signature.p7s" || path.StartsWith("_rels/", StringComparison.Ordinal) || path.StartsWith("package/", StringComparison.Ordinal)
            || (!path.Contains('/', StringComparison.Ordinal) && path.EndsWith(".nuspec", StringComparison.OrdinalIgnoreCase)));

    private PackageIdentity Read(ZipArchiveEntry spec)
    {
        using var text = new MemoryStream();
        Inflate(spec, spec.FullName, text, MaxNuspec);
        text.Position = 0;
        try
        {
            using var xml = XmlReader.Create(text, new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            var metadata = XDocument.Load(xml).Root?.Elements().FirstOrDefault(e => e.Name.LocalName == "metadata");
            var id = Value(metadata, "id");
            return id is { Length: > 0 } && NuGetVersion.TryParse(Value(metadata, "version"), out var parsed)
                ? new(id, parsed)
                : throw new PackageException($"{spec.FullName} has no id or no version.");
        }
        catch (XmlException error)
        {
            throw new PackageException($"{spec.FullName} can't be read: {error.Message}");
        }
    }

    private static string? Value(XElement? metadata, string name) => metadata?.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim();

    private void Inflate(ZipArchiveEntry entry, string path, Stream to, long most)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(81_920);
        try
        {
            var check = new Crc32();
            var packed = new FileInfo(file).Length;
            long length = 0;
            using var from = entry.Open();
            for (int read; (read = from.Read(buffer)) > 0;)
            {
                length += read;
                unpacked += read;
                if (length > most) throw new PackageException($"\"{path}\" unpacks to more than {most} bytes.");
                if (unpacked > limits.Total) throw new PackageException($"The package unpacks to more than {limits.Total} bytes.");
                if (unpacked > limits.RatioFrom && unpacked / limits.Ratio > packed)
                    throw new PackageException($"The package unpacks to more than {limits.Ratio} times its own size, as no plugin does.");
                check.Append(buffer.AsSpan(0, read));
                to.Write(buffer.AsSpan(0, read));
            }

            if (check.GetCurrentHashAsUInt32() != entry.Crc32 || length != entry.Length) throw new PackageException($"\"{path}\" is damaged in the package. Fetch it again.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
