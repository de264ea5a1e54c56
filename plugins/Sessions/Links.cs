using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Smp.Sessions;

/// <summary>Addresses of this module's pages.</summary>
internal static class Links
{
    public static string Plan(long id) => FormattableString.Invariant($"/sessions/plans/{id}");

    public static string Session(long id) => FormattableString.Invariant($"/sessions/{id}");

    public static string Healing(long session) => FormattableString.Invariant($"/sessions/{session}/healing");

    public static string Aftercare(long session) => FormattableString.Invariant($"/sessions/{session}/aftercare");

    /// <summary>An address with what is asked for; what is null or empty is left out.</summary>
    public static string To(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        foreach (var (name, value) in query)
        {
            if (!string.IsNullOrEmpty(value)) path = QueryHelpers.AddQueryString(path, name, value);
        }

        return path;
    }

    public static string? Text(long? key) => key?.ToString(CultureInfo.InvariantCulture);
}
