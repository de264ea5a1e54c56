namespace Smp.Sdk.Web;

/// <summary>One line, or one colour of bars, of a chart; up to six are told apart.</summary>
/// <param name="Name">What it is: "Vertex".</param>
/// <param name="Points">Its points. Those of all series that have the same label stand above each other.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points);

/// <summary>A point of a chart.</summary>
/// <param name="Label">Where it stands: "Session 2". Unique within its series.</param>
/// <param name="Value">How high; null where nothing was measured, which is a gap and not a nought.</param>
/// <param name="Note">More about it, in the table.</param>
public sealed record ChartPoint(string Label, decimal? Value, string? Note = null);

/// <summary>The axes of a chart, in units of its drawing.</summary>
internal sealed class ChartFrame
{
    public const int Width = 640, Height = 260, Left = 52, Right = 16, Top = 16, Bottom = 36;

    public ChartFrame(IReadOnlyList<ChartSeries> series)
    {
        if (series.Count > 6) throw new ArgumentException("A chart tells six series apart, no more.", nameof(series));
        Labels = [.. series.SelectMany(s => s.Points).Select(p => p.Label).Distinct()];
        var values = series.SelectMany(s => s.Points).Select(p => p.Value).OfType<decimal>().ToList();
        IsEmpty = values.Count == 0;
        Ticks = RoundTicks(values.Append(0).Min(), values.Append(0).Max());
    }

    public IReadOnlyList<string> Labels { get; }

    public bool IsEmpty { get; }

    public IReadOnlyList<decimal> Ticks { get; }

    /// <summary>The room of one label.</summary>
    public decimal Slot => (decimal)(Width - Left - Right) / Math.Max(1, Labels.Count);

    public decimal X(int label) => Left + Slot * (label + 0.5m);

    public decimal Y(decimal value) => Height - Bottom - (value - Ticks[0]) / (Ticks[^1] - Ticks[0]) * (Height - Top - Bottom);

    /// <summary>Numbers that people count in (1, 2 or 5, and tens of them), three to seven of them, around <paramref name="least"/> and <paramref name="most"/>.</summary>
    public static IReadOnlyList<decimal> RoundTicks(decimal least, decimal most)
    {
        if (most == least) most = least + 1;
        var step = 1m;
        while (step * 5 < most - least) step *= 10;
        while (step > most - least) step /= 10;
        foreach (var finer in new[] { 0.1m, 0.2m, 0.5m, 1m, 2m, 5m })
        {
            if ((most - least) / (step * finer) > 5) continue;
            step *= finer;
            break;
        }

        var first = Math.Floor(least / step);
        return [.. Enumerable.Range(0, (int)(Math.Ceiling(most / step) - first) + 1).Select(i => (first + i) * step)];
    }
}
