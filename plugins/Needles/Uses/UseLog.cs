using System.Data.Common;
using System.Globalization;
using Dapper;
using Smp.Needles.Containers;
using Smp.Needles.Lots;
using Smp.Needles.Recalls;
using Smp.Sdk;

namespace Smp.Needles.Uses;

/// <summary>Records what touched patients. A use is a fact: it is recorded as it was, whatever it broke.</summary>
public sealed class UseLog(
    IStore<NeedlesPlugin> store, IClinicClock clock, ICurrentActor actor, IPatients patients, IStaff staff, IIncidents incidents, ITimeline timeline)
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Records a use in a unit of work of its own.</summary>
    /// <exception cref="RefusedException">
    /// It makes no sense: no such lot, container, patient, procedure, member of staff or pick, no number of units, or it's in the future. Or it is more
    /// than was opened, and nobody confirmed that.
    /// </exception>
    public Task<RecordedUse> RecordAsync(UseInput input, CancellationToken token = default)
    {
        var checks = new Checks();
        var performedBy = input.PerformedBy ?? actor.Actor.StaffId;
        checks.That(input.LotId is not null, "lotId", $"Say which lot.");
        checks.That(input.PatientId is not null, "patientId", $"Say which patient.");
        checks.That(performedBy is not null, "performedBy", $"Say which member of staff used them: {actor.Actor.Name} is none.");
        checks.Throw();
        var use = new UseRecord(
            input.LotId!.Value, input.PatientId!.Value, input.Quantity ?? 1, performedBy!.Value, input.UsedAt ?? clock.Now, input.PickId, input.Note)
        {
            ContainerId = input.ContainerId, Microlitres = input.Microlitres, ProcedureId = input.ProcedureId,
        };
        return store.WriteAsync(new("Recorded a use") { PerformedBy = use.PerformedBy }, async unit =>
        {
            if (!input.Confirm) await AskAsync(new StockBook(unit.Connection, unit, clock), use);
            return await RecordAsync(unit, use, token);
        }, token);
    }

    /// <summary>Records a use in somebody's unit of work.</summary>
    /// <exception cref="RefusedException">It makes no sense: no such lot, patient, member of staff or pick, no number of units, or it's in the future.</exception>
    public async Task<RecordedUse> RecordAsync(IUnitOfWork unit, UseRecord use, CancellationToken token = default)
    {
        use = Checked(use, unit.Now);
        var book = new StockBook(store.Join(unit), unit, clock);
        var lot = await book.RequireAsync(use.LotId);
        if (await patients.FindAsync(unit, use.PatientId, token) is null)
            throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(use.PatientId)}.");
        if (await staff.FindAsync(unit, use.PerformedBy, token) is null) throw Refuse.Missing($"There is no member of staff {use.PerformedBy}.");
        var pick = await PickOfAsync(book, use);
        if (pick is not null) use = use with { ContainerId = pick.ContainerId, ProcedureId = use.ProcedureId ?? pick.ProcedureId };
        await Procedures.CheckAsync(book.Connection, use.ProcedureId, use.PatientId);
        var container = await ContainerBook.OfLotAsync(book, use.ContainerId, lot.Id);
        if (use.Microlitres is not null && container is null) throw Refuse.Field("microlitres", $"Say which bottle it was taken from.");

        var fromPick = Math.Min(use.Quantity, pick?.Open ?? 0);
        var beyond = use.Quantity - fromPick;
        var recalledAt = await RecallCoverage.SinceAsync(book.Connection, lot.Id);
        var facts = new UseFacts(lot, use.UsedAt, clock.DayOf(use.UsedAt))
        {
            PatientId = use.PatientId, Container = container, RecalledAt = recalledAt, ReceivedOn = clock.DayOf(lot.ReceivedAt),
            Shortfall = Shortfall(lot, container, use, beyond), BeyondPick = pick is null ? 0 : beyond,
            Uninspected = container is null && lot.ToInspect > 0 && beyond > lot.Unopened - lot.ToInspect,
            Allergies = await Allergies.OfAsync(book.Connection, lot.ItemId, use.PatientId),
        };
        var flags = UseRules.Flags(facts).ToList();

        var id = await InsertAsync(book.Connection, unit, use, fromPick);
        if (fromPick > 0)
            await book.Connection.ExecuteAsync("UPDATE needles__picks SET used = used + @fromPick WHERE id = @PickId", new { use.PickId, fromPick });
        if (container is null) await BookAsync(book, use, id, fromPick, facts.Shortfall);
        else await ContainerBook.ClaimAsync(book, container, use.PatientId);
        foreach (var flag in flags)
        {
            var incident = await incidents.OpenAsync(unit, UseRules.Incident(flag, facts, use), token);
            await book.Connection.ExecuteAsync("INSERT INTO needles__use_flags (use_id, flag, incident_id) VALUES (@id, @flag, @incident)",
                new { id, flag = flag.ToString(), incident });
        }

        if (recalledAt is not null)
        {
            await RecallCoverage.AgainAsync(book.Connection, lot.Id, use.PatientId, use.UsedAt);
            await RecallCoverage.RecountAsync(book.Connection, lot.Id, use.PatientId, openOnly: false);
        }

        await timeline.WriteAsync(unit, new(use.PatientId, use.UsedAt, "needle", Words(use.Quantity, lot.Item, lot.Number), Href(lot.Id)), token);
        return new(id, [.. flags.Select(flag => flag.ToString())]);
    }

    /// <summary>Voids a use that was recorded wrongly, in a unit of work of its own.</summary>
    /// <exception cref="RefusedException">No such use, no reason, or it was voided before.</exception>
    public Task<Use> VoidAsync(long useId, string? reason, CancellationToken token = default) =>
        store.WriteAsync(new("Voided a use", reason?.Trim()), async unit =>
        {
            await VoidAsync(unit, useId, reason, token);
            return (await UseRows.FindAsync(unit.Connection, useId))!;
        }, token);

    /// <summary>
    /// Voids a use in somebody's unit of work. The stock goes back by a new movement, units of a pick are open again (and are still to
    /// be used or wasted), and recalls that are open count the patient anew. The use itself stays, marked.
    /// </summary>
    /// <exception cref="RefusedException">No such use, no reason, or it was voided before.</exception>
    public async Task VoidAsync(IUnitOfWork unit, long useId, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        var why = checks.Require(reason, "reason", 500);
        checks.Throw();
        var book = new StockBook(store.Join(unit), unit, clock);
        var use = await UseRows.FindAsync(book.Connection, useId) ?? throw Refuse.Missing($"There is no use {useId}.");
        if (use.VoidedAt is { } before)
            throw Refuse.Because($"This use was voided already, by {use.VoidedBy} on {clock.ToLocal(before):d MMMM yyyy}.");

        await book.Connection.ExecuteAsync("""
            UPDATE needles__uses SET voided_at = @Now, voided_by = @Name, void_reason = @why WHERE id = @useId
            """, new { useId, unit.Now, unit.Actor.Name, why });
        await book.Connection.ExecuteAsync("""
            UPDATE needles__picks SET used = used - u.from_pick FROM needles__uses u WHERE u.id = @useId AND needles__picks.id = u.pick_id
            """, new { useId });
        await book.TakeBackAsync(useId, $"Voided: {why}");
        if ((await book.RequireAsync(use.LotId)).OnHand > 0) await book.SettleAsync(use.LotId, LotEvent.GiveBack);
        await RecallCoverage.RecountAsync(book.Connection, use.LotId, use.PatientId, openOnly: true);
        await timeline.WriteAsync(unit, new(use.PatientId, unit.Now, "needle",
            Excerpt.Of($"Voided: {Words(use.Quantity, use.Item, use.LotNumber)}. {why}"), Href(use.LotId)), token);
    }

    /// <summary>A use, or null.</summary>
    public Task<Use?> FindAsync(long id, CancellationToken token = default) => store.ReadAsync(connection => UseRows.FindAsync(connection, id), token);

    /// <summary>One page of the uses, newest first, voided ones too.</summary>
    /// <param name="query">Which.</param>
    /// <param name="after">Where the page begins.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="token">Stops the search.</param>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public Task<Page<Use>> PageAsync(UseQuery query, string? after, int limit, CancellationToken token = default)
    {
        var key = Keyset.Decode(after, 2) ?? ["9999", "0"];
        return store.ReadAsync(connection => UseRows.PageAsync(connection, query, key[0], Keyset.Key(key[1]), limit), token);
    }

    private static UseRecord Checked(UseRecord use, DateTimeOffset now)
    {
        var checks = new Checks();
        checks.That(use.Quantity is >= 1 and <= 1000, "quantity", $"1 to 1,000 units can be recorded at a time.");
        checks.That(use.Microlitres is null or >= 1 and <= 10_000_000, "microlitres", $"1 to 10,000,000 microlitres can be taken from a bottle.");
        checks.That(use.UsedAt <= now + ClockSkew, "usedAt", $"This is in the future.");
        var note = checks.Optional(use.Note, "note", 500);
        checks.Throw();
        return use with { Note = note };
    }

    private static async Task<Pick?> PickOfAsync(StockBook book, UseRecord use)
    {
        if (use.PickId is not { } id) return null;
        var pick = await Picking.RequireAsync(book, id);
        if (pick.LotId != use.LotId) throw Refuse.Field("pickId", $"These units were picked from another lot. Record the use with the lot that was used.");
        if (use.ContainerId is { } from && from != pick.ContainerId)
            throw Refuse.Field("pickId", $"These units weren't taken from this container. Record the use without the pick.");
        if (pick.PatientId != use.PatientId) throw Refuse.Field("pickId", $"These units were picked for another patient. Record the use without the pick.");
        return pick;
    }

    /// <summary>Asks before more is recorded than was opened: most often a finger slipped.</summary>
    private static async Task AskAsync(StockBook book, UseRecord use)
    {
        if (use.PickId is not { } id || await Picking.FindAsync(book, id) is not { } pick || use.Quantity <= pick.Open) return;
        throw new RefusedException(RefusalKind.Refused,
            $"{pick.Open} units are open; you say that {use.Quantity} were used. If that is so, confirm it: the use is recorded, and an incident opened.")
        {
            Details = new Dictionary<string, object?> { ["confirm"] = "confirm", ["open"] = pick.Open },
        };
    }

    /// <summary>How much the book, or the container, had too little.</summary>
    private static long Shortfall(Lot lot, Container? container, UseRecord use, long beyond) => container switch
    {
        null => Math.Max(0, beyond - lot.Unopened),
        { ContentsPieces: { } pieces } => Math.Max(0, container.Drawn + beyond - pieces),
        { ContentsMicrolitres: { } volume } => Math.Max(0, container.DrawnMicrolitres + (use.Microlitres ?? 0) - volume),
        _ => 0,
    };

    private static Task<long> InsertAsync(DbConnection connection, IUnitOfWork unit, UseRecord use, long fromPick) =>
        connection.ExecuteScalarAsync<long>("""
            INSERT INTO needles__uses
                (lot_id, patient_id, quantity, pick_id, from_pick, container_id, microlitres, procedure_id, performed_by, recorded_by, actor, used_at,
                 recorded_at, note)
            VALUES (@LotId, @PatientId, @Quantity, @PickId, @fromPick, @ContainerId, @Microlitres, @ProcedureId, @PerformedBy, @StaffId, @Name, @UsedAt, @Now, @Note)
            RETURNING id
            """, new
        {
            use.LotId, use.PatientId, use.Quantity, use.PickId, fromPick, use.ContainerId, use.Microlitres, use.ProcedureId, use.PerformedBy, unit.Actor.StaffId, unit.Actor.Name, use.UsedAt,
            unit.Now, use.Note,
        });

    private static async Task BookAsync(StockBook book, UseRecord use, long id, long fromPick, long shortfall)
    {
        if (shortfall > 0)
        {
            await book.BookAsync(use.LotId, MovementKind.Adjust, shortfall, new()
            {
                OnHand = shortfall, Reason = "Used beyond what the book had", UseId = id, At = use.UsedAt,
            });
            await book.Connection.ExecuteAsync("UPDATE needles__lots SET count_due = 1 WHERE id = @LotId", new { use.LotId });
        }

        await book.BookAsync(use.LotId, MovementKind.Use, use.Quantity, new()
        {
            OnHand = -use.Quantity, Opened = -fromPick, UseId = id, PickId = use.PickId, At = use.UsedAt,
        });
        await book.SettleAsync(use.LotId, LotEvent.Take);
    }

    private static string Words(long quantity, string item, string lot) =>
        string.Create(CultureInfo.InvariantCulture, $"{quantity} × {item} used, lot {lot}");

    private static string Href(long lotId) => string.Create(CultureInfo.InvariantCulture, $"/needles/lots/{lotId}");
}
