using Microsoft.AspNetCore.Http.HttpResults;
using Smp.Runtime.Core.Audit;
using Smp.Runtime.Hosting;
using Smp.Runtime.Identity;
using Smp.Runtime.Store.Audit;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>The audit trail: read, verified, exported, and a patient's values erased from it.</summary>
internal static class AuditRoutes
{
    /// <summary>A unit of work with a page of its changes.</summary>
    public sealed record UnitWithChanges(AuditUnit Unit, Page<AuditChange> Changes);

    /// <summary>What a verification found.</summary>
    /// <param name="Ok">Whether nothing is wrong.</param>
    /// <param name="Units">How many units of work the trail holds.</param>
    /// <param name="Rows">How many changed rows.</param>
    /// <param name="Head">Where the chain ends, <c>NUMBER:HASH</c>: keep it elsewhere, and give it as <c>head</c> another time.</param>
    /// <param name="Problems">What is wrong, the first hundred.</param>
    /// <param name="Found">How much is wrong in all.</param>
    public sealed record Verdict(bool Ok, long Units, long Rows, string Head, IReadOnlyList<AuditProblem> Problems, long Found);

    /// <summary>Whose values shall be erased, and on what ground in law.</summary>
    public sealed record Erasure(long? PatientId, string? Reason);

    /// <summary>How many changes lost their values.</summary>
    public sealed record Erased(int Rows);

    public static IEndpointRouteBuilder MapAudit(this IEndpointRouteBuilder routes)
    {
        var audit = routes.MapGroup("/api/audit").WithTags("audit");
        MapReads(audit);

        audit.MapGet("verify", async (Clinic clinic, string[]? head, CancellationToken token) =>
                TypedResults.Ok(Of(await clinic.VerifyAuditAsync([.. (head ?? []).Select(Head)], token))))
            .Demand(CorePermissions.AuditView).WithName("audit.verify")
            .WithSummary("Verifies the whole trail, and the data against it; head=NUMBER:HASH, as often as there are some, are heads that were kept elsewhere.")
            .ProducesProblem(422);

        audit.MapGet("export", async (AuditExport export, HttpResponse response, DateOnly? from, DateOnly? to, CancellationToken token) =>
            {
                export.Check(from, to);
                response.ContentType = "application/x-ndjson";
                await export.WriteAsync(from, to, response.BodyWriter, token);
            })
            .Demand(CorePermissions.AuditView).WithName("audit.export")
            .WithSummary("The trail, a line of JSON for each unit of work with its changes, the oldest first; the last line is the chain's head.")
            .ProducesProblem(422);

        audit.MapPost("erasures", async Task<Ok<Erased>> (AuditErasure erasure, Erasure input, CancellationToken token) =>
            {
                if (input.PatientId is not { } patient) throw Refuse.Field("patientId", $"Say which patient.");
                return TypedResults.Ok(new Erased(await erasure.EraseAsync(patient, input.Reason, token)));
            })
            .Demand(CorePermissions.AuditErase).WithName("audit.erase")
            .WithSummary("Erases what the trail holds about a patient so far, for good. That it was done, by whom and why, stays.")
            .ProducesProblem(404).ProducesProblem(422);
        return routes;
    }

    private static void MapReads(RouteGroupBuilder audit)
    {
        audit.MapGet("", async (
                AuditBook book, long? patient, long? staff, string? module, DateOnly? from, DateOnly? to, bool? looks, string? after, int? limit,
                CancellationToken token) =>
            {
                var filter = new AuditFilter { Patient = patient, Staff = staff, Module = module, From = from, To = to, Looks = looks ?? true };
                return TypedResults.Ok(await book.PageAsync(filter, after, Keyset.Limit(limit), token));
            })
            .Demand(CorePermissions.AuditView).AboutPatient("patient").WithName("audit.list")
            .WithSummary("Who did what, the newest first: about a patient, by a member of staff, of a module, from and to a day. looks=false leaves out looks at records.")
            .ProducesProblem(422);

        audit.MapGet("{unit:long}", async (AuditBook book, HttpContext http, long unit, string? after, int? limit, CancellationToken token) =>
            {
                var found = await book.FindAsync(unit, token) ?? throw Refuse.Missing($"There is no entry {unit} in the audit trail.");
                var changes = await book.ChangesAsync(unit, after, Keyset.Limit(limit), token);
                PatientsIn(changes, http);
                return TypedResults.Ok(new UnitWithChanges(found, changes));
            })
            .Demand(CorePermissions.AuditView).WithName("audit.read").WithSummary("A unit of work with what it changed.").ProducesProblem(404);

        audit.MapGet("reads", async (
                PatientReads reads, long? patient, long? staff, DateOnly? from, DateOnly? to, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await reads.PageAsync(
                    new() { Patient = patient, Staff = staff, From = from, To = to }, after, Keyset.Limit(limit), token)))
            .Demand(CorePermissions.AuditView).WithName("audit.reads").WithSummary("Who looked at a patient's record, the newest first.").ProducesProblem(422);
    }

    /// <summary>Old values are a patient's record too: whoever reads them has looked at it.</summary>
    public static void PatientsIn(Page<AuditChange> changes, HttpContext http)
    {
        if (http.Features.Get<IPatientLook>() is not { } look) return;
        foreach (var patient in changes.Items.Where(c => c.Old is not null || c.New is not null).Select(c => c.PatientId).OfType<long>()) look.At(patient);
    }

    private static AuditHead Head(string text) =>
        AuditHeads.Parse(text) ?? throw Refuse.Field("head", $"A head is NUMBER:HASH, as a verification prints it.");

    private static Verdict Of(AuditReport report) =>
        new(report.Ok, report.Units, report.Rows, AuditHeads.Text(report.Head), report.Problems, report.Found);
}
