using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace Smp.Runtime.Identity;

/// <summary>What happens to a session: it is checked against the user, and whoever has none is sent to sign in.</summary>
internal sealed class SessionEvents(SignInManager<ClinicUser> sessions, SessionBook book, TimeProvider time) : CookieAuthenticationEvents
{
    public const string SignInPath = "/sign-in";

    private static readonly TimeSpan CheckedEvery = TimeSpan.FromMinutes(1);

    // Identity's own validator also signs out of two-factor schemes, which aren't there.
    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        var young = time.GetUtcNow() - context.Properties.IssuedUtc < CheckedEvery;
        if (ClinicClaims.SessionOf(context.Principal) is { } session)
        {
            if (young && book.IsKnown(session)) return;
            if (await book.IsLiveAsync(session, context.HttpContext.RequestAborted))
            {
                if (young) return;
                if (await sessions.ValidateSecurityStampAsync(context.Principal) is { } user)
                {
                    // A new cookie carries the name and role of now, and begins the idle time anew.
                    var principal = await sessions.CreateUserPrincipalAsync(user);
                    principal.Identities.First().AddClaims(ClinicClaims.Of(session));
                    context.ReplacePrincipal(principal);
                    context.ShouldRenew = true;
                    return;
                }
            }
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(Schemes.Session);
    }

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (context.Request.IsApi()) return Denials.NotSignedInAsync(context.HttpContext);
        context.Response.Redirect(ReturnUrl.SignInFor(context.Request));
        return Task.CompletedTask;
    }

    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context) =>
        Denials.NotAllowedAsync(context.HttpContext);

    // Where to go after signing in or out is decided by the route that did it.
    public override Task RedirectToReturnUrl(RedirectContext<CookieAuthenticationOptions> context) => Task.CompletedTask;

    public override Task RedirectToLogout(RedirectContext<CookieAuthenticationOptions> context) => Task.CompletedTask;
}
