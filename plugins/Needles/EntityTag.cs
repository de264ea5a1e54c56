using System.Globalization;
using Smp.Sdk;

namespace Smp.Needles;

/// <summary>Row versions as HTTP carries them: <c>ETag: "3"</c> on an answer, <c>If-Match: "3"</c> on the change made from it.</summary>
internal static class EntityTag
{
    public static string Of(long rowVersion) => string.Create(CultureInfo.InvariantCulture, $"\"{rowVersion}\"");

    /// <summary>The version that a change was made from.</summary>
    /// <exception cref="RefusedException">There is none, or it isn't one of ours.</exception>
    public static long Read(string? ifMatch) =>
        long.TryParse(ifMatch?.Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw Refuse.Field("If-Match", $"Send the ETag that came with what you changed, as the header If-Match.");
}
