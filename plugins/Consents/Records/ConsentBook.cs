using System.Data.Common;
using Dapper;
using Smp.Sdk;

namespace Smp.Consents.Records;

/// <summary>Which consents are listed.</summary>
/// <param name="PatientId">Only this patient's.</param>
/// <param name="Open">Only those that can still be signed.</param>
/// <param name="State">Only those that stand there.</param>
public sealed record ConsentFilter(long? PatientId = null, bool Open = false, ConsentState? State = null);

/// <summary>A consent in a list.</summary>
/// <param name="Record">Itself.</param>
/// <param name="Patient">Whose, by name.</param>
public sealed record ConsentLine(ConsentRecord Record, string Patient);

/// <summary>The consents as they are kept.</summary>
internal sealed class ConsentBook(IStore<ConsentsPlugin> store)
{
    /// <summary>A consent with everything that belongs to it, or null.</summary>
    public Task<ConsentFile?> FindAsync(long id, CancellationToken token = default) => store.SnapshotAsync(db => FindAsync(db, id), token);

    /// <summary>One page of them, the newest first.</summary>
    public Task<Page<ConsentLine>> PageAsync(ConsentFilter filter, string? after, int limit, CancellationToken token = default)
    {
        long? before = Keyset.Decode(after, 1) is [var key] ? Keyset.Key(key) : null;
        var open = filter.Open ? "AND r.state IN ('Draft', 'Presented', 'Understood', 'CoolingOff')" : filter.State is null ? "" : "AND r.state = @state";
        var whose = filter.PatientId is null ? "" : "AND r.patient_id = @PatientId";
        return store.ReadAsync(async db =>
        {
            var rows = (await db.QueryAsync<ConsentRecord>($"SELECT {ConsentRecord.Columns} WHERE (@before IS NULL OR r.id < @before) {open} {whose} ORDER BY r.id DESC LIMIT @limit + 1",
                new { before, limit, filter.PatientId, state = filter.State?.ToString() })).AsList();
            var page = Keyset.ToPage(rows, limit, row => [Keyset.Of(row.Id)]);
            var names = (await db.QueryAsync<(long Id, string Name)>("SELECT id, family_name || ', ' || given_name FROM patients WHERE id IN @ids", new { ids = page.Items.Select(r => r.PatientId).Distinct() }))
                .ToDictionary(n => n.Id, n => n.Name);
            return new Page<ConsentLine>([.. page.Items.Select(r => new ConsentLine(r, names[r.PatientId]))], page.Next);
        }, token);
    }

    /// <summary>A patient's consents that matter now, the newest of each form: in force, on their way, or ended last.</summary>
    public Task<IReadOnlyList<ConsentRecord>> LatestAsync(long patientId, CancellationToken token = default) => store.ReadAsync<IReadOnlyList<ConsentRecord>>(async db =>
    {
        var all = (await db.QueryAsync<ConsentRecord>($"SELECT {ConsentRecord.Columns} WHERE r.patient_id = @patientId AND r.state <> 'Void' ORDER BY r.id DESC LIMIT 200", new { patientId })).AsList();
        // One that is on its way doesn't hide the one that is still in force.
        return [.. all.GroupBy(r => r.TemplateId).SelectMany(form => form.First() is { Open: true } first ? form.Where(r => r == first || r.State is ConsentState.Active) : form.Take(1))];
    }, token);

    /// <summary>The language that a patient reads, as the record has it; null where it doesn't say.</summary>
    public Task<string?> LanguageOfAsync(long patientId, CancellationToken token = default) =>
        store.ReadAsync(db => db.ExecuteScalarAsync<string?>("SELECT language FROM patients WHERE id = @patientId", new { patientId }), token);

    internal static async Task<ConsentFile?> FindAsync(DbConnection db, long id)
    {
        if (await db.QuerySingleOrDefaultAsync<ConsentRecord>($"SELECT {ConsentRecord.Columns} WHERE r.id = @id", new { id }) is not { } record) return null;
        var signatures = (await db.QueryAsync<Signature>(Signature.Select, new { id })).AsList();
        var tries = (await db.QueryAsync<QuizTry>("SELECT right_count, question_count, at FROM consents__tries WHERE record_id = @id ORDER BY id", new { id })).AsList();
        var capacities = (await db.QueryAsync<Capacity>(
            "SELECT c.able, c.note, s.name AS by, c.at FROM consents__capacities c JOIN staff s ON s.id = c.staff_id WHERE c.record_id = @id ORDER BY c.id", new { id })).AsList();
        var withdrawal = await db.QuerySingleOrDefaultAsync<Withdrawal>(
            "SELECT way, reason, recorded_by, at, seen_at, seen_by, seen_note FROM consents__withdrawals WHERE record_id = @id", new { id });
        return new(record, signatures, tries, capacities, withdrawal);
    }

    internal static async Task<ConsentFile> RequireAsync(DbConnection db, long id) => await FindAsync(db, id) ?? throw Missing(id);

    internal static RefusedException Missing(long id) => Refuse.Missing($"There is no consent {id}.");

    /// <summary>Why nothing can be done with a consent that stands where it stands.</summary>
    internal static RefusedException Ended(ConsentRecord record) => record.State switch
    {
        ConsentState.Draft => Refuse.Because($"This form was prepared and not presented yet. Present it first."),
        ConsentState.Active or ConsentState.Signed => Refuse.Because($"This form was signed and is never changed. A correction is a new one in its place."),
        ConsentState.Withdrawn => Refuse.Because($"This consent was withdrawn."),
        ConsentState.Expired => Refuse.Because($"This consent has expired."),
        ConsentState.Superseded => Refuse.Because($"Another consent stands in this one’s place."),
        ConsentState.Declined => Refuse.Because($"The client has declined this form. Present it anew if they change their mind."),
        ConsentState.Void => Refuse.Because($"This form was voided."),
        _ => Refuse.Because($"This can’t be done with this form now."),
    };

    internal static RefusedException Stale() => Refuse.Stale($"Somebody else has gone on with this form since it was opened here. Look at it again.");

    internal static string Href(long id) => FormattableString.Invariant($"/consents/records/{id}");
}
