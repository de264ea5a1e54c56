using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Smp.Runtime.Identity;

/// <summary>Authenticates whoever runs the command line on the machine that holds the data.</summary>
internal sealed class LocalHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        Context.Features.Get<ILocalConnection>() is { } local
            ? AuthenticateResult.Success(new(ClinicClaims.OfCommandLine(local.OsUser), Scheme.Name))
            : AuthenticateResult.NoResult());

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Denials.NotAllowedAsync(Context);
}
