using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace Smp.Runtime.Identity;

/// <summary>What happens to a session: it is checked against the user, and whoever has none is sent to sign in.</summary>
internal sealed class SessionEvents : CookieAuthenticationEvents
{
    public const string SignInPath = "/sign-in";

    public override Task ValidatePrincipal(CookieValidatePrincipalContext context) => SecurityStampValidator.ValidatePrincipalAsync(context);

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
