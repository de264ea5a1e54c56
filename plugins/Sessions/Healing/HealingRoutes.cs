using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk.Web;
using Smp.Sessions.Aftercare;

namespace Smp.Sessions.Healing;

/// <summary>How something ended, as a body.</summary>
/// <param name="Outcome">1 to 500 characters.</param>
public sealed record OutcomeInput(string? Outcome);

/// <summary>The language of the sheet, as a body.</summary>
/// <param name="Language">A code such as <c>de</c>; the client's own when left out.</param>
public sealed record LanguageInput(string? Language = null);

/// <summary>What comes after a session, as JSON: aftercare and checks of healing.</summary>
internal static class HealingRoutes
{
    public static void MapHealing(this IEndpointRouteBuilder api)
    {
        api.MapGet("/{id:long}/healing", async Task<Ok<IReadOnlyList<HealingCheck>>> (HealingBook book, long id, CancellationToken token) => TypedResults.Ok(await book.OfSessionAsync(id, token)))
            .Demand(Permissions.View).WithTags("Healing").WithName("sessions.healing.list").WithSummary("The checks of healing of a session, the first first.");

        api.MapPost("/{id:long}/healing", async Task<Created<HealingCheck>> (HealingBook book, long id, HealingInput input, CancellationToken token) =>
                TypedResults.Created((string?)null, await book.RecordAsync(id, input, token)))
            .Demand(Permissions.Perform).WithTags("Healing").WithName("sessions.healing.record")
            .WithSummary("Records a check of healing, or why it was missed. An infection or allergic reaction becomes a complication.").ProducesRefusals();

        api.MapPost("/findings/{id:long}/resolve", async Task<Ok<HealingCheck>> (HealingBook book, long id, OutcomeInput input, CancellationToken token) =>
                TypedResults.Ok(await book.ResolveAsync(id, input.Outcome, token)))
            .Demand(Permissions.Perform).WithTags("Healing").WithName("sessions.healing.resolve").WithSummary("Records how a finding ended.").ProducesRefusals();

        api.MapPost("/{id:long}/aftercare", async Task<Ok<GivenAftercare>> (AftercareBook book, long id, LanguageInput input, CancellationToken token) =>
                TypedResults.Ok(await book.GiveAsync(id, input.Language, token)))
            .Demand(Permissions.Perform).WithTags("Healing").WithName("sessions.aftercare.give").WithSummary("Records that the aftercare sheet was given.").ProducesRefusals();
    }
}
