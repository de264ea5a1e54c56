using Microsoft.AspNetCore.Http.HttpResults;
using Smp.Runtime.Core.Credentials;
using Smp.Runtime.Identity;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>What staff may show for what they do.</summary>
internal static class CredentialRoutes
{
    /// <summary>Why a credential is ended before its time.</summary>
    public sealed record End(string? Reason);

    public static IEndpointRouteBuilder MapCredentials(this IEndpointRouteBuilder routes)
    {
        var credentials = routes.MapGroup("/api/staff/{staff:long}/credentials").WithTags("staff");

        credentials.MapGet("", async (CredentialBook book, long staff, CancellationToken token) => TypedResults.Ok((await book.ListAsync(staff, token)).Credentials))
            .Demand(CorePermissions.StaffView).WithName("credentials.list").WithSummary("The credentials of a member of staff, and how each stands today.").ProducesProblem(404);

        credentials.MapPost("", async Task<Created<CredentialRecord>> (CredentialBook book, long staff, CredentialInput input, CancellationToken token) =>
            {
                var added = await book.AddAsync(staff, input, token);
                return TypedResults.Created($"/api/staff/{staff}/credentials/{added.Id}", added);
            })
            .Demand(CorePermissions.CredentialsManage).WithName("credentials.add").WithSummary("Records a credential, or the renewal of one.")
            .ProducesProblem(404).ProducesProblem(422);

        credentials.MapGet("{id:long}", async (CredentialBook book, HttpContext http, long staff, long id, CancellationToken token) =>
                Tagged(http, await book.FindAsync(staff, id, token)))
            .Demand(CorePermissions.StaffView).WithName("credentials.read").WithSummary("A credential, with its ETag.").ProducesProblem(404);

        credentials.MapPut("{id:long}", async (CredentialBook book, HttpContext http, long staff, long id, CredentialInput input, CancellationToken token) =>
                Tagged(http, await book.ChangeAsync(staff, id, RowVersions.Required(http.Request), input, token)))
            .Demand(CorePermissions.CredentialsManage).WithName("credentials.change").WithSummary("Corrects a credential; If-Match holds the ETag it was read with.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);

        credentials.MapPost("{id:long}/end", async (CredentialBook book, HttpContext http, long staff, long id, End end, CancellationToken token) =>
                Tagged(http, await book.EndAsync(staff, id, RowVersions.Required(http.Request), end.Reason, token)))
            .Demand(CorePermissions.CredentialsManage).WithName("credentials.end").WithSummary("Ends a credential before its time; If-Match holds the ETag it was read with.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        return routes;
    }

    private static Ok<CredentialRecord> Tagged(HttpContext http, CredentialRecord credential)
    {
        http.Response.Headers.ETag = RowVersions.Tag(credential.RowVersion);
        return TypedResults.Ok(credential);
    }
}
