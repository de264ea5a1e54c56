using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>Puts identity into a shell: who asks, and what they may.</summary>
public static class IdentityServices
{
    /// <summary>
    /// Registers users, tokens, permissions, authentication and authorization. The shell provides the store, a <see cref="TimeProvider"/>,
    /// logging and the root's <c>IDataProtectionProvider</c>; the root registers <c>IHttpContextAccessor</c>.
    /// </summary>
    /// <param name="shellServices">The shell's own services.</param>
    /// <param name="memory">The process's, the same for every shell of a data folder.</param>
    /// <param name="catalog">The permissions of this shell.</param>
    /// <param name="options">How sessions behave.</param>
    /// <exception cref="ArgumentOutOfRangeException">The idle timeout is out of its range.</exception>
    public static IServiceCollection AddClinicIdentity(
        this IServiceCollection shellServices, IdentityMemory memory, PermissionCatalog catalog, ClinicIdentityOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.IdleTimeout, TimeSpan.FromMinutes(1), nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.IdleTimeout, TimeSpan.FromHours(12), nameof(options));

        shellServices.TryAddScoped<RequestContext>();
        shellServices.TryAddScoped<ICurrentActor>(static services => services.GetRequiredService<RequestContext>());
        shellServices
            .AddSingleton(memory)
            .AddSingleton(catalog)
            .AddSingleton<Passwords>()
            .AddScoped<RolePermissions>()
            .AddScoped<Users>()
            .AddScoped<Tokens>()
            .AddScoped<SetupLink>()
            .AddSingleton(options)
            .AddScoped<SessionBook>()
            .AddScoped<WrongAttempts>()
            .AddScoped<TotpBook>()
            .AddScoped<CodeTickets>()
            .AddScoped<Tablets>()
            .AddScoped<SignIn>()
            .AddScoped<IReauthentication>(s => s.GetRequiredService<SignIn>())
            .AddScoped<SecondFactor>()
            .AddScoped<Pins>()
            .AddScoped<PinSwitch>()
            .AddScoped<SessionEvents>();
        AddAuthentication(shellServices, options);
        return shellServices
            .AddScoped<IAuthorizationHandler, PermissionHandler>()
            .AddAuthorization(static authorization => authorization.FallbackPolicy = DenyByDefault.Policy);
    }

    /// <summary>Authenticates, fills the <see cref="RequestContext"/> and authorizes, in this order. Stands after routing.</summary>
    public static IApplicationBuilder UseClinicIdentity(this IApplicationBuilder app) => app
        .UseAuthentication()
        .UseMiddleware<RequestContextMiddleware>()
        .UseAuthorization();

    private static void AddAuthentication(IServiceCollection services, ClinicIdentityOptions options)
    {
        // What OWASP asks of PBKDF2 with SHA-512; an older hash is made anew when its owner signs in.
        services.Configure<PasswordHasherOptions>(static hasher => hasher.IterationCount = 210_000);
        services.AddIdentityCore<ClinicUser>(static identity => identity.ClaimsIdentity.SecurityStampClaimType = ClinicClaims.Stamp)
            .AddUserStore<ClinicUserStore>()
            .AddClaimsPrincipalFactory<SessionPrincipals>()
            .AddSignInManager();

        services.AddAuthentication(Schemes.Clinic)
            .AddPolicyScheme(Schemes.Clinic, null, static policy => policy.ForwardDefaultSelector = Schemes.Of)
            .AddScheme<AuthenticationSchemeOptions, TokenHandler>(Schemes.Token, null)
            .AddScheme<AuthenticationSchemeOptions, LocalHandler>(Schemes.Local, null)
            .AddCookie(Schemes.Session, cookie =>
            {
                cookie.Cookie.Name = "smp";
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                cookie.LoginPath = SessionEvents.SignInPath;
                cookie.ReturnUrlParameter = ReturnUrl.Parameter;
                cookie.ExpireTimeSpan = options.IdleTimeout;
                cookie.SlidingExpiration = true;
                cookie.EventsType = typeof(SessionEvents);
            });
    }
}
