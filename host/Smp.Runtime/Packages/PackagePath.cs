using System.Text;

namespace Smp.Runtime.Packages;

/// <summary>
/// Which names of files a package may have: those that mean the same file on every system, below the folder that it is unpacked into. Data folders
/// move between systems, by backups and by hand.
/// </summary>
internal static class PackagePath
{
    /// <summary>The longest path, in characters: with the data folder before it, it stays below Windows' 260.</summary>
    public const int MostCharacters = 150;

    private const string Forbidden = "<>:\"|?*";

    // The last of each row are superscripts, which Windows takes for the digits.
    private static readonly HashSet<string> Devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM\u00B9", "COM\u00B2", "COM\u00B3",
        "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT\u00B9", "LPT\u00B2", "LPT\u00B3",
    };

    /// <summary>What speaks against a path, as a sentence; null when nothing does.</summary>
    /// <param name="path">As the package has it, its parts separated by slashes.</param>
    public static string? Objection(string path)
    {
        if (path.Length == 0) return "A file in it has no name.";
        var said = Said(path);
        if (path.Contains('\\', StringComparison.Ordinal)) return $"{said} has a backslash in its name. Parts of a path are separated by slashes.";
        if (path[0] == '/' || (path.Length > 1 && path[1] == ':')) return $"{said} is an absolute path. A package's files lie below its own folder.";
        if (path.Length > MostCharacters) return $"{said} has {path.Length} characters; at most {MostCharacters} are right.";
        if (path.Any(c => char.IsControl(c) || Forbidden.Contains(c, StringComparison.Ordinal))) return $"{said} has a character in its name that not every system knows: none of {Forbidden} and no control characters.";
        if (!IsPlain(path)) return $"{said} has characters in its name that can be written in two ways. Use letters, digits, dots and hyphens.";
        foreach (var part in path.Split('/'))
        {
            if (part is "." or "..") return $"{said} leads out of the package's own folder.";
            if (part.Length == 0) return $"{said} has an empty part in its path.";
            if (part[^1] is '.' or ' ' || part[0] == ' ') return $"{said} has a part that begins or ends with a space, or ends with a dot, which Windows drops.";
            if (Devices.Contains(part.Split('.')[0].TrimEnd())) return $"{said} has a name that Windows keeps for a device.";
        }

        return null;
    }

    private static bool IsPlain(string path)
    {
        try
        {
            return path.IsNormalized(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            // Half of a pair of characters.
            return false;
        }
    }

    // What it holds goes to logs and terminals.
    private static string Said(string path)
    {
        var shown = string.Concat(path.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
        return $"\"{(shown.Length <= 80 ? shown : shown[..80] + "…")}\"";
    }
}

/// <summary>The paths of one package as they are named: none twice, none that differs by case alone, and no file where a folder is.</summary>
internal sealed class PackagePaths
{
    private readonly Dictionary<string, (string Path, bool IsFolder)> seen = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What speaks against one more path, as a sentence; null when nothing does.</summary>
    public string? Add(string path, bool isFolder)
    {
        if (PackagePath.Objection(path) is { } objection) return objection;
        for (var end = path.IndexOf('/', StringComparison.Ordinal); end >= 0; end = path.IndexOf('/', end + 1))
        {
            if (Clash(path[..end], isFolder: true) is { } above) return above;
        }

        if (!isFolder && seen.TryGetValue(path, out var twice) && twice == (path, false)) return $"\"{path}\" is in it twice.";
        return Clash(path, isFolder);
    }

    private string? Clash(string path, bool isFolder)
    {
        if (seen.TryAdd(path, (path, isFolder))) return null;
        var other = seen[path];
        if (other.Path != path) return $"\"{other.Path}\" and \"{path}\" differ by case alone, and would be one file on Windows and macOS.";
        return other.IsFolder == isFolder ? null : $"\"{path}\" is a file and a folder in it.";
    }
}
