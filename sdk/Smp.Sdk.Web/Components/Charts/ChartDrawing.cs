using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Smp.Sdk.Web;

/// <summary>Charts as SVG: series differ by colour, and by dash and shape (lines) or by a pattern of light and dark (bars).</summary>
internal static class ChartDrawing
{
    public static string Lines(IReadOnlyList<ChartSeries> series, ChartFrame frame)
    {
        var svg = Axes(frame);
        for (var s = 0; s < series.Count; s++)
        {
            var path = new StringBuilder();
            var gap = true;
            var at = series[s].Points.ToDictionary(p => p.Label);
            for (var i = 0; i < frame.Labels.Count; i++)
            {
                if (!at.TryGetValue(frame.Labels[i], out var point) || point.Value is not { } value)
                {
                    gap = true;
                    continue;
                }

                path.Append(gap ? 'M' : 'L').Append(Number(frame.X(i))).Append(',').Append(Number(frame.Y(value)));
                gap = false;
            }

            svg.Append(CultureInfo.InvariantCulture, $"<g class=\"c{s + 1}\"><path class=\"line\" d=\"{path}\"/>");
            foreach (var point in series[s].Points.Where(p => p.Value is not null))
            {
                svg.Append(CultureInfo.InvariantCulture, $"<path class=\"dot\" d=\"{Shape(s, frame.X(Index(frame, point)), frame.Y(point.Value!.Value))}\">{Title(series[s], point)}</path>");
            }

            svg.Append("</g>");
        }

        return svg.ToString();
    }

    public static string Bars(IReadOnlyList<ChartSeries> series, ChartFrame frame)
    {
        var svg = Axes(frame);
        var width = Math.Min(40, frame.Slot * 0.72m / Math.Max(1, series.Count));
        for (var s = 0; s < series.Count; s++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g class=\"c{s + 1}\">");
            foreach (var point in series[s].Points.Where(p => p.Value is not null))
            {
                var x = frame.X(Index(frame, point)) + (s - series.Count / 2m) * width;
                var (zero, end) = (frame.Y(0), frame.Y(point.Value!.Value));
                svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"bar\" x=\"{Number(x + 1)}\" y=\"{Number(Math.Min(zero, end))}\" width=\"{Number(Math.Max(2, width - 2))}\" height=\"{Number(Math.Abs(zero - end))}\">{Title(series[s], point)}</rect>");
                if (width >= 22) svg.Append(CultureInfo.InvariantCulture, $"<text class=\"figure\" x=\"{Number(x + width / 2)}\" y=\"{Number(Math.Min(zero, end) - 4)}\">{Said(point.Value.Value)}</text>");
            }

            svg.Append("</g>");
        }

        return svg.ToString();
    }

    /// <summary>The sign of a series in the legend, within 32 by 16.</summary>
    public static string Sign(int series, bool bars) => bars
        ? $"<g class=\"c{series + 1}\"><rect class=\"bar\" x=\"9\" y=\"1\" width=\"14\" height=\"14\"/></g>"
        : $"<g class=\"c{series + 1}\"><path class=\"line\" d=\"M0,8L32,8\"/><path class=\"dot\" d=\"{Shape(series, 16, 8)}\"/></g>";

    public static string Said(decimal value) => value.ToString("#,0.##", CultureInfo.CurrentCulture);

    private static StringBuilder Axes(ChartFrame frame)
    {
        var svg = new StringBuilder();
        foreach (var tick in frame.Ticks)
        {
            var y = Number(frame.Y(tick));
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"{(tick == 0 ? "zero" : "grid")}\" x1=\"{ChartFrame.Left}\" x2=\"{ChartFrame.Width - ChartFrame.Right}\" y1=\"{y}\" y2=\"{y}\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{ChartFrame.Left - 8}\" y=\"{y}\">{Said(tick)}</text>");
        }

        // As many labels as there is room for; the table has them all.
        var every = (int)Math.Ceiling(64 / frame.Slot);
        for (var i = 0; i < frame.Labels.Count; i += every)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"label\" x=\"{Number(frame.X(i))}\" y=\"{ChartFrame.Height - ChartFrame.Bottom + 20}\">{HtmlEncoder.Default.Encode(frame.Labels[i])}</text>");
        }

        return svg;
    }

    private static string Shape(int series, decimal x, decimal y)
    {
        var path = series switch
        {
            0 => "M{0},{1}m-4,0a4,4 0 1 0 8,0a4,4 0 1 0 -8,0Z",
            1 => "M{0},{1}m-4,-4h8v8h-8Z",
            2 => "M{0},{1}m0,-5l5,9h-10Z",
            3 => "M{0},{1}m0,-5l5,5l-5,5l-5,-5Z",
            4 => "M{0},{1}m0,5l5,-9h-10Z",
            _ => "M{0},{1}m-2,-5h4v3h3v4h-3v3h-4v-3h-3v-4h3Z",
        };
        return path.Replace("{0}", Number(x), StringComparison.Ordinal).Replace("{1}", Number(y), StringComparison.Ordinal);
    }

    private static int Index(ChartFrame frame, ChartPoint point) => frame.Labels.TakeWhile(l => l != point.Label).Count();

    private static string Title(ChartSeries series, ChartPoint point) =>
        $"<title>{HtmlEncoder.Default.Encode($"{series.Name} · {point.Label}: {Said(point.Value!.Value)}")}</title>";

    private static string Number(decimal value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
