using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Smp.Sdk.Web;

/// <summary>
/// What was done, said once on the page after the redirect by <see cref="FlashBanner"/>. It travels in a cookie that lives for a minute, so it
/// holds at most 300 characters; mind that it stays on the machine for that long.
/// </summary>
public static class Flash
{
    private const string Cookie = "smp-flash";
    private const int MaxLength = 300;

    /// <summary>Keeps a sentence for the next page.</summary>
    public static void Put(HttpContext context, string sentence)
    {
        var kept = sentence.Length <= MaxLength ? sentence : sentence[..(MaxLength - 1)] + "…";
        context.Response.Cookies.Append(Cookie, Base64Url.EncodeToString(Encoding.UTF8.GetBytes(kept)), Options(context));
    }

    /// <summary>Takes what was kept, or null. It isn't there a second time.</summary>
    public static string? Take(HttpContext context)
    {
        if (!context.Request.Cookies.TryGetValue(Cookie, out var kept) || string.IsNullOrEmpty(kept)) return null;
        if (!context.Response.HasStarted) context.Response.Cookies.Delete(Cookie, Options(context));
        return Base64Url.IsValid(kept) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(kept)) : null;
    }

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
        MaxAge = TimeSpan.FromMinutes(1),
    };
}
