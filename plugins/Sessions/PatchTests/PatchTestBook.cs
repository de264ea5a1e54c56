using System.Data.Common;
using Dapper;
using Smp.Sdk;
using Smp.Sessions.Plans;

namespace Smp.Sessions.PatchTests;

/// <summary>A patch test of one pigment on one client.</summary>
public sealed record PatchTest
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Of which plan.</summary>
    public required long PlanId { get; init; }

    /// <summary>Which pigment of the plan.</summary>
    public required long PigmentId { get; init; }

    /// <summary>That pigment, as shown.</summary>
    public required string Pigment { get; init; }

    /// <summary>On whom.</summary>
    public required long PatientId { get; init; }

    /// <summary>Where it stands.</summary>
    public required PatchTestState State { get; init; }

    /// <summary>Where on the skin.</summary>
    public string? Site { get; init; }

    /// <summary>The pigment's lot, as printed.</summary>
    public string? Lot { get; init; }

    /// <summary>When it was applied; when it was waived, where it never was.</summary>
    public required DateTimeOffset AppliedAt { get; init; }

    /// <summary>Who applied or waived it.</summary>
    public required string AppliedBy { get; init; }

    /// <summary>Counts its changes.</summary>
    public required long RowVersion { get; init; }

    /// <summary>From when on it can be read next; null when nothing is to be read.</summary>
    public DateTimeOffset? ReadFrom => State switch
    {
        PatchTestState.Applied => AppliedAt.AddHours(PatchTestStates.FirstHours),
        PatchTestState.ReadOnce => AppliedAt.AddHours(PatchTestStates.SecondHours),
        _ => null,
    };
}

/// <summary>A patch test that is applied.</summary>
public sealed record PatchTestInput
{
    /// <summary>Which pigment of the plan.</summary>
    public long? PigmentId { get; init; }

    /// <summary>Where on the skin: "behind the left ear". At most 100 characters.</summary>
    public string? Site { get; init; }

    /// <summary>The pigment's lot, as printed; at most 50 characters.</summary>
    public string? Lot { get; init; }

    /// <summary>When it was applied, not in the future; now when left out.</summary>
    public DateTimeOffset? AppliedAt { get; init; }
}

/// <summary>What a reading of a patch test says.</summary>
/// <param name="Event">What.</param>
/// <param name="Note">What was seen; needed where it is waived, or nobody can say. At most 500 characters.</param>
public sealed record PatchReadingInput(PatchTestEvent? Event, string? Note = null);

/// <summary>Patch tests: applied, read, waived.</summary>
public sealed class PatchTestBook(IStore<SessionsPlugin> store, ICurrentActor actor, IClinicClock clock, ITimeline timeline, IComplications complications)
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private const string Columns = """
        t.id, t.plan_id, t.pigment_id, p.shade || ', ' || p.brand AS pigment, t.patient_id, t.state, t.site, t.lot, t.applied_at, t.applied_by, t.row_version
        FROM sessions__patch_tests t JOIN sessions__plan_pigments p ON p.id = t.pigment_id
        """;

    /// <summary>The patch tests of a plan, the latest first; at most 200.</summary>
    public Task<IReadOnlyList<PatchTest>> OfPlanAsync(long planId, CancellationToken token = default) => store.ReadAsync(db => OfPlanAsync(db, planId), token);

    /// <summary>Tests that nobody has read, the oldest first.</summary>
    public async Task<IReadOnlyList<PatchTest>> UnreadAsync(long? patientId, int limit, CancellationToken token = default) => (await store.ReadAsync(db => db.QueryAsync<PatchTest>($"""
        SELECT {Columns} WHERE t.state IN ('Applied', 'ReadOnce') AND (@patientId IS NULL OR t.patient_id = @patientId) ORDER BY t.applied_at LIMIT @limit
        """, new { patientId, limit }), token)).AsList();

    internal static async Task<IReadOnlyList<PatchTest>> OfPlanAsync(DbConnection db, long planId) =>
        (await db.QueryAsync<PatchTest>($"SELECT {Columns} WHERE t.plan_id = @planId ORDER BY t.id DESC LIMIT 200", new { planId })).AsList();

    /// <summary>Records that a patch test was applied.</summary>
    /// <exception cref="RefusedException">A field needs another look, or there is no such plan or pigment in it.</exception>
    public Task<PatchTest> ApplyAsync(long planId, PatchTestInput input, CancellationToken token = default)
    {
        var checks = new Checks();
        checks.That(input.PigmentId is not null, "pigmentId", $"Say which pigment.");
        var site = checks.Require(input.Site, "site", 100);
        var lot = checks.Optional(input.Lot, "lot", 50);
        checks.That(input.AppliedAt is null || input.AppliedAt <= clock.Now + ClockSkew, "appliedAt", $"This is in the future.");
        checks.Throw();
        return AddAsync(new("Applied a patch test"), planId, input.PigmentId!.Value, PatchTestState.Applied, site, lot, input.AppliedAt, null, token);
    }

    /// <summary>A physician decides that a pigment needs no test.</summary>
    /// <exception cref="RefusedException">No reason, no such plan or pigment in it, or this person may not.</exception>
    public Task<PatchTest> WaiveAsync(long planId, long pigmentId, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        var why = checks.Require(reason, "note", 500);
        checks.Throw();
        if (!actor.May(Permissions.Decide)) throw Refuse.Forbidden($"Only a physician can waive a patch test.");
        return AddAsync(new("Waived a patch test", why), planId, pigmentId, PatchTestState.Waived, null, null, null, why, token);
    }

    /// <summary>Reads a patch test, or waives what was applied.</summary>
    /// <param name="id">Which.</param>
    /// <param name="rowVersion">The version that was seen.</param>
    /// <param name="input">What it says.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="RefusedException">It is too early, it can't be read any more, no note where one is needed, or somebody changed it meanwhile.</exception>
    public Task<PatchTest> ReadAsync(long id, long rowVersion, PatchReadingInput input, CancellationToken token = default)
    {
        var checks = new Checks();
        checks.That(input.Event is not null, "event", $"Say what it shows.");
        var note = input.Event is PatchTestEvent.Waive or PatchTestEvent.ReadInconclusive ? checks.Require(input.Note, "note", 500) : checks.Optional(input.Note, "note", 500);
        checks.Throw();
        return store.WriteAsync(new("Read a patch test", note), async unit =>
        {
            var db = unit.Connection;
            var was = await RequireAsync(db, id);
            if (was.RowVersion != rowVersion) throw Refuse.Stale($"Somebody else read this patch test meanwhile. Load it again.");
            var on = input.Event!.Value;
            var step = PatchTestStates.Find(was.State, on, unit.Now - was.AppliedAt) ?? throw (PatchTestStates.HoursUntil(was.State, on) is { } hours
                ? Refuse.Because($"It is too early to say so: it can be read from {was.AppliedAt.AddHours(hours)} on. A reaction can be recorded at any time.")
                : Refuse.Because($"This patch test stands at “{was.State}”: that can't be said of it any more. Apply another one."));
            if (!actor.May(step.Permission)) throw Refuse.Forbidden($"Your role doesn't have the permission that this needs.");
            await db.ExecuteAsync("UPDATE sessions__patch_tests SET state = @to, row_version = row_version + 1 WHERE id = @id", new { id, to = step.To.ToString() });
            await NoteAsync(unit, db, id, on, note);
            if (step.To is PatchTestState.Positive)
            {
                await complications.RecordAsync(unit, new(was.PatientId, ComplicationKind.Allergy, clock.DayOf(unit.Now), ComplicationSeverity.Mild, $"Patch test positive: {was.Pigment}"), token);
            }
            else
            {
                await timeline.WriteAsync(unit, new(was.PatientId, unit.Now, "pigment", $"Patch test of {was.Pigment}: {step.To switch
                {
                    PatchTestState.ReadOnce => "no reaction at the first reading",
                    PatchTestState.Negative => "negative",
                    PatchTestState.Inconclusive => "inconclusive",
                    _ => "waived by a physician",
                }}", Links.Plan(was.PlanId)), token);
            }

            return await RequireAsync(db, id);
        }, token);
    }

    private Task<PatchTest> AddAsync(
        Act act, long planId, long pigmentId, PatchTestState state, string? site, string? lot, DateTimeOffset? at, string? why, CancellationToken token) =>
        store.WriteAsync(act, async unit =>
        {
            var db = unit.Connection;
            var plan = await PlanRows.RequireAsync(db, planId);
            var pigment = plan.Pigments.FirstOrDefault(p => p.Id == pigmentId) ?? throw Refuse.Field("pigmentId", $"This pigment isn't in the plan.");
            var id = await db.ExecuteScalarAsync<long>("""
                INSERT INTO sessions__patch_tests (plan_id, pigment_id, patient_id, state, site, lot, applied_at, applied_by)
                VALUES (@planId, @pigmentId, @PatientId, @state, @site, @lot, @at, @Name) RETURNING id
                """, new { planId, pigmentId, plan.PatientId, state = state.ToString(), site, lot, at = at ?? unit.Now, unit.Actor.Name });
            if (state is PatchTestState.Waived) await NoteAsync(unit, db, id, PatchTestEvent.Waive, why);
            await timeline.WriteAsync(unit, new(plan.PatientId, at ?? unit.Now, "pigment",
                state is PatchTestState.Waived ? $"Patch test of {pigment.Name}: waived by a physician" : $"Patch test of {pigment.Name} applied", Links.Plan(planId)), token);
            return await RequireAsync(db, id);
        }, token);

    private static Task<int> NoteAsync(IUnitOfWork unit, DbConnection db, long id, PatchTestEvent on, string? note) => db.ExecuteAsync(
        "INSERT INTO sessions__patch_readings (test_id, event, note, actor, at) VALUES (@id, @on, @note, @Name, @Now)", new { id, on = on.ToString(), note, unit.Actor.Name, unit.Now });

    private static async Task<PatchTest> RequireAsync(DbConnection db, long id) =>
        await db.QuerySingleOrDefaultAsync<PatchTest>($"SELECT {Columns} WHERE t.id = @id", new { id }) ?? throw Refuse.Missing($"There is no patch test {id}.");
}
