using System.Globalization;
using Smp.Sdk.Web;

namespace Smp.Host.Pages.Patients;

/// <summary>The languages that patients read, by name; kept as BCP 47 tags.</summary>
internal static class Languages
{
    private static readonly string[] Offered =
    [
        "ar", "bg", "bs", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "it", "ja", "ko", "ku", "lt", "lv",
        "mk", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "th", "tr", "uk", "ur", "vi", "zh",
    ];

    /// <summary>The list to choose from, by name. A tag that came in another way, such as <c>de-AT</c>, is in it too.</summary>
    public static IReadOnlyList<Option> Options(string? also) =>
        [.. Offered.Append(also is { Length: > 0 } ? also : "en").Distinct().Select(tag => new Option(tag, NameOf(tag))).OrderBy(o => o.Text, StringComparer.CurrentCulture)];

    /// <summary>The name of a language in the clinic's own; the tag itself where it has none.</summary>
    public static string NameOf(string tag)
    {
        try
        {
            return CultureInfo.GetCultureInfo(tag).DisplayName;
        }
        catch (CultureNotFoundException)
        {
            return tag;
        }
    }
}
