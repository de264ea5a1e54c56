using System.Globalization;

namespace Smp.Runtime.Hosting;

/// <summary>How large something is, for people.</summary>
public static class Sizes
{
    private static readonly string[] Units = ["bytes", "KB", "MB", "GB", "TB"];

    /// <summary>In units of a thousand, with one digit after the point at most: "689.1 KB".</summary>
    public static string Say(long bytes)
    {
        var (size, unit) = ((double)bytes, 0);
        for (; size >= 1000 && unit < Units.Length - 1; unit++) size /= 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{size:0.#} {Units[unit]}");
    }
}
