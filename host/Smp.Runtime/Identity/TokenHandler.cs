using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Smp.Runtime.Identity;

/// <summary>Authenticates programs by their API token.</summary>
internal sealed class TokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, Tokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Schemes.BearerOf(Request) is not { } bearer) return AuthenticateResult.NoResult();
        return await tokens.FindAsync(bearer, Context.RequestAborted) is { } owner
            ? AuthenticateResult.Success(new(ClinicClaims.OfToken(owner), Scheme.Name))
            : AuthenticateResult.Fail("The token is unknown, or counts no longer.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return Denials.NotSignedInAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Denials.NotAllowedAsync(Context);
}
