using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Smp.Runtime.Identity;

/// <summary>Somebody who typed the right password and has yet to type a code.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Stamp">Their security stamp then: another password makes the ticket worthless.</param>
/// <param name="Nonce">Tells it from others, so that it is used once.</param>
/// <param name="Until">How long it is good.</param>
internal sealed record CodeTicket(long UserId, string Stamp, string Nonce, DateTimeOffset Until);

/// <summary>Carries tickets from the one page of signing in to the other: in a cookie of their own, encrypted, for five minutes. Scoped.</summary>
public sealed class CodeTickets(IDataProtectionProvider protection, IdentityMemory memory, TimeProvider time)
{
    private const string Cookie = "smp-code";
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(5);
    private readonly IDataProtector protector = protection.CreateProtector("Smp.SignIn.Code");

    internal void Give(HttpContext http, ClinicUser user)
    {
        var until = time.GetUtcNow() + GoodFor;
        var ticket = string.Create(CultureInfo.InvariantCulture, $"{user.Id}|{user.SecurityStamp}|{Secrets.New()}|{until.ToUnixTimeMilliseconds()}");
        http.Response.Cookies.Append(Cookie, protector.Protect(ticket), Options(http, GoodFor));
    }

    /// <summary>The ticket that a request brings, when it is good.</summary>
    internal CodeTicket? Read(HttpContext http)
    {
        if (!http.Request.Cookies.TryGetValue(Cookie, out var cookie) || string.IsNullOrEmpty(cookie)) return null;
        try
        {
            if (protector.Unprotect(cookie).Split('|') is not [var id, var stamp, var nonce, var until]) return null;
            var ticket = new CodeTicket(
                long.Parse(id, CultureInfo.InvariantCulture), stamp, nonce, DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(until, CultureInfo.InvariantCulture)));
            return ticket.Until > time.GetUtcNow() && !memory.UsedTickets.Holds(nonce) ? ticket : null;
        }
        catch (CryptographicException)
        {
            // Made up, or by other keys: as good as none.
            return null;
        }
    }

    /// <summary>Uses a ticket up. False when somebody did before.</summary>
    internal bool Use(HttpContext http, CodeTicket ticket)
    {
        http.Response.Cookies.Delete(Cookie, Options(http, null));
        return memory.UsedTickets.Add(ticket.Nonce, ticket.Until, time.GetUtcNow());
    }

    private static CookieOptions Options(HttpContext http, TimeSpan? age) => new()
    {
        HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/sign-in", MaxAge = age,
    };
}
