using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Smp.Sdk.Web;

/// <summary>Row versions as ETags: whoever changes a row says which version the change was made from.</summary>
public static class RowVersions
{
    /// <summary>The ETag of a row version, for the answer.</summary>
    public static string Tag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The version that a change was made from.</summary>
    /// <exception cref="BadHttpRequestException">There is no If-Match, or it isn't one of ours.</exception>
    public static long Required(HttpRequest request)
    {
        var tag = request.Headers.IfMatch.ToString();
        if (tag.Length == 0)
            throw new BadHttpRequestException("Say which version you changed: send its ETag in the header If-Match.", StatusCodes.Status428PreconditionRequired);
        return long.TryParse(tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new BadHttpRequestException("The If-Match isn't an ETag that this address gave out.", StatusCodes.Status400BadRequest);
    }
}
