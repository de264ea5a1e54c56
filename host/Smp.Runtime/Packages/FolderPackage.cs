using System.IO.Compression;

namespace Smp.Runtime.Packages;

/// <summary>Makes a package of a folder, so that a folder is installed as every package is.</summary>
public static class FolderPackage
{
    /// <summary>Writes a ZIP file with the folder's files at its root.</summary>
    /// <exception cref="PackageException">There is a link in the folder, or what is no file.</exception>
    /// <exception cref="IOException">The folder can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be read.</exception>
    public static void Write(string folder, Stream to)
    {
        var full = Path.GetFullPath(folder);
        var files = FileHashes.List(full);
        if (files.Count > PackageLimits.Default.Entries) throw new PackageException($"There are {files.Count} files in {full}; at most {PackageLimits.Default.Entries} are right.");
        using var archive = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var file in files)
        {
            using var entry = archive.CreateEntry(FileHashes.PathOf(full, file), CompressionLevel.Fastest).Open();
            using var content = file.OpenRead();
            content.CopyTo(entry);
        }
    }
}
