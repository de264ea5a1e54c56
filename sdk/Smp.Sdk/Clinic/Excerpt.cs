namespace Smp.Sdk;

/// <summary>Cuts what is too long for the line it stands in: of a timeline, of an incident.</summary>
public static class Excerpt
{
    /// <summary>The text, or its beginning and an ellipsis. No character is cut in two.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="most">How many UTF-16 units there is room for, 2 at least. Timelines and incidents have 500.</param>
    public static string Of(string text, int most = 500)
    {
        if (text.Length <= most) return text;
        var end = most - 1;
        if (char.IsHighSurrogate(text[end - 1])) end--;
        return string.Concat(text.AsSpan(0, end), "…");
    }
}
