using System.Data.Common;
using System.Globalization;
using Dapper;
using Smp.Needles.Items;
using Smp.Needles.Lots;
using Smp.Sdk;

namespace Smp.Needles.Recalls;

/// <summary>Recalls lots, and keeps who was told.</summary>
public sealed class RecallBook(IStore<NeedlesPlugin> store, IClinicClock clock, ITimeline timeline, ICurrentActor actor)
{
    private const string Columns = """
        n.id, n.item_id, i.title AS item, n.all_lots, n.class, n.source, n.reason, n.opened_by, n.opened_at, n.closed_by, n.closed_at,
        (SELECT count(*) FROM needles__recall_lots r WHERE r.notice_id = n.id) AS lot_count,
        (SELECT count(*) FROM needles__affected_patients a WHERE a.notice_id = n.id) AS patient_count,
        (SELECT count(*) FROM needles__affected_patients a WHERE a.notice_id = n.id AND a.outcome = 'NotYet') AS not_yet_count,
        (SELECT count(*) FROM needles__affected_staff a WHERE a.notice_id = n.id) AS staff_count,
        (SELECT count(*) FROM needles__affected_staff a WHERE a.notice_id = n.id AND a.outcome = 'NotYet') AS staff_not_yet_count
        FROM needles__recall_notices n JOIN needles__items i ON i.id = n.item_id
        """;

    /// <summary>
    /// Recalls lots in one step: they can't be used from here on, and those treated from them are listed at once. Lots that were recalled
    /// before are fine.
    /// </summary>
    /// <exception cref="RefusedException">A field needs another look, no such item, or lots that aren't here: they are named.</exception>
    public Task<Recall> OpenAsync(RecallInput input, CancellationToken token = default)
    {
        var (source, reason, numbers) = Checked(input);
        return store.WriteAsync(new("Recalled lots", reason), async unit =>
        {
            var book = new StockBook(unit.Connection, unit, clock);
            var item = await ItemCatalogue.RequireAsync(unit.Connection, input.ItemId!.Value);
            var lots = await LotsAsync(unit.Connection, item, numbers);

            var id = await unit.Connection.ExecuteScalarAsync<long>("""
                INSERT INTO needles__recall_notices (item_id, all_lots, class, source, reason, opened_by, opened_at)
                VALUES (@Id, @AllLots, @class, @source, @reason, @Name, @Now) RETURNING id
                """, new { item.Id, input.AllLots, @class = input.Class.ToString(), source, reason, unit.Actor.Name, unit.Now });
            foreach (var lot in lots)
            {
                await unit.Connection.ExecuteAsync("INSERT INTO needles__recall_lots (notice_id, lot_id) VALUES (@id, @lot)", new { id, lot = lot.Id });
                await RecallCoverage.HoldAsync(book, lot.Id, $"Recalled (class {input.Class}): {reason}");
            }

            await RecallCoverage.ListAsync(unit.Connection, id);
            await TellAsync(unit, id, item, input.Class!.Value, lots, token);
            return (await FindAsync(unit.Connection, id))!;
        }, token);
    }

    /// <summary>What a recall would do, and to whom; nothing is changed.</summary>
    /// <exception cref="RefusedException">As <see cref="OpenAsync"/> would refuse it.</exception>
    public Task<RecallPreview> PreviewAsync(RecallInput input, CancellationToken token = default)
    {
        var (_, _, numbers) = Checked(input);
        return store.SnapshotAsync(async connection =>
        {
            var item = await ItemCatalogue.RequireAsync(connection, input.ItemId!.Value);
            var ids = (await LotsAsync(connection, item, numbers)).Select(lot => lot.Id).ToList();
            var lots = await connection.QueryAsync<RecalledLot>(
                "SELECT id AS lot_id, number, on_hand, opened FROM needles__lots WHERE id IN @ids ORDER BY number", new { ids });
            var injuries = await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM needles__sharps_injuries WHERE lot_id IN @ids", new { ids });
            return new RecallPreview(lots.AsList(), await LotDirectory.TraceAsync(connection, ids), injuries);
        }, token);
    }

    /// <summary>A recall with its lots and whom they touched, or null.</summary>
    public Task<Recall?> FindAsync(long id, CancellationToken token = default) =>
        store.SnapshotAsync(connection => FindAsync(connection, id), token);

    /// <summary>The recalls that a lot is under, the newest first.</summary>
    public async Task<IReadOnlyList<RecallNotice>> OfLotAsync(long lotId, CancellationToken token = default) =>
        (await store.ReadAsync(connection => connection.QueryAsync<RecallNotice>($"""
            SELECT {Columns} WHERE n.id IN (SELECT notice_id FROM needles__recall_lots WHERE lot_id = @lotId) ORDER BY n.id DESC
            """, new { lotId }), token)).AsList();

    /// <summary>One page of the recalls, the open ones first, then the newest.</summary>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<RecallNotice>> PageAsync(string? after, int limit, CancellationToken token = default)
    {
        var key = Keyset.Decode(after, 2) is [var open, var id] ? (Open: Keyset.Key(open), Id: Keyset.Key(id)) : (2, 0);
        var rows = await store.ReadAsync(connection => connection.QueryAsync<RecallNotice>($"""
            SELECT {Columns} WHERE (n.closed_at IS NULL, n.id) < (@Open, @Id) ORDER BY n.closed_at IS NULL DESC, n.id DESC LIMIT @limit + 1
            """, new { key.Open, key.Id, limit }), token);
        return Keyset.ToPage(rows.AsList(), limit, n => [n.ClosedAt is null ? "1" : "0", Keyset.Of(n.Id)]);
    }

    /// <summary>Writes down what came of telling a patient. It can be put right while the notice is open; every try is kept.</summary>
    /// <exception cref="RefusedException">No outcome, no such notice, the patient isn't on its list, or it is closed.</exception>
    public Task<AffectedPatient> SetOutcomeAsync(
        long noticeId, long patientId, NotificationOutcome? outcome, string? note, CancellationToken token = default)
    {
        var text = Checked(outcome, note);
        return store.WriteAsync(new("Recorded that a patient was told of a recall", text), async unit =>
        {
            var notice = await OpenNoticeAsync(unit.Connection, noticeId);
            var done = await unit.Connection.ExecuteAsync("""
                UPDATE needles__affected_patients SET outcome = @outcome, note = @text, outcome_by = @Name, outcome_at = @Now
                WHERE notice_id = @noticeId AND patient_id = @patientId
                """, new { noticeId, patientId, outcome = outcome.ToString(), text, unit.Actor.Name, unit.Now });
            if (done == 0) throw Refuse.Missing($"{PatientSummary.NumberOf(patientId)} isn't on the list of this recall.");
            await TryAsync(unit, noticeId, patientId, injuryId: null, outcome!.Value, text);
            FormattableString words = outcome switch
            {
                NotificationOutcome.Called => $"Called about the recall of {notice.Item}",
                NotificationOutcome.WrittenTo => $"Written to about the recall of {notice.Item}",
                NotificationOutcome.Unreachable => $"Not reached about the recall of {notice.Item}",
                _ => $"Declined to hear about the recall of {notice.Item}",
            };
            await timeline.WriteAsync(unit, new(patientId, unit.Now, "recall", FormattableString.Invariant(words), Href(noticeId)), token);
            return (await RequireAsync(unit.Connection, noticeId)).Patients.Single(p => p.PatientId == patientId);
        }, token);
    }

    /// <summary>Writes down what came of telling a member of staff who was injured with a recalled lot. It can be put right while the notice is open.</summary>
    /// <exception cref="RefusedException">
    /// No outcome, no such notice, the injury isn't on its list, it is closed, or whoever asks may not know who was injured.
    /// </exception>
    public Task<AffectedStaff> SetStaffOutcomeAsync(
        long noticeId, long injuryId, NotificationOutcome? outcome, string? note, CancellationToken token = default)
    {
        if (!actor.May(Permissions.Injuries)) throw Refuse.Forbidden($"Who was injured by a sharp is confidential.");
        var text = Checked(outcome, note);
        return store.WriteAsync(new("Recorded that a member of staff was told of a recall", text), async unit =>
        {
            await OpenNoticeAsync(unit.Connection, noticeId);
            var done = await unit.Connection.ExecuteAsync("""
                UPDATE needles__affected_staff SET outcome = @outcome, note = @text, outcome_by = @Name, outcome_at = @Now
                WHERE notice_id = @noticeId AND injury_id = @injuryId
                """, new { noticeId, injuryId, outcome = outcome.ToString(), text, unit.Actor.Name, unit.Now });
            if (done == 0) throw Refuse.Missing($"Sharps injury {injuryId} isn't on the list of this recall.");
            await TryAsync(unit, noticeId, patientId: null, injuryId, outcome!.Value, text);
            return (await RequireAsync(unit.Connection, noticeId)).Staff!.Single(s => s.InjuryId == injuryId);
        }, token);
    }

    /// <summary>Closes a recall once there is an outcome for everybody on its list.</summary>
    /// <exception cref="RefusedException">No such notice, it is closed already, or somebody hasn't been told yet.</exception>
    public Task<Recall> CloseAsync(long noticeId, CancellationToken token = default) => store.WriteAsync(new("Closed a recall"), async unit =>
    {
        var notice = (await RequireAsync(unit.Connection, noticeId)).Notice;
        if (notice.ClosedAt is not null) throw Refuse.Because($"This recall is closed already.");
        if (notice.NotYetCount > 0)
        {
            var waiting = await unit.Connection.QueryAsync<long>(
                "SELECT patient_id FROM needles__affected_patients WHERE notice_id = @noticeId AND outcome = 'NotYet' ORDER BY patient_id LIMIT 10", new { noticeId });
            throw Refuse.Because(
                $"{notice.NotYetCount} of {notice.PatientCount} patients haven't been told yet: {Listed(waiting.Select(PatientSummary.NumberOf), notice.NotYetCount)}.");
        }

        if (notice.StaffNotYetCount > 0)
        {
            var waiting = await unit.Connection.QueryAsync<long>(
                "SELECT injury_id FROM needles__affected_staff WHERE notice_id = @noticeId AND outcome = 'NotYet' ORDER BY injury_id LIMIT 10", new { noticeId });
            throw Refuse.Because(
                $"Staff injured with these lots haven't been told yet: sharps injury {Listed(waiting.Select(Keyset.Of), notice.StaffNotYetCount)}.");
        }

        await unit.Connection.ExecuteAsync("UPDATE needles__recall_notices SET closed_by = @Name, closed_at = @Now WHERE id = @noticeId",
            new { noticeId, unit.Actor.Name, unit.Now });
        return await RequireAsync(unit.Connection, noticeId);
    }, token);

    // Named by number: who may close a recall may not always know names.
    private static string Listed(IEnumerable<string> numbers, long count)
    {
        var shown = numbers.ToList();
        return string.Join(", ", shown) + (count > shown.Count ? " …" : "");
    }

    internal static Task<RecallNotice?> NoticeAsync(DbConnection connection, long id) =>
        connection.QuerySingleOrDefaultAsync<RecallNotice>($"SELECT {Columns} WHERE n.id = @id", new { id });

    private static string? Checked(NotificationOutcome? outcome, string? note)
    {
        var checks = new Checks();
        checks.That(outcome is not (null or NotificationOutcome.NotYet), "outcome", $"Say what came of it: Called, WrittenTo, Unreachable or Declined.");
        var text = checks.Optional(note, "note", 500);
        checks.Throw();
        return text;
    }

    private static async Task<RecallNotice> OpenNoticeAsync(DbConnection connection, long id)
    {
        var notice = await NoticeAsync(connection, id) ?? throw Refuse.Missing($"There is no recall {id}.");
        return notice.ClosedAt is null ? notice : throw Refuse.Because($"This recall is closed.");
    }

    private static Task<int> TryAsync(IUnitOfWork unit, long noticeId, long? patientId, long? injuryId, NotificationOutcome outcome, string? note) =>
        unit.Connection.ExecuteAsync("""
            INSERT INTO needles__notification_attempts (notice_id, patient_id, injury_id, outcome, note, actor, at)
            VALUES (@noticeId, @patientId, @injuryId, @outcome, @note, @Name, @Now)
            """, new { noticeId, patientId, injuryId, outcome = outcome.ToString(), note, unit.Actor.Name, unit.Now });

    private static (string Source, string Reason, List<string> Lots) Checked(RecallInput input)
    {
        var checks = new Checks();
        var source = checks.Require(input.Source, "source", 200);
        var reason = checks.Require(input.Reason, "reason", 500);
        List<string> numbers = [.. (input.Lots ?? []).Select(n => n?.Trim() ?? "").Where(n => n.Length > 0).Distinct()];
        checks.That(input.ItemId is not null, "itemId", $"Say which item.");
        checks.That(input.Class is not null, "class", $"Say which class: I, II or III.");
        checks.That(input.AllLots != numbers.Count > 0, "lots", $"Name the lots, or say that it is about all of them.");
        checks.That(numbers.Count <= 500, "lots", $"At most 500 lots at a time.");
        checks.Throw();
        return (source, reason, numbers);
    }

    private static async Task<IReadOnlyList<LotKey>> LotsAsync(DbConnection connection, Item item, List<string> numbers)
    {
        var here = (await connection.QueryAsync<LotKey>("SELECT id, number FROM needles__lots WHERE item_id = @Id ORDER BY number", new { item.Id })).AsList();
        if (numbers.Count == 0) return here;
        var unknown = numbers.Except(here.Select(lot => lot.Number)).ToList();
        if (unknown.Count > 0)
        {
            throw Refuse.Field("lots",
                $"No such lots of {item.Title} are here: {string.Join(", ", unknown)}. Compare with the notice, or leave them out.");
        }

        return [.. here.Where(lot => numbers.Contains(lot.Number))];
    }

    /// <summary>Tells the timelines of those treated, and every module, lot by lot.</summary>
    private async Task TellAsync(
        IUnitOfWork unit, long noticeId, Item item, RecallClass @class, IReadOnlyList<LotKey> lots, CancellationToken token)
    {
        var touched = (await unit.Connection.QueryAsync<Touched>("""
            SELECT u.patient_id, u.lot_id, l.number, sum(u.quantity) AS quantity
            FROM needles__recall_lots r JOIN needles__uses u ON u.lot_id = r.lot_id AND u.voided_at IS NULL JOIN needles__lots l ON l.id = u.lot_id
            WHERE r.notice_id = @noticeId GROUP BY u.patient_id, u.lot_id, l.number ORDER BY u.patient_id, l.number
            """, new { noticeId })).AsList();
        foreach (var patient in touched.GroupBy(t => t.PatientId))
        {
            var from = string.Join(", ", patient.Select(t => t.Number));
            var text = string.Create(CultureInfo.InvariantCulture, $"Recall (class {@class}): {patient.Sum(t => t.Quantity)} × {item.Title} used before, lot {from}");
            await timeline.WriteAsync(unit, new(patient.Key, unit.Now, "recall",
                Excerpt.Of(text), Href(noticeId)), token);
        }

        var byLot = touched.ToLookup(t => t.LotId, t => t.PatientId);
        foreach (var lot in lots)
            await unit.PublishAsync(new LotRecalled(lot.Id, lot.Number, item.Title, [.. byLot[lot.Id]]), token);
    }

    private async Task<Recall> RequireAsync(DbConnection connection, long id) =>
        await FindAsync(connection, id) ?? throw Refuse.Missing($"There is no recall {id}.");

    private async Task<Recall?> FindAsync(DbConnection connection, long id)
    {
        if (await NoticeAsync(connection, id) is not { } notice) return null;
        var lots = await connection.QueryAsync<RecalledLot>("""
            SELECT l.id AS lot_id, l.number, l.on_hand, l.opened
            FROM needles__recall_lots r JOIN needles__lots l ON l.id = r.lot_id WHERE r.notice_id = @id ORDER BY l.number
            """, new { id });
        var patients = await connection.QueryAsync<AffectedPatient>("""
            SELECT a.patient_id, p.family_name || ', ' || p.given_name AS name, p.birth_date, p.phone, p.email, a.quantity, a.first_use, a.last_use,
                a.outcome, a.again, a.note, a.outcome_by, a.outcome_at
            FROM needles__affected_patients a JOIN patients p ON p.id = a.patient_id WHERE a.notice_id = @id
            ORDER BY a.outcome <> 'NotYet', p.family_name COLLATE NOCASE, p.given_name COLLATE NOCASE, p.id
            """, new { id });
        var seesStaff = actor.May(Permissions.Injuries);
        var staff = seesStaff
            ? (await connection.QueryAsync<AffectedStaff>("""
            SELECT a.injury_id, s.name, j.happened_at, l.number AS lot_number, a.outcome, a.note, a.outcome_by, a.outcome_at
            FROM needles__affected_staff a JOIN needles__sharps_injuries j ON j.id = a.injury_id JOIN staff s ON s.id = j.staff_id
            JOIN needles__lots l ON l.id = j.lot_id WHERE a.notice_id = @id ORDER BY a.outcome <> 'NotYet', j.happened_at, j.id
            """, new { id })).AsList()
            : null;
        var attempts = await connection.QueryAsync<NotificationAttempt>("""
            SELECT patient_id, injury_id, outcome, note, actor, at FROM needles__notification_attempts
            WHERE notice_id = @id AND (injury_id IS NULL OR @seesStaff) ORDER BY id
            """, new { id, seesStaff });
        return new(notice, lots.AsList(), patients.AsList(), staff, attempts.AsList());
    }

    private static string Href(long id) => string.Create(CultureInfo.InvariantCulture, $"/needles/recalls/{id}");

    private sealed record LotKey(long Id, string Number);

    private sealed record Touched(long PatientId, long LotId, string Number, long Quantity);
}
