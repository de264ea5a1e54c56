namespace Smp.Host.Commands;

/// <summary>Rows for people who read a terminal.</summary>
internal static class Table
{
    /// <summary>Writes rows under headings, each column as wide as it must be.</summary>
    public static void Write(IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = headings.Select((heading, i) => rows.Select(r => r[i].Length).Append(heading.Length).Max()).ToList();
        foreach (var row in rows.Prepend(headings))
            Console.WriteLine(string.Join("  ", row.Select((cell, i) => i == widths.Count - 1 ? cell : cell.PadRight(widths[i]))).TrimEnd());
    }
}
