using System.Data.Common;
using Dapper;
using Smp.Sdk;
using Smp.Sessions.Plans;

namespace Smp.Sessions.Treating;

/// <summary>
/// What is recorded in a session while it goes on: each entry is saved by itself, and sending one twice saves it once, so that a closed tab or a dead battery loses nothing. What was used is recorded
/// in one unit of work with the stock.
/// </summary>
public sealed class SessionLog(
    IStore<SessionsPlugin> store, IProcedures procedures, IDoses doses, IIncidents incidents, ISettings<SessionsPlugin> settings, ISupplyLedger? ledger = null)
{
    private const int MostZones = 1000;

    /// <summary>Saves one field of a session: <c>pain</c>, <c>notes</c>, <c>pass</c> or <c>toldPigments</c>.</summary>
    /// <param name="id">Which session.</param>
    /// <param name="rowVersion">The version that was seen.</param>
    /// <param name="field">Which field.</param>
    /// <param name="value">As typed; empty takes it out.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="RefusedException">The value can't be, the session is over, or somebody else changed it meanwhile (detail <c>current</c>); the same value again is no conflict.</exception>
    public Task<Session> SetAsync(long id, long rowVersion, string field, string? value, CancellationToken token = default) =>
        SetAsync(id, rowVersion, new Dictionary<string, string?> { [field] = value }, token);

    /// <summary>Saves several fields at once: all of them, or none.</summary>
    /// <inheritdoc cref="SetAsync(long, long, string, string?, CancellationToken)"/>
    public Task<Session> SetAsync(long id, long rowVersion, IReadOnlyDictionary<string, string?> fields, CancellationToken token = default) =>
        store.WriteAsync(new("Recorded in a session"), async unit =>
        {
            var db = unit.Connection;
            var session = await SessionRows.RequireAsync(db, id);
            var checks = new Checks();
            var becomes = fields.Aggregate(session, (its, field) => With(checks, its, field.Key, string.IsNullOrWhiteSpace(field.Value) ? null : field.Value.Trim()));
            checks.Throw();
            if (becomes == session) return session;
            if (session.RowVersion != rowVersion) throw SessionBook.Stale(session);
            RequireOpen(session);
            await db.ExecuteAsync("""
                UPDATE sessions__sessions SET pain = @Pain, notes = @Notes, pass = @pass, told_pigments = @ToldPigments, changed_by = @Name, changed_at = @Now, row_version = row_version + 1
                WHERE id = @id
                """, new { id, becomes.Pain, becomes.Notes, pass = becomes.Pass.ToString(), becomes.ToldPigments, unit.Actor.Name, unit.Now });
            return await SessionRows.RequireAsync(db, id);
        }, token);

    /// <summary>Writes the record of a zone. The key is the caller's own; the same record again changes nothing.</summary>
    /// <param name="id">Which session.</param>
    /// <param name="key">1 to 50 characters; a UUID does well.</param>
    /// <param name="rowVersion">The version that was seen; null for a new one.</param>
    /// <param name="input">All of it.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="RefusedException">A field needs another look, the session isn't in progress, or somebody else changed the record meanwhile (detail <c>current</c>).</exception>
    public Task<ZoneRecord> WriteZoneAsync(long id, string key, long? rowVersion, ZoneInput input, CancellationToken token = default) =>
        store.WriteAsync(new("Recorded a zone"), async unit =>
        {
            var db = unit.Connection;
            var session = await SessionRows.RequireAsync(db, id);
            var zone = Checked(session, await PlanRows.RequireAsync(db, session.PlanId), key, input);
            var was = (await SessionRows.ZonesAsync(db, id)).FirstOrDefault(z => z.Key == key);
            if (was is not null && Same(was, zone)) return was;
            RequireInProgress(session);
            if (was is not null && was.RowVersion != rowVersion)
                throw new RefusedException(RefusalKind.Stale, $"Somebody else changed this record meanwhile. Look at it as it is now, and change it again.")
                {
                    Details = new Dictionary<string, object?> { ["current"] = was },
                };
            if (was is { RemovedAt: not null }) throw Refuse.Because($"This record was taken out. Write a new one.");
            if (was is null && await db.ExecuteScalarAsync<int>("SELECT count(*) FROM sessions__zone_records WHERE session_id = @id", new { id }) >= MostZones)
                throw Refuse.Because($"A session has at most {MostZones} records.");
            await InsertAsync(db, id, key, zone, unit.Actor.Name, unit.Now);
            return (await SessionRows.ZonesAsync(db, id)).First(z => z.Key == key);
        }, token);

    /// <summary>Takes a record out; it stays, marked. Taking it out twice changes nothing.</summary>
    /// <exception cref="RefusedException">No reason, no such record, or the session isn't in progress.</exception>
    public Task<ZoneRecord> RemoveZoneAsync(long id, string key, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        var why = checks.Require(reason, "reason", 500);
        checks.Throw();
        return store.WriteAsync(new("Took out the record of a zone", why), async unit =>
        {
            var db = unit.Connection;
            var session = await SessionRows.RequireAsync(db, id);
            var was = (await SessionRows.ZonesAsync(db, id)).FirstOrDefault(z => z.Key == key) ?? throw Refuse.Missing($"There is no such record in this session.");
            if (was.RemovedAt is not null) return was;
            RequireInProgress(session);
            await db.ExecuteAsync("UPDATE sessions__zone_records SET removed_at = @Now, removed_reason = @why, row_version = row_version + 1 WHERE id = @Id", new { was.Id, unit.Now, why });
            return (await SessionRows.ZonesAsync(db, id)).First(z => z.Key == key);
        }, token);
    }

    /// <summary>What is unusual about a record; null when nothing is. It counts all the same.</summary>
    public FormattableString? Unusual(ZoneRecord zone) =>
        zone.DepthMicrometres is { } depth ? Course.Unusual(depth, settings.Get<int>("shallowestMicrometres"), settings.Get<int>("deepestMicrometres")) : null;

    /// <summary>
    /// Records that a pigment is used: with its lot and dilution, and in one unit of work with the stock where there is a ledger. The key is the caller's own; sending it again records nothing twice.
    /// </summary>
    /// <exception cref="RefusedException">
    /// A field needs another look, the session isn't in progress, a guard stands against the use (unless it was used <see cref="PigmentUseInput.Already"/>), or the key is another use's.
    /// </exception>
    public async Task<PigmentUse> UsePigmentAsync(long id, string key, PigmentUseInput input, CancellationToken token = default)
    {
        // As printed: what the ledger calls the lot, where it still proposes it. Outside of the unit, which reads its own tables alone.
        var named = input with { Lot = await NumberOfAsync(input.LotId, SupplyKind.Pigment, input.Lot, token), DiluentLot = await NumberOfAsync(input.DiluentLotId, SupplyKind.Diluent, input.DiluentLot, token) };
        return await store.WriteAsync(new("Recorded a pigment"), unit => UsePigmentAsync(unit, id, key, named, token), token);
    }

    private async Task<PigmentUse> UsePigmentAsync(IUnitOfWork unit, long id, string key, PigmentUseInput input, CancellationToken token)
    {
        var db = unit.Connection;
        var session = await SessionRows.RequireAsync(db, id);
        var plan = await PlanRows.RequireAsync(db, session.PlanId);
        if ((await SessionRows.PigmentsAsync(db, id)).FirstOrDefault(u => u.Key == key) is { } was)
        {
            return was.PigmentId == input.PigmentId && was.Dilution == Dilutions.Text(input.PigmentParts, input.DiluentParts) && (input.LotId is null || was.LotId == input.LotId)
                ? was
                : throw Refuse.Because($"Another use is on record under this key.");
        }

        var (pigment, checkedInput) = Checked(plan, key, input, ledger is not null);
        RequireInProgress(session);
        var performer = session.PerformedBy ?? throw Refuse.Field("performedBy", $"Say who performs it.");
        var use = new GuardedUse(pigment.Name, SupplyKind.Pigment, input.LotId);
        if (input.Already)
        {
            var report = await procedures.AskAsync(unit, session.ProcedureId, GuardStage.Use, use, token);
            foreach (var finding in report.Findings.Where(f => f.Blocks && f.Module == "sessions"))
                await incidents.OpenAsync(unit, new("PigmentUsed", Excerpt.Of($"{pigment.Name} was used although a rule stood against it. {FormattableString.Invariant(finding.Answer.Sentence)}"), unit.Now, session.PatientId, Links.Session(id)), token);
        }
        else
        {
            await procedures.RequireAsync(unit, session.ProcedureId, use, token);
        }

        RequireLots(checkedInput);
        var useId = await DrawAsync(unit, session, input.LotId, input.ContainerId, input.Microlitres, performer, token);
        var diluentUse = await DrawAsync(unit, session, input.DiluentLotId, null, null, performer, token);
        await InsertAsync(db, id, key, checkedInput, useId, diluentUse, unit.Actor.Name, unit.Now);
        return (await SessionRows.PigmentsAsync(db, id)).First(u => u.Key == key);
    }

    /// <summary>Opens needles for a session, from the ledger: guards are asked, and the pick is the ledger's. They are accounted for when it ends.</summary>
    /// <exception cref="RefusedException">There is no ledger, the lot can't be used, a guard stands in the way, or the session isn't in progress.</exception>
    public async Task<OpenPick> OpenNeedlesAsync(long id, long lotId, int quantity, bool confirmAllergy, CancellationToken token = default)
    {
        var stock = ledger ?? throw Refuse.Because($"No module keeps a stock of needles here. Write the needle with its lot instead.");
        var session = await store.ReadAsync(db => SessionRows.FindAsync(db, id), token) ?? throw SessionRows.Missing(id);
        RequireInProgress(session);
        var lot = (await stock.ProposeAsync(SupplyKind.NeedleCartridge, token)).Concat(await stock.ProposeAsync(SupplyKind.NeedleBar, token)).FirstOrDefault(l => l.LotId == lotId);
        // The ledger says why a lot that it doesn't propose can't be picked, and logs that somebody tried.
        await store.WriteAsync(new("Asked to use needles"), unit =>
            procedures.RequireAsync(unit, session.ProcedureId, new(lot is null ? $"lot {lotId}" : $"{lot.Item}, lot {lot.LotNumber}", lot?.Kind ?? SupplyKind.NeedleCartridge, lotId), token), token);
        var pick = await stock.PickAsync(new(lotId, session.PatientId, quantity) { ProcedureId = session.ProcedureId, ConfirmAllergy = confirmAllergy }, token);
        return (await stock.OpenPicksAsync(session.ProcedureId, null, null, token)).First(p => p.PickId == pick);
    }

    /// <summary>Records needles by their lot, where no ledger keeps them. The key is the caller's own.</summary>
    /// <exception cref="RefusedException">A field needs another look, or the session isn't in progress.</exception>
    public Task<NeedleUse> WriteNeedlesAsync(long id, string key, NeedleInput input, CancellationToken token = default)
    {
        var needles = Checked(key, input);
        return store.WriteAsync(new("Recorded needles"), async unit =>
        {
            var db = unit.Connection;
            var session = await SessionRows.RequireAsync(db, id);
            if ((await SessionRows.NeedlesAsync(db, id)).FirstOrDefault(n => n.Key == key) is { } was) return was;
            RequireInProgress(session);
            await InsertAsync(db, id, key, needles, unit.Actor.Name, unit.Now);
            return (await SessionRows.NeedlesAsync(db, id)).First(n => n.Key == key);
        }, token);
    }

    /// <summary>Records a dose in the patient's one ledger, as given in this session by whoever performs it. The key is the caller's own.</summary>
    /// <exception cref="RefusedException">It makes no sense as a dose, or the session hasn't begun or is void.</exception>
    public Task<RecordedDose> DoseAsync(long id, string key, DoseRecord dose, CancellationToken token = default) =>
        store.WriteAsync(new("Recorded a dose in a session"), async unit =>
        {
            var db = unit.Connection;
            var session = await SessionRows.RequireAsync(db, id);
            if (await db.ExecuteScalarAsync<long?>("SELECT dose_id FROM sessions__doses WHERE session_id = @id AND key = @key", new { id, key }) is { } before) return new(before, [], null);
            if (session.StartedAt is null || session.State is SessionState.Voided) RequireInProgress(session);
            var given = await doses.RecordAsync(unit, dose with { PatientId = session.PatientId, ProcedureId = session.ProcedureId }, token);
            await db.ExecuteAsync("INSERT INTO sessions__doses (session_id, key, dose_id) VALUES (@id, @key, @DoseId)", new { id, key, given.DoseId });
            return given;
        }, token);

    /// <summary>What is entered afterwards, as of then: by lots as printed, without a look at the stock of today.</summary>
    internal async Task EnterAsync(IUnitOfWork unit, Session session, TreatmentPlan plan, HistoricalSession input, DateTimeOffset at)
    {
        var db = store.Join(unit);
        foreach (var (zone, i) in (input.Zones ?? []).Select((z, i) => (z, i)))
            await InsertAsync(db, session.Id, Key("zone", i), Checked(session, plan, Key("zone", i), zone), unit.Actor.Name, at);
        foreach (var (pigment, i) in (input.Pigments ?? []).Select((p, i) => (p, i)))
        {
            var (_, use) = Checked(plan, Key("pigment", i), pigment, hasLedger: false);
            await InsertAsync(db, session.Id, Key("pigment", i), use, null, null, unit.Actor.Name, at);
        }

        foreach (var (needle, i) in (input.Needles ?? []).Select((n, i) => (n, i)))
            await InsertAsync(db, session.Id, Key("needle", i), Checked(Key("needle", i), needle), unit.Actor.Name, at);

        static string Key(string what, int at) => FormattableString.Invariant($"{what}-{at + 1}");
    }

    private static Session With(Checks checks, Session session, string field, string? text)
    {
        return field switch
        {
            "pain" => session with { Pain = text is null ? null : int.TryParse(text, out var pain) && pain is >= 0 and <= 10 ? pain : Wrong<int?>($"From 0, none, to 10, the worst there can be.") },
            "notes" => session with { Notes = checks.Optional(text, field, 4000) },
            "pass" => session with { Pass = Enum.TryParse<Pass>(text, out var pass) && Enum.IsDefined(pass) ? pass : Wrong<Pass>($"Choose one from the list.") },
            "toldPigments" => session with { ToldPigments = text is "true" or "on" },
            _ => throw Refuse.Missing($"A session has no field {field}."),
        };

        T Wrong<T>(FormattableString message)
        {
            checks.Add(field, message);
            return default!;
        }
    }

    private static Task<int> InsertAsync(DbConnection db, long id, string key, ZoneRecord zone, string name, DateTimeOffset at) => db.ExecuteAsync("""
        INSERT INTO sessions__zone_records (session_id, key, zone, pass, needle, pigment_id, pigment_parts, diluent_parts, density_percent, depth_micrometres, note, recorded_by, recorded_at)
        VALUES (@id, @key, @zone, @pass, @Needle, @PigmentId, @PigmentParts, @DiluentParts, @DensityPercent, @DepthMicrometres, @Note, @name, @at)
        ON CONFLICT (session_id, key) DO UPDATE SET zone = excluded.zone, pass = excluded.pass, needle = excluded.needle, pigment_id = excluded.pigment_id,
            pigment_parts = excluded.pigment_parts, diluent_parts = excluded.diluent_parts, density_percent = excluded.density_percent,
            depth_micrometres = excluded.depth_micrometres, note = excluded.note, recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at, row_version = row_version + 1
        """, new
    {
        id, key, zone = zone.Zone.ToString(), pass = zone.Pass.ToString(), zone.Needle, zone.PigmentId, zone.PigmentParts, zone.DiluentParts, zone.DensityPercent, zone.DepthMicrometres,
        zone.Note, name, at,
    });

    private static Task<int> InsertAsync(DbConnection db, long id, string key, PigmentUseInput use, long? useId, long? diluentUse, string name, DateTimeOffset at) => db.ExecuteAsync("""
        INSERT INTO sessions__pigment_uses (session_id, key, pigment_id, lot, lot_id, container_id, use_id, pigment_parts, diluent_parts, diluent, diluent_lot, diluent_lot_id, diluent_use_id,
            microlitres, recorded_by, recorded_at)
        VALUES (@id, @key, @PigmentId, @Lot, @LotId, @ContainerId, @useId, @PigmentParts, @DiluentParts, @Diluent, @DiluentLot, @DiluentLotId, @diluentUse, @Microlitres, @name, @at)
        """, new
    {
        id, key, use.PigmentId, use.Lot, use.LotId, use.ContainerId, useId, use.PigmentParts, use.DiluentParts, use.Diluent, use.DiluentLot, use.DiluentLotId, diluentUse, use.Microlitres, name, at,
    });

    private static Task<int> InsertAsync(DbConnection db, long id, string key, NeedleInput needle, string name, DateTimeOffset at) => db.ExecuteAsync("""
        INSERT INTO sessions__needle_uses (session_id, key, needle, lot, used, wasted, reason, recorded_by, recorded_at) VALUES (@id, @key, @Needle, @Lot, @Used, @Wasted, @Reason, @name, @at)
        """, new { id, key, needle.Needle, needle.Lot, needle.Used, needle.Wasted, needle.Reason, name, at });

    private static NeedleInput Checked(string key, NeedleInput input)
    {
        var checks = new Checks();
        checks.Require(key, "key", 50);
        var needle = checks.Require(input.Needle, "needle", 100);
        var lot = checks.Require(input.Lot, "lot", 50);
        var (used, wasted) = (input.Used ?? (input.Wasted is null ? 1 : 0), input.Wasted ?? 0);
        checks.That(used is >= 0 and <= 1000 && wasted is >= 0 and <= 1000 && used + wasted > 0, "used", $"At least one was used or wasted; at most 1,000.");
        var reason = wasted > 0 ? checks.Require(input.Reason, "reason", 100) : null;
        checks.Throw();
        return new() { Needle = needle, Lot = lot, Used = used, Wasted = wasted, Reason = reason };
    }

    private static ZoneRecord Checked(Session session, TreatmentPlan plan, string key, ZoneInput input)
    {
        var checks = new Checks();
        checks.Require(key, "key", 50);
        checks.That(input.Zone is { } zone && Enum.IsDefined(zone), "zone", $"Say which zone.");
        checks.That(input.PigmentId is null || plan.Pigments.Any(p => p.Id == input.PigmentId), "pigmentId", $"This pigment isn't in the plan.");
        checks.That((input.PigmentParts is null) == (input.DiluentParts is null) && input.PigmentParts is null or >= 1 and <= 100 && input.DiluentParts is null or >= 0 and <= 100, "dilution",
            $"Write parts of pigment and of diluent, for example 1:8. Undiluted is 1:0.");
        checks.That(input.DensityPercent is null or >= 1 and <= 100, "densityPercent", $"A density is 1 to 100 %.");
        checks.That(input.DepthMicrometres is null or >= 1 and <= 10_000, "depthMicrometres", $"A depth is up to 10 mm.");
        var needle = checks.Optional(input.Needle, "needle", 50);
        var note = checks.Optional(input.Note, "note", 500);
        checks.Throw();
        return new()
        {
            Id = 0, Key = key, Zone = input.Zone!.Value, Pass = input.Pass ?? session.Pass, Needle = needle, PigmentId = input.PigmentId, PigmentParts = input.PigmentParts, DiluentParts = input.DiluentParts,
            DensityPercent = input.DensityPercent, DepthMicrometres = input.DepthMicrometres, Note = note, RecordedBy = "", RecordedAt = default, RowVersion = 1,
        };
    }

    private static bool Same(ZoneRecord a, ZoneRecord b) =>
        a.RemovedAt is null && (a.Zone, a.Pass, a.Needle, a.PigmentId, a.PigmentParts, a.DiluentParts) == (b.Zone, b.Pass, b.Needle, b.PigmentId, b.PigmentParts, b.DiluentParts)
        && (a.DensityPercent, a.DepthMicrometres, a.Note) == (b.DensityPercent, b.DepthMicrometres, b.Note);

    private async Task<string?> NumberOfAsync(long? lotId, SupplyKind kind, string? printed, CancellationToken token) =>
        lotId is { } lot && string.IsNullOrWhiteSpace(printed) && ledger is not null
            ? (await ledger.ProposeAsync(kind, token)).FirstOrDefault(l => l.LotId == lot)?.LotNumber
            : printed;

    // After the guards: why a lot can't be used says more than that its number is missing.
    private static void RequireLots(PigmentUseInput input)
    {
        var checks = new Checks();
        checks.Require(input.Lot, "lot", 50);
        if (input.DiluentParts > 0) checks.Require(input.DiluentLot, "diluentLot", 50);
        checks.Throw();
    }

    private static (PlanPigment Pigment, PigmentUseInput Input) Checked(TreatmentPlan plan, string key, PigmentUseInput input, bool hasLedger)
    {
        var checks = new Checks();
        checks.Require(key, "key", 50);
        var pigment = plan.Pigments.FirstOrDefault(p => p.Id == input.PigmentId);
        checks.That(pigment is not null, "pigmentId", $"Say which pigment of the plan.");
        var lot = input.LotId is null ? checks.Require(input.Lot, "lot", 50) : checks.Optional(input.Lot, "lot", 50);
        checks.That(hasLedger || input is { LotId: null, DiluentLotId: null, ContainerId: null }, "lotId", $"No module keeps a stock here. Write the lot as printed.");
        checks.That(input.PigmentParts is >= 1 and <= 100 && input.DiluentParts is >= 0 and <= 100, "dilution", $"Write parts of pigment and of diluent, for example 1:8. Undiluted is 1:0.");
        checks.That(input.Microlitres is null or >= 1 and <= 10_000_000, "microlitres", $"Up to 10,000,000 microlitres.");
        var diluted = input.DiluentParts > 0;
        var diluent = diluted ? checks.Require(input.Diluent, "diluent", 100) : null;
        var diluentLot = diluted && input.DiluentLotId is null ? checks.Require(input.DiluentLot, "diluentLot", 50) : checks.Optional(input.DiluentLot, "diluentLot", 50);
        checks.Throw();
        return (pigment!, input with { Lot = lot, Diluent = diluent, DiluentLot = diluted ? diluentLot : null, DiluentLotId = diluted ? input.DiluentLotId : null });
    }

    // Stock falls with the clinical record, or neither is there.
    private async Task<long?> DrawAsync(IUnitOfWork unit, Session session, long? lotId, long? containerId, int? microlitres, long performer, CancellationToken token)
    {
        if (lotId is not { } lot || ledger is null) return null;
        var use = new UseRecord(lot, session.PatientId, 1, performer, unit.Now) { ContainerId = containerId, Microlitres = containerId is null ? null : microlitres, ProcedureId = session.ProcedureId };
        return (await ledger.RecordUseAsync(unit, use, token)).UseId;
    }

    private static void RequireInProgress(Session session)
    {
        if (session.State is not SessionState.InProgress) throw Refuse.Because($"This session isn't in progress, so nothing can be recorded in it. It stands at: {session.State}.");
    }

    private static void RequireOpen(Session session)
    {
        if (session.State is SessionState.Closed or SessionState.Healed or SessionState.Aborted or SessionState.Cancelled or SessionState.Voided)
            throw Refuse.Because($"This session is over, so it can't be changed. It stands at: {session.State}.");
    }
}
