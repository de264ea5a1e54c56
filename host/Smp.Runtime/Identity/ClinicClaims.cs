using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>What a request's principal says about who asks.</summary>
public static class ClinicClaims
{
    /// <summary>Tells users and tokens apart from each other and from everybody else: <c>user:7</c>, <c>token:3</c>.</summary>
    internal const string Subject = "sub";
    internal const string Stamp = "smp:stamp";
    internal const string Grants = "smp:grants";
    private const string SessionId = "smp:session";
    private const string SessionMethod = "smp:method";
    private const string SessionBegan = "smp:began";
    private const string SessionEnds = "smp:ends";
    private const string User = "smp:user";
    private const string Staff = "smp:staff";
    private const string Token = "smp:token";
    private const string TokenName = "smp:token-name";

    /// <summary>The user's key; null for the command line and for nobody.</summary>
    public static long? UserId(this ClaimsPrincipal principal) => Number(principal, ClaimTypes.NameIdentifier);

    /// <summary>The name the user signs in with; null for the command line and for nobody.</summary>
    public static string? UserName(this ClaimsPrincipal principal) => principal.FindFirstValue(User);

    /// <summary>The member of staff behind the request, where there is one.</summary>
    public static long? StaffId(this ClaimsPrincipal principal) => Number(principal, Staff);

    /// <summary>The API token's key, where one was used.</summary>
    public static long? TokenId(this ClaimsPrincipal principal) => Number(principal, Token);

    /// <summary>The role of the person, or of the token's owner.</summary>
    public static Role? StaffRole(this ClaimsPrincipal principal) =>
        Enum.TryParse<Role>(principal.FindFirstValue(ClaimTypes.Role), out var role) ? role : null;

    internal static string? NameOfToken(this ClaimsPrincipal principal) => principal.FindFirstValue(TokenName);

    internal static ClaimsPrincipal OfSession(ClinicUser user) => Principal(Schemes.Session,
        [.. OfPerson(user.Id, user.UserName, user.StaffId, user.Name, user.Role), new(Subject, $"user:{user.Id}"), new(Stamp, user.SecurityStamp)]);

    /// <summary>What a session's principal says of the session itself.</summary>
    internal static IReadOnlyList<Claim> Of(Session session) =>
    [
        new(SessionId, session.Id), new(SessionMethod, session.Method.ToString()), new(SessionBegan, Milliseconds(session.BeganAt)),
        new(SessionEnds, Milliseconds(session.EndsAt)),
    ];

    /// <summary>The session that a principal was signed in for; null for tokens, the command line and nobody.</summary>
    internal static Session? SessionOf(ClaimsPrincipal? principal) =>
        principal?.FindFirstValue(SessionId) is { } id && Enum.TryParse<SignInMethod>(principal.FindFirstValue(SessionMethod), out var method)
            && Number(principal, SessionBegan) is { } began && Number(principal, SessionEnds) is { } ends
            ? new(id, method, DateTimeOffset.FromUnixTimeMilliseconds(began), DateTimeOffset.FromUnixTimeMilliseconds(ends))
            : null;

    /// <summary>How whoever asks signed in; null for tokens, the command line and nobody.</summary>
    public static SignInMethod? SignInMethod(this ClaimsPrincipal principal) => SessionOf(principal)?.Method;

    internal static ClaimsPrincipal OfToken(TokenOwner owner)
    {
        List<Claim> claims =
        [
            .. OfPerson(owner.UserId, owner.UserName, owner.StaffId, owner.Name, owner.Role),
            new(Subject, $"token:{owner.TokenId}"),
            new(Token, owner.TokenId.ToString(CultureInfo.InvariantCulture)),
            new(TokenName, owner.TokenName),
        ];
        if (owner.Permissions is { } grants) claims.Add(new(Grants, grants));
        return Principal(Schemes.Token, claims);
    }

    internal static ClaimsPrincipal OfCommandLine(string osUser) => Principal(Schemes.Local, [new(ClaimTypes.Name, $"Command line ({osUser})")]);

    private static IEnumerable<Claim> OfPerson(long id, string userName, long staffId, string name, Role role) =>
    [
        new(ClaimTypes.NameIdentifier, id.ToString(CultureInfo.InvariantCulture)),
        new(User, userName),
        new(Staff, staffId.ToString(CultureInfo.InvariantCulture)),
        new(ClaimTypes.Name, name),
        new(ClaimTypes.Role, role.ToString()),
    ];

    private static ClaimsPrincipal Principal(string scheme, IEnumerable<Claim> claims) => new(new ClaimsIdentity(claims, scheme));

    private static string Milliseconds(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static long? Number(ClaimsPrincipal principal, string type) =>
        long.TryParse(principal.FindFirstValue(type), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>Makes the principal that a session's cookie carries.</summary>
internal sealed class SessionPrincipals : IUserClaimsPrincipalFactory<ClinicUser>
{
    public Task<ClaimsPrincipal> CreateAsync(ClinicUser user) => Task.FromResult(ClinicClaims.OfSession(user));
}
