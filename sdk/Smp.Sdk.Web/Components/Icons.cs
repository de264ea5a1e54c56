using System.Collections.Frozen;
using Microsoft.AspNetCore.Components;

namespace Smp.Sdk.Web;

/// <summary>
/// The icons: one family, drawn on a square of 20 units with a stroke of 1.5 and round ends. A name that isn't here draws a dot.
/// </summary>
public static class Icons
{
    private const string Dot = "M10 9a1 1 0 1 1 0 2 1 1 0 0 1 0-2z";

    private static readonly FrozenDictionary<string, string> Paths = new Dictionary<string, string>
    {
        // Where one goes
        ["today"] = "M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM10 2.25v1.5M10 16.25v1.5M2.25 10h1.5M16.25 10h1.5M4.5 4.5l1.1 1.1M14.4 14.4l1.1 1.1M15.5 4.5l-1.1 1.1M5.6 14.4l-1.1 1.1",
        ["patients"] = "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.5c0-2.8 2.4-4.5 5.5-4.5s5.5 1.7 5.5 4.5M13 3.8a3 3 0 0 1 0 5.4M15.2 12.4c1.7.7 2.8 2.1 2.8 4.1",
        ["calendar"] = "M4.5 4.5h11A1.5 1.5 0 0 1 17 6v9.5a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 15.5V6a1.5 1.5 0 0 1 1.5-1.5zM3 8.5h14M6.75 2.75v3M13.25 2.75v3",
        ["worklist"] = "M3 4.9l1.2 1.2 2.3-2.4M9.5 5H17M3 10l1.2 1.2 2.3-2.4M9.5 10.1H17M4.5 15.4h.01M9.5 15.4H17",
        ["modules"] = "M4 3.5h4a.5.5 0 0 1 .5.5v4a.5.5 0 0 1-.5.5H4a.5.5 0 0 1-.5-.5V4a.5.5 0 0 1 .5-.5zM12 3.5h4a.5.5 0 0 1 .5.5v4a.5.5 0 0 1-.5.5h-4a.5.5 0 0 1-.5-.5V4a.5.5 0 0 1 .5-.5zM4 11.5h4a.5.5 0 0 1 .5.5v4a.5.5 0 0 1-.5.5H4a.5.5 0 0 1-.5-.5v-4a.5.5 0 0 1 .5-.5zM14 11.5v5M11.5 14h5",
        ["settings"] = "M3 6h7M14 6h3M3 14h3M10 14h7M12 4a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM8 12a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
        ["audit"] = "M5.5 2.75h5.75l4.25 4.25v8.75a1.5 1.5 0 0 1-1.5 1.5H5.5a1.5 1.5 0 0 1-1.5-1.5V4.25a1.5 1.5 0 0 1 1.5-1.5zM11.25 2.75V7h4.25M7 12.25L8.75 14l3.5-3.75",
        ["staff"] = "M5 4.5h10A1.5 1.5 0 0 1 16.5 6v9.5A1.5 1.5 0 0 1 15 17H5a1.5 1.5 0 0 1-1.5-1.5V6A1.5 1.5 0 0 1 5 4.5zM10 2.75v3M10 11.5a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2zM7 14.6c.3-1 1.5-1.6 3-1.6s2.7.6 3 1.6",
        ["search"] = "M8.75 3.25a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM12.75 12.75L17 17",
        ["sign-out"] = "M8 3.5H5A1.5 1.5 0 0 0 3.5 5v10A1.5 1.5 0 0 0 5 16.5h3M8 10h9M13.5 6.5L17 10l-3.5 3.5",

        // People and the record
        ["person"] = "M10 9.5A3.25 3.25 0 1 0 10 3a3.25 3.25 0 0 0 0 6.5zM3.5 17c0-3 2.9-4.75 6.5-4.75S16.5 14 16.5 17",
        ["note"] = "M5 3.5h10a.5.5 0 0 1 .5.5v8.5l-4 4H5a.5.5 0 0 1-.5-.5V4a.5.5 0 0 1 .5-.5zM11.5 16.5v-4h4M7.25 7h5.5M7.25 10h3",
        ["photo"] = "M4.5 6h2L8 4h4l1.5 2h2A1.5 1.5 0 0 1 17 7.5v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 14.5v-7A1.5 1.5 0 0 1 4.5 6zM10 8.25a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z",
        ["signature"] = "M3 16.5h14M4 12.5c2-1.5 5-6.5 4.25-8.5C7.5 2 5 6 5.75 9.5c.6 2.75 2.5 2.75 3.75.75.75-1.2 1.75-1 1.75.25 0 1.5 1.5 1.5 2.25.5.9-1.2 1.75-.5 2 .5",
        ["phone"] = "M4.25 3.25h2.5l1.5 3.75-1.75 1.5a9.5 9.5 0 0 0 5 5l1.5-1.75 3.75 1.5v2.5a1.5 1.5 0 0 1-1.5 1.5C8.5 17.25 2.75 11.5 2.75 4.75a1.5 1.5 0 0 1 1.5-1.5z",
        ["mail"] = "M4 4.5h12A1.5 1.5 0 0 1 17.5 6v8a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 14V6A1.5 1.5 0 0 1 4 4.5zM3 5.5l7 5.25 7-5.25",
        ["chart"] = "M3.5 3.5v13h13M6.5 12.5l3-3.5 2.5 2 4-5",

        // What is used
        ["needle"] = "M7.6 12.4L3 17M6 10.8l6-6L15.2 8l-6 6zM13.6 6.4l2.6-2.6M14.8 2.4l2.8 2.8M9.4 7.4l1.3 1.3",
        ["pigment"] = "M8 2.75c2.3 2.8 4 4.9 4 7.25a4 4 0 0 1-8 0c0-2.35 1.7-4.45 4-7.25zM13.9 10.6c1.4 1.7 2.35 3 2.35 4.4a2.5 2.5 0 0 1-4.85.8",
        ["droplet"] = "M10 2.75c2.9 3.4 5 5.9 5 8.75a5 5 0 0 1-10 0c0-2.85 2.1-5.35 5-8.75z",
        ["graft"] = "M10 2.5v6M10 8.5c-2.4 1.6-3.25 3.3-3.25 5a3.25 3.25 0 0 0 6.5 0c0-1.7-.85-3.4-3.25-5zM3 8.5h3.5M13.5 8.5H17M10 14h.01",
        ["punch"] = "M7 2.75h6v6.5l-1.5 2.5v5.5h-3v-5.5L7 9.25zM7 6h6",
        ["box"] = "M10 2.75l6.5 3.5v7.5L10 17.25l-6.5-3.5v-7.5zM3.5 6.25L10 9.75l6.5-3.5M10 9.75v7.5",
        ["lot"] = "M9.6 3H16a1 1 0 0 1 1 1v6.4a1.5 1.5 0 0 1-.44 1.06l-5.1 5.1a1.5 1.5 0 0 1-2.12 0l-5.9-5.9a1.5 1.5 0 0 1 0-2.12l5.1-5.1A1.5 1.5 0 0 1 9.6 3zM13.4 6.6h.01",
        ["scan"] = "M3 6.5v-2A1.5 1.5 0 0 1 4.5 3h2M13.5 3h2A1.5 1.5 0 0 1 17 4.5v2M17 13.5v2a1.5 1.5 0 0 1-1.5 1.5h-2M6.5 17h-2A1.5 1.5 0 0 1 3 15.5v-2M6.5 7v6M9.25 7v6M11.25 7v6M13.75 7v6",
        ["recall"] = "M3 8.5v3a1 1 0 0 0 1 1h2l7.5 3.5V4L6 7.5H4a1 1 0 0 0-1 1zM16 7.75a3.1 3.1 0 0 1 0 4.5M6.5 12.75l.9 3.75",
        ["bin"] = "M3.5 5.5h13M8 5.5v-2h4v2M5.25 5.5L6 17h8l.75-11.5M8.5 9v4.5M11.5 9v4.5",

        // How things stand
        ["check"] = "M4 10.75l4 4 8-9",
        ["cross"] = "M5 5l10 10M15 5L5 15",
        ["clock"] = "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM10 6v4.25L12.75 12",
        ["alert"] = "M10.45 3.55l6.4 11.5a.5.5 0 0 1-.44.75H3.6a.5.5 0 0 1-.44-.75l6.4-11.5a.5.5 0 0 1 .88 0zM10 8v3.5M10 13.6h.01",
        ["stop"] = "M7.1 3h5.8L17 7.1v5.8L12.9 17H7.1L3 12.9V7.1zM10 6.5v4M10 13.25h.01",
        ["pause"] = "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM8.25 7.5v5M11.75 7.5v5",
        ["info"] = "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM10 9.25v4M10 6.6h.01",
        ["shield"] = "M10 2.75L16 5v4.5c0 3.7-2.4 6.4-6 7.75-3.6-1.35-6-4.05-6-7.75V5zM7.25 10l2 2 3.5-3.75",
        ["lock"] = "M5.5 9h9a1.5 1.5 0 0 1 1.5 1.5v5a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 4 15.5v-5A1.5 1.5 0 0 1 5.5 9zM6.75 9V6.25a3.25 3.25 0 0 1 6.5 0V9",
        ["key"] = "M6.75 9.75a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM9.25 10.75l7.5-7.5M13.5 6.5L16 9",

        // What one does
        ["plus"] = "M10 4v12M4 10h12",
        ["minus"] = "M4 10h12",
        ["pencil"] = "M12.75 3.75L16.25 7.25 7 16.5l-4 .5.5-4zM10.75 5.75l3.5 3.5",
        ["print"] = "M6 7V3h8v4M6 14H4.5A1.5 1.5 0 0 1 3 12.5v-4A1.5 1.5 0 0 1 4.5 7h11A1.5 1.5 0 0 1 17 8.5v4a1.5 1.5 0 0 1-1.5 1.5H14M6 11.5h8V17H6z",
        ["undo"] = "M7 4.5L3.5 8 7 11.5M3.5 8H12a4.25 4.25 0 0 1 0 8.5H8",
        ["link"] = "M8.5 11.5a3.5 3.5 0 0 0 5 0L16 9a3.5 3.5 0 0 0-5-5l-1 1M11.5 8.5a3.5 3.5 0 0 0-5 0L4 11a3.5 3.5 0 0 0 5 5l1-1",
        ["download"] = "M10 3v9.5M6 9l4 4 4-4M3.5 16.5h13",
        ["upload"] = "M10 13V3.5M6 7l4-4 4 4M3.5 16.5h13",
        ["filter"] = "M3 5h14M5.75 10h8.5M8.5 15h3",
        ["merge"] = "M4 3.5v3c0 3 6 3 6 6.5v3.5M16 3.5v3c0 3-6 3-6 6.5M7 14l3 3 3-3",
        ["swap"] = "M4 7h12l-3-3M16 13H4l3 3",
        ["chevron"] = "M7.5 4.5L13 10l-5.5 5.5",
        ["chevron-left"] = "M12.5 4.5L7 10l5.5 5.5",
        ["chevron-down"] = "M4.5 7.5L10 13l5.5-5.5",

        // The mark: a follicle's field of dots
        ["brand"] = "M10 3.2h.01M5.9 5.6h.01M14.1 5.6h.01M10 7.9h.01M5.9 10.3h.01M14.1 10.3h.01M10 12.6h.01M5.9 15h.01M14.1 15h.01M10 17.2h.01",
        ["dot"] = Dot,
    }.ToFrozenDictionary();

    private static readonly MarkupString DotDrawn = Draw(Dot);

    // A table of fifty rows has a hundred of them: each is one piece of text then, made once.
    private static readonly FrozenDictionary<string, MarkupString> Drawn = Paths.ToFrozenDictionary(p => p.Key, p => Draw(p.Value));

    /// <summary>Every name, in no order.</summary>
    public static IReadOnlyCollection<string> Names => Paths.Keys;

    /// <summary>An icon of 20 pixels in the colour of the text around it, hidden from those who can't see it: words beside it say what it does. A dot for a name that isn't known.</summary>
    public static MarkupString Of(string? name) => name is not null && Drawn.TryGetValue(name, out var icon) ? icon : DotDrawn;

    /// <summary>The SVG path of an icon; a dot's for a name that isn't known.</summary>
    public static string PathOf(string? name) => name is not null && Paths.TryGetValue(name, out var path) ? path : Dot;

    private static MarkupString Draw(string path) => new(
        "<svg class=\"icon\" viewBox=\"0 0 20 20\" width=\"20\" height=\"20\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\" stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\" focusable=\"false\"><path d=\""
        + path + "\"/></svg>");
}
