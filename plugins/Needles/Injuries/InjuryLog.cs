using System.Data.Common;
using System.Globalization;
using Dapper;
using Smp.Needles.Items;
using Smp.Needles.Recalls;
using Smp.Sdk;

namespace Smp.Needles.Injuries;

/// <summary>
/// The sharps injury log, and what is done after each injury. Who was injured is known to whoever has <see cref="Permissions.Injuries"/>, and to
/// themselves; nobody else is told. Nothing in it is ever deleted.
/// </summary>
public sealed class InjuryLog(
    IStore<NeedlesPlugin> store, IClinicClock clock, ISettings<NeedlesPlugin> settings, ICurrentActor actor, IPatients patients, IStaff staff,
    IIncidents incidents)
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private const string Columns = """
        j.id, j.staff_id, s.name AS staff, j.happened_at, j.item_id, j.lot_id, l.number AS lot_number, j.device_type, j.device_brand, j.area, j.how,
        j.patient_id, j.reported_by, j.reported_at, j.row_version
        FROM needles__sharps_injuries j JOIN staff s ON s.id = j.staff_id LEFT JOIN needles__lots l ON l.id = j.lot_id
        """;

    /// <summary>Whether whoever asks sees every injury, and not only their own.</summary>
    public bool SeesAll => actor.May(Permissions.Injuries);

    /// <summary>An injury with what is to be done, or null.</summary>
    /// <exception cref="RefusedException">Whoever asks may not see it.</exception>
    public async Task<SharpsInjury?> FindAsync(long id, CancellationToken token = default) =>
        await store.SnapshotAsync(connection => FindAsync(connection, id), token) is { } found ? Shown(Allowed(found)) : null;

    /// <summary>One page of a year's injuries, the newest first: all of them, or one's own for whoever may not see those of others.</summary>
    /// <param name="year">The clinic's year, 1900 to 2999; null for every year.</param>
    /// <param name="after">Where the page begins.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="token">Stops the search.</param>
    /// <exception cref="RefusedException">The cursor isn't one of this list, or there is no such year.</exception>
    public async Task<Page<InjuryLine>> PageAsync(int? year, string? after, int limit, CancellationToken token = default)
    {
        if (year is < 1900 or > 2999) throw Refuse.Field("year", $"Write a year with four digits, for example {clock.Today.Year}.");
        var key = Keyset.Decode(after, 2) ?? ["9999", "0"];
        var rows = await store.ReadAsync(connection => connection.QueryAsync<InjuryLine>("""
            SELECT j.id, j.happened_at, j.device_type, j.device_brand, l.number AS lot_number, j.area, j.how,
                (SELECT count(*) FROM needles__injury_tasks t WHERE t.injury_id = j.id AND t.outcome = 'Open') AS open_steps,
                (SELECT min(t.due_at) FROM needles__injury_tasks t WHERE t.injury_id = j.id AND t.outcome = 'Open') AS next_due
            FROM needles__sharps_injuries j LEFT JOIN needles__lots l ON l.id = j.lot_id
            WHERE (j.happened_at, j.id) < (@at, @id) AND (@all OR j.staff_id = @self) AND j.happened_at >= @from AND j.happened_at < @until
            ORDER BY j.happened_at DESC, j.id DESC LIMIT @limit + 1
            """, new
        {
            at = key[0], id = Keyset.Key(key[1]), all = SeesAll, self = actor.Actor.StaffId, limit, from = NewYear(year ?? 1900), until = NewYear((year ?? 2999) + 1),
        }), token);
        return Keyset.ToPage(rows.AsList(), limit, j => [Keyset.Of(j.HappenedAt), Keyset.Of(j.Id)]);
    }

    /// <summary>The years from the first injury that whoever asks may see to this one, the newest first.</summary>
    public async Task<IReadOnlyList<int>> YearsAsync(CancellationToken token = default)
    {
        var first = await store.ReadAsync(connection => connection.ExecuteScalarAsync<DateTimeOffset?>(
            "SELECT min(happened_at) FROM needles__sharps_injuries WHERE @all OR staff_id = @self",
            new { all = SeesAll, self = actor.Actor.StaffId }), token);
        var now = clock.Today.Year;
        var oldest = first is { } moment ? Math.Min(clock.DayOf(moment).Year, now) : now;
        return [.. Enumerable.Range(oldest, now - oldest + 1).Reverse()];
    }

    /// <summary>Reports an injury: what is to be done is listed with its deadlines, an incident is opened that names nobody, and recalls of the lot list it.</summary>
    /// <exception cref="RefusedException">A field needs another look, or there is no such member of staff, lot, item or patient.</exception>
    public Task<SharpsInjury> ReportAsync(InjuryInput input, CancellationToken token = default)
    {
        var checks = new Checks();
        var who = input.StaffId ?? actor.Actor.StaffId;
        var happened = input.HappenedAt ?? clock.Now;
        var known = input.LotId is not null || input.ItemId is not null;
        var type = known ? checks.Optional(input.DeviceType, "deviceType", 100) : checks.Require(input.DeviceType, "deviceType", 100);
        var brand = known ? checks.Optional(input.DeviceBrand, "deviceBrand", 200) : checks.Require(input.DeviceBrand, "deviceBrand", 200);
        var area = checks.Require(input.Area, "area", 200);
        var how = checks.Require(input.How, "how", 2000);
        checks.That(who is not null, "staffId", $"Say who was injured.");
        checks.That(happened <= clock.Now + ClockSkew, "happenedAt", $"This is in the future.");
        checks.That(happened.Year >= 1990, "happenedAt", $"This is too long ago.");
        checks.Throw();
        return store.WriteAsync(new("Reported a sharps injury"), async unit =>
        {
            if (await staff.FindAsync(unit, who!.Value, token) is null) throw Refuse.Field("staffId", $"There is no member of staff {who}.");
            if (input.PatientId is { } patient && await patients.FindAsync(unit, patient, token) is null)
                throw Refuse.Field("patientId", $"There is no patient {PatientSummary.NumberOf(patient)}.");
            var item = await ItemAsync(unit.Connection, input);
            var injury = new
            {
                who, happened, itemId = item?.Id, input.LotId, type = item is null ? type : type ?? KindOf(item.Kind),
                brand = item is null ? brand : brand ?? $"{item.Manufacturer} {item.Title}", area, how, input.PatientId, unit.Actor.Name, unit.Now,
            };
            var id = await unit.Connection.ExecuteScalarAsync<long>("""
                INSERT INTO needles__sharps_injuries
                    (staff_id, happened_at, item_id, lot_id, device_type, device_brand, area, how, patient_id, reported_by, reported_at)
                VALUES (@who, @happened, @itemId, @LotId, @type, @brand, @area, @how, @PatientId, @Name, @Now) RETURNING id
                """, injury);
            foreach (var (task, due, latest) in InjuryPlan.Of(settings).From(happened, clock.Zone))
            {
                await unit.Connection.ExecuteAsync("INSERT INTO needles__injury_tasks (injury_id, task, due_at, latest_at) VALUES (@id, @task, @due, @latest)",
                    new { id, task = task.ToString(), due, latest });
            }

            await incidents.OpenAsync(unit, new("SharpsInjury", Excerpt.Of($"Somebody was injured by a sharp: {injury.type}, {injury.brand}"), happened,
                Href: string.Create(CultureInfo.InvariantCulture, $"/needles/injuries/{id}"))
            { Confidential = true }, token);
            if (input.LotId is { } lot) await RecallCoverage.AddInjuryAsync(unit.Connection, lot, id);
            return Shown((await FindAsync(unit.Connection, id))!);
        }, token);
    }

    /// <summary>Writes down what came of a step. It can be put right; the audit trail keeps what stood there.</summary>
    /// <param name="id">Which injury.</param>
    /// <param name="task">Which step.</param>
    /// <param name="rowVersion">The injury's version that was seen.</param>
    /// <param name="input">What came of it.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">A field needs another look, no such injury, whoever asks may not see it, or somebody changed it meanwhile.</exception>
    public Task<SharpsInjury> RecordAsync(long id, InjuryTask task, long rowVersion, StepInput input, CancellationToken token = default)
    {
        var checks = new Checks();
        var note = checks.Optional(input.Note, "note", 500);
        checks.That(input.Outcome is not (null or StepOutcome.Open), "outcome", $"Say what came of it: Done, Declined or NotApplicable.");
        checks.That(input.Outcome is not StepOutcome.NotApplicable || note is not null, "note", $"Say why it isn't needed.");
        checks.Throw();
        return store.WriteAsync(new("Recorded a step after a sharps injury"), async unit =>
        {
            var injury = Allowed(await FindAsync(unit.Connection, id) ?? throw Refuse.Missing($"There is no sharps injury {id}."));
            if (injury.RowVersion != rowVersion)
                throw Refuse.Stale($"This record was changed by somebody else after you opened it. Load it again, and make your change there.");
            var at = input.At ?? unit.Now;
            if (at > unit.Now + ClockSkew) throw Refuse.Field("at", $"This is in the future.");
            if (at < injury.HappenedAt) throw Refuse.Field("at", $"This is before the injury happened.");
            var done = await unit.Connection.ExecuteAsync("""
                UPDATE needles__injury_tasks SET outcome = @outcome, outcome_at = @at, note = @note, recorded_by = @Name, recorded_at = @Now
                WHERE injury_id = @id AND task = @task
                """, new { id, task = task.ToString(), outcome = input.Outcome.ToString(), at, note, unit.Actor.Name, unit.Now });
            if (done == 0) throw Refuse.Missing($"There is no such step.");
            await unit.Connection.ExecuteAsync("UPDATE needles__sharps_injuries SET row_version = row_version + 1 WHERE id = @id", new { id });
            return Shown((await FindAsync(unit.Connection, id))!);
        }, token);
    }

    private async Task<SharpsInjury?> FindAsync(DbConnection connection, long id)
    {
        if (await connection.QuerySingleOrDefaultAsync<SharpsInjury>($"SELECT {Columns} WHERE j.id = @id", new { id }) is not { } injury) return null;
        var steps = await connection.QueryAsync<InjuryStep>("""
            SELECT task, due_at, latest_at, outcome, outcome_at, note, recorded_by, recorded_at FROM needles__injury_tasks WHERE injury_id = @id
            """, new { id });
        return injury with
        {
            Steps = [.. steps.OrderBy(s => s.DueAt).ThenBy(s => s.Task)],
            KeepUntil = new(clock.DayOf(injury.HappenedAt).Year + 5, 12, 31),
        };
    }

    private static async Task<Item?> ItemAsync(DbConnection connection, InjuryInput input)
    {
        if (input.LotId is { } lot)
        {
            var item = await connection.ExecuteScalarAsync<long?>("SELECT item_id FROM needles__lots WHERE id = @lot", new { lot });
            return await ItemCatalogue.RequireAsync(connection, item ?? throw Refuse.Field("lotId", $"There is no lot {lot}."));
        }

        return input.ItemId is { } id ? await ItemCatalogue.RequireAsync(connection, id) : null;
    }

    private SharpsInjury Allowed(SharpsInjury injury) => SeesAll || (actor.Actor.StaffId is { } self && self == injury.StaffId)
        ? injury
        : throw Refuse.Forbidden($"Who was injured by a sharp is confidential. You can see your own reports only.");

    private SharpsInjury Shown(SharpsInjury injury) =>
        SeesAll && actor.May(Permissions.SeePatients) ? injury : injury with { PatientId = null };

    private DateTimeOffset NewYear(int year)
    {
        var local = new DateTime(year, 1, 1);
        return new DateTimeOffset(local, clock.Zone.GetUtcOffset(local)).ToUniversalTime();
    }

    // As a log is written, in the language that its other texts are typed in: words, not a name of ours.
    private static string KindOf(SupplyKind kind) => kind switch
    {
        SupplyKind.NeedleCartridge => "Needle cartridge",
        SupplyKind.NeedleBar => "Needle bar",
        SupplyKind.PunchTip => "Punch tip",
        SupplyKind.Anaesthetic => "Needle or syringe (anaesthetic)",
        _ => kind.ToString(),
    };
}
