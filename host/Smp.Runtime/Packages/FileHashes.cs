using System.Security.Cryptography;
using Smp.Runtime.Files;

namespace Smp.Runtime.Packages;

/// <summary>A file of a plugin.</summary>
/// <param name="Path">Below the version's folder, its parts separated by slashes.</param>
/// <param name="Sha256">Of its content, in lower-case hexadecimal.</param>
/// <param name="Bytes">Its length.</param>
public sealed record HashedFile(string Path, string Sha256, long Bytes);

/// <summary>What lies in a version's folder.</summary>
internal static class FileHashes
{
    /// <summary>Every file in a folder and below it, by path, with its hash.</summary>
    /// <exception cref="PackageException">There is a link in it, or what is no file.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It can't be read.</exception>
    public static IReadOnlyList<HashedFile> Of(string folder) => [.. List(folder).Select(file =>
    {
        using var content = Disk.OpenRead(file.FullName);
        return new HashedFile(PathOf(folder, file), Convert.ToHexStringLower(SHA256.HashData(content)), content.Length);
    })];

    /// <summary>What can be seen of a folder without reading its files: changes whenever a file is written, added or taken away in the ordinary way.</summary>
    /// <exception cref="PackageException">There is a link in it, or what is no file.</exception>
    public static string Look(string folder) =>
        string.Join('\n', List(folder).Select(file => $"{PathOf(folder, file)} {file.Length} {file.LastWriteTimeUtc.Ticks}"));

    /// <summary>The files in a folder and below it, in the order of their paths.</summary>
    /// <exception cref="PackageException">There is a link in it, or what is no file.</exception>
    public static IReadOnlyList<FileInfo> List(string folder)
    {
        List<FileInfo> files = [];
        Add(new DirectoryInfo(folder));
        return [.. files.OrderBy(file => PathOf(folder, file), StringComparer.Ordinal)];

        void Add(DirectoryInfo of)
        {
            foreach (var each in of.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None, ReturnSpecialDirectories = false }))
            {
                // What went since it was listed has every attribute there is.
                if ((int)each.Attributes == -1) throw new FileNotFoundException($"{each.FullName} isn't there any more.", each.FullName);
                if (each.LinkTarget is not null || each.Attributes.HasFlag(FileAttributes.ReparsePoint) || each.Attributes.HasFlag(FileAttributes.Device))
                    throw new PackageException($"\"{PathOf(folder, each)}\" is a link or a device. A plugin has files and folders alone.");
                if (each is DirectoryInfo below) Add(below);
                else files.Add((FileInfo)each);
            }
        }
    }

    public static string PathOf(string folder, FileSystemInfo file) =>
        Path.GetRelativePath(folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
}
