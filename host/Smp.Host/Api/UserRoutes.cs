using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Smp.Runtime.Api;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>Users, their API tokens, and the staff they are.</summary>
internal static class UserRoutes
{
    /// <summary>Somebody who shall be able to sign in.</summary>
    /// <param name="Name">The name to sign in with.</param>
    /// <param name="FullName">The person's name as shown; the sign-in name when left out.</param>
    /// <param name="Role">What they are in the clinic.</param>
    /// <param name="Password">12 to 256 characters.</param>
    public sealed record AddUser(string? Name, string? FullName, Role? Role, string? Password)
    {
        /// <summary>Without the password: what is printed ends up in logs.</summary>
        public override string ToString() => $"{Name} ({Role})";
    }

    /// <summary>Who asks.</summary>
    /// <param name="Kind">What kind of actor.</param>
    /// <param name="Name">As shown.</param>
    /// <param name="StaffId">The member of staff behind it, where there is one.</param>
    /// <param name="Permissions">What they may, in the order of the alphabet.</param>
    public sealed record Me(ActorKind Kind, string Name, long? StaffId, IReadOnlyList<string> Permissions);

    /// <summary>A new password.</summary>
    public sealed record NewPassword(string? Password)
    {
        /// <summary>Says nothing.</summary>
        public override string ToString() => "(a password)";
    }

    /// <summary>A token to be made.</summary>
    /// <param name="User">Whose; the actor's own when left out.</param>
    /// <param name="Name">What it is for.</param>
    /// <param name="Permissions">What it may at most.</param>
    /// <param name="All">Whatever the owner may, now and later.</param>
    /// <param name="Expires">When it ends by itself.</param>
    public sealed record AddToken(string? User, string? Name, IReadOnlyList<string>? Permissions, bool All, DateTimeOffset? Expires);

    public static IEndpointRouteBuilder MapUsers(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/api/users").WithTags("users");
        users.MapGet("", async (Users book, CancellationToken token) => TypedResults.Ok(await book.ListAsync(token)))
            .Demand(CorePermissions.UsersManage).WithName("users.list").WithSummary("Everybody who can sign in, or could.");

        users.MapPost("", async Task<Created> (Users book, AddUser user, CancellationToken token) =>
            {
                if (user.Role is not { } role) throw Refuse.Field("role", $"The role is one of: {string.Join(", ", Enum.GetNames<Role>())}.");
                await book.AddAsync(new(user.Name ?? "", user.FullName ?? user.Name ?? "", role, user.Password ?? ""), token);
                return TypedResults.Created($"/api/users/{Uri.EscapeDataString(user.Name!)}");
            })
            .Demand(CorePermissions.UsersManage).WithName("users.add").WithSummary("Adds a member of staff who can sign in.").ProducesProblem(422);

        users.MapPost("{name}/password", async (Users book, string name, NewPassword password, CancellationToken token) =>
            {
                await book.ResetPasswordAsync(name, password.Password ?? "", token);
                return TypedResults.NoContent();
            })
            .Demand(CorePermissions.UsersManage).WithName("users.reset-password").WithSummary("Sets a new password, unlocks, and ends the user's sessions.")
            .ProducesProblem(404).ProducesProblem(422);
        return routes;
    }

    public static IEndpointRouteBuilder MapTokens(this IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup("/api/tokens").WithTags("users");
        tokens.MapGet("", async (Tokens book, HttpContext http, ICurrentActor actor, CancellationToken token) =>
                TypedResults.Ok(await book.ListAsync(Own(http, actor), token)))
            .Demand(CorePermissions.TokensManage).WithName("tokens.list").WithSummary("One's own tokens; everybody's for those who manage users.");

        tokens.MapPost("", async Task<Created<CreatedToken>> (Tokens book, HttpContext http, ICurrentActor actor, AddToken input, CancellationToken token) =>
            {
                var own = Own(http, actor);
                if (own is not null && input.User is not null && !string.Equals(own, input.User, StringComparison.OrdinalIgnoreCase))
                    throw Refuse.Forbidden($"Only those who manage users make tokens for others.");
                if (input.All == input.Permissions is { Count: > 0 })
                    throw Refuse.Field("permissions", $"Name the permissions that the token shall have, or say all; not both.");
                var user = input.User ?? http.User.UserName() ?? throw Refuse.Field("user", $"Say whose token it shall be.");
                var made = await book.CreateAsync(user, input.Name ?? "API", input.All ? null : [.. input.Permissions!.OfType<string>()], input.Expires, token);
                return TypedResults.Created($"/api/tokens/{made.Id}", made);
            })
            .WithMetadata(new AnswerNotKeptAttribute()).Demand(CorePermissions.TokensManage).WithName("tokens.add").WithSummary("Makes a token. It is shown in this answer and never again.")
            .ProducesProblem(403).ProducesProblem(422);

        tokens.MapDelete("{id:long}", async (Tokens book, HttpContext http, ICurrentActor actor, long id, CancellationToken token) =>
            {
                await book.RevokeAsync(id, Own(http, actor), token);
                return TypedResults.NoContent();
            })
            .Demand(CorePermissions.TokensManage).WithName("tokens.revoke").WithSummary("Ends a token at once.").ProducesProblem(404);
        return routes;
    }

    /// <summary>What administrators do about how others sign in.</summary>
    public static IEndpointRouteBuilder MapSignInHelp(this IEndpointRouteBuilder routes)
    {
        routes.MapDelete("/api/users/{name}/second-factor", async (SecondFactor factor, string name, CancellationToken token) =>
            {
                await factor.ResetAsync(name, token);
                return TypedResults.NoContent();
            })
            .Demand(CorePermissions.UsersManage).WithName("users.reset-second-factor").WithTags("users")
            .WithSummary("Takes somebody's one-time codes away, who lost app and recovery codes.").ProducesProblem(404).ProducesProblem(409);

        var tablets = routes.MapGroup("/api/tablets").WithTags("tablets");
        tablets.MapGet("", async (Tablets book, CancellationToken token) => TypedResults.Ok(await book.ListAsync(token)))
            .Demand(CorePermissions.TabletsPair).WithName("tablets.list").WithSummary("Paired browsers, those that still are first. Pairing is done on the browser itself.");
        tablets.MapDelete("{id:long}", async (Tablets book, long id, CancellationToken token) =>
            {
                await book.RevokeAsync(id, token);
                return TypedResults.NoContent();
            })
            .Demand(CorePermissions.TabletsPair).WithName("tablets.revoke").WithSummary("Ends a pairing at once; whoever is signed in there by PIN is signed out.").ProducesProblem(404);
        return routes;
    }

    public static IEndpointRouteBuilder MapStaff(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/staff", async (IStaff staff, CancellationToken token) => TypedResults.Ok(await staff.ListAsync(token)))
            .Demand(CorePermissions.StaffView).WithName("staff.list").WithTags("staff").WithSummary("Everybody who works here now.");
        // Open to whoever is signed in.
        routes.MapGet("/api/me", (RequestContext request, PermissionCatalog catalog) => TypedResults.Ok(new Me(
                request.Actor.Kind, request.Actor.Name, request.Actor.StaffId, [.. (request.Permissions ?? catalog.All.Select(p => p.Id)).Order(StringComparer.Ordinal)])))
            .RequireAuthorization().WithName("me").WithTags("staff").WithSummary("Who asks, and what they may.");
        return routes;
    }

    /// <summary>The page's form for signing out.</summary>
    public static IEndpointRouteBuilder MapSession(this IEndpointRouteBuilder routes)
    {
        // The framework checks the token only where a form is bound to a parameter; here none is.
        routes.MapPost("/sign-out", async Task<Results<RedirectHttpResult, BadRequest>> (SignIn session, IAntiforgery antiforgery, HttpContext http) =>
            {
                if (!await antiforgery.IsRequestValidAsync(http)) return TypedResults.BadRequest();
                await session.SignOutAsync();
                return TypedResults.LocalRedirect("~/sign-in");
            })
            .AllowAnonymous().ExcludeFromDescription();
        return routes;
    }

    // The user whose tokens alone may be seen; null, for everybody's, only for whoever manages users.
    private static string? Own(HttpContext http, ICurrentActor actor) => actor.May(CorePermissions.UsersManage)
        ? null
        : http.User.UserName() ?? throw Refuse.Forbidden($"Only users have tokens.");
}
