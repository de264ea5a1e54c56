using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Smp.Runtime.Core.Audit;
using Smp.Runtime.Core.Patients;
using Smp.Runtime.Core.Settings;
using Smp.Runtime.Hosting;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Erasure;

/// <summary>
/// Erases a patient's record where law demands it (GDPR Art. 17), over every module's tables, in one unit of work: whole, or as far as nothing has to be kept. What has to
/// be, stays as it is, until the day on which it may go.
/// </summary>
public sealed class PatientErasures(IStore<CorePlugin> store, StoreEngine engine, Clinic clinic, SettingsBook settings, IClinicClock clock)
{
    internal const string Act = "Erased a patient's record";

    /// <summary>What an erasure would do. It is tried and rolled back, so it takes the writer as long as the erasure itself.</summary>
    /// <exception cref="RefusedException">There is no such patient; the record was merged into another, or erased; or something stands in the way, which the sentence names.</exception>
    public async Task<ErasurePreview> PreviewAsync(long patient, CancellationToken token = default)
    {
        try
        {
            return await store.WriteAsync<ErasurePreview>(new("Tried an erasure") { Refusal = true },
                async unit => throw new Tried((await TakeAsync(unit, patient, token)).Preview), token);
        }
        catch (Tried tried)
        {
            return tried.Outcome;
        }
    }

    /// <summary>Erases a patient's record as far as it may go. A backup is made first.</summary>
    /// <exception cref="RefusedException">As in the preview; or it would do something else by now, there is no ground, or what was typed isn't the patient; the backup can't be made.</exception>
    public async Task<ErasureDone> EraseAsync(long patient, ErasureInput input, CancellationToken token = default)
    {
        var checks = new Checks();
        var accept = checks.Require(input.Accept, "accept", 64);
        var typed = checks.Require(input.Confirm, "confirm", 250);
        var reason = checks.Require(input.Reason, "reason", 500);
        checks.Throw();
        var shown = await PreviewAsync(patient, token);
        if (!IsMeant(shown.Patient, typed)) throw Refuse.Field("confirm", $"Type the patient’s number, {shown.Patient.Number}, or their name: this can’t be undone.");
        if (shown.Fingerprint != accept) throw Changed();
        // Where only the wish is noted, nothing can be lost.
        var backup = shown.Whole || shown.Tables.Count > 0 ? await BackupAsync(shown.Patient.Number, token) : null;
        var done = await store.WriteAsync(new(Act, reason), async unit =>
        {
            var (eraser, preview, files) = await TakeAsync(unit, patient, token);
            if (preview.Fingerprint != accept) throw Changed();
            var id = await FinishAsync(unit, eraser, preview, reason);
            if (files.Count > 0) await unit.OrderAsync(new RemoveFiles(files), token: token);
            return new ErasureDone(id, preview.Whole, preview.RestOn, preview.Tables, preview.Files, backup);
        }, token);
        // Values that were overwritten still stand in the log.
        await engine.EmptyLogAsync();
        return done;
    }

    /// <summary>What was erased of a record that isn't erased whole, the latest first.</summary>
    public async Task<IReadOnlyList<PartialErasure>> OfAsync(long patient, CancellationToken token = default) => (await store.ReadAsync(db => db.QueryAsync<PartialErasure>(
        "SELECT id, reason, erased_by, erased_at, rest_on FROM core__patient_erasures WHERE patient_id = @patient AND whole = 0 ORDER BY id DESC", new { patient }), token)).AsList();

    /// <summary>When a patient's record was erased whole; null for one that is there.</summary>
    internal static Task<DateTimeOffset?> ErasedAtAsync(DbConnection connection, long patient) =>
        connection.ExecuteScalarAsync<DateTimeOffset?>("SELECT erased_at FROM core__patient_erasures WHERE patient_id = @patient AND whole = 1", new { patient });

    /// <summary>The refusal that says that there is no record any more.</summary>
    internal static RefusedException Gone(long patient, DateTimeOffset at) => Refuse.Missing($"The record {PatientSummary.NumberOf(patient)} was erased on {at}.");

    private async Task<(RowEraser Eraser, ErasurePreview Preview, IReadOnlyList<string> Files)> TakeAsync(IUnitOfWork unit, long patient, CancellationToken token)
    {
        var connection = unit.Connection;
        await PatientMerges.RefuseGoneAsync(connection, patient);
        var its = await PatientRecords.FindAsync(connection, patient) ?? throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(patient)}.");
        var merged = (await connection.QueryAsync<long>("""
            WITH RECURSIVE one(id) AS (
                SELECT merged_id FROM core__patient_merges WHERE survivor_id = @patient AND undone_at IS NULL
                UNION SELECT m.merged_id FROM one JOIN core__patient_merges m ON m.survivor_id = one.id AND m.undone_at IS NULL)
            SELECT id FROM one ORDER BY id
            """, new { patient })).AsList();
        IReadOnlyList<long> all = [patient, .. merged];
        await RefuseOpenAsync(unit, all);
        var held = await Retention.HeldAsync(connection, all, settings.Retention, clock);
        if (held.Count == 0)
        {
            foreach (var one in all) await unit.PublishAsync(new PatientErased(one), token);
        }

        var eraser = await RowEraser.BeginAsync(unit);
        foreach (var one in all)
        {
            if (held.Count == 0) await eraser.TakeAllAsync(one);
            else await eraser.TakePartAsync(one, contact: !held.Any(h => h.Kind is RecordKind.Contact));
        }

        eraser.End();
        var files = await ErasedFiles.ForgetAsync(connection, eraser.Hashes, eraser.HashColumns);
        return (eraser, new(its, merged, eraser.Counts, files.Count, held), files);
    }

    // What names the patient is overwritten, then taken out of the trail. What comes after is what stays to be read.
    private static async Task<long> FinishAsync(IUnitOfWork unit, RowEraser eraser, ErasurePreview preview, string reason)
    {
        var connection = unit.Connection;
        IReadOnlyList<long> all = [preview.Patient.Id, .. preview.Merged];
        if (preview.Whole)
        {
            await connection.ExecuteAsync("""
                UPDATE patients SET given_name = 'Erased', family_name = 'Patient', preferred_name = NULL, birth_date = '1900-01-01', sex_at_birth = NULL, phone = NULL, email = NULL,
                    address = NULL, language = NULL, fitzpatrick = NULL, medications = NULL, conditions = NULL, alerts = NULL, changed_at = @Now, row_version = row_version + 1
                WHERE id IN (SELECT value FROM json_each(@all))
                """, new { unit.Now, all = JsonSerializer.Serialize(all) });
            foreach (var one in all) await AuditErasure.TakeAsync(unit, one);
        }

        await AuditErasure.TakeAsync(unit, preview.Patient.Id, eraser.Rows);
        var tables = JsonSerializer.Serialize(preview.Tables.Select(t => new { t.Table, t.Goes, t.Unnamed }), JsonSerializerOptions.Web);
        long id = 0;
        foreach (var one in preview.Whole ? all.Reverse() : [preview.Patient.Id])
        {
            id = await connection.ExecuteScalarAsync<long>("""
                INSERT INTO core__patient_erasures (patient_id, whole, reason, erased_by, erased_at, tables, rest_on)
                VALUES (@one, @Whole, @reason, @by, @Now, @tables, @rest) RETURNING id
                """, new { one, preview.Whole, reason, by = unit.Actor.Name, unit.Now, tables, rest = preview.RestOn });
        }

        return id;
    }

    private static async Task RefuseOpenAsync(IUnitOfWork unit, IReadOnlyList<long> patients)
    {
        var open = await unit.Connection.QuerySingleAsync<(long Procedures, long Appointments, long Incidents)>("""
            WITH whose(id) AS (SELECT value FROM json_each(@patients))
            SELECT (SELECT count(*) FROM procedures WHERE patient_id IN whose AND state IN ('Planned', 'Booked', 'InProgress')),
                (SELECT count(*) FROM appointments WHERE patient_id IN whose AND status IN ('Proposed', 'Pending', 'Booked', 'Arrived', 'CheckedIn', 'Waitlist') AND (ends_at IS NULL OR ends_at > @Now)),
                (SELECT count(*) FROM core__incidents WHERE patient_id IN whose AND reviewed_at IS NULL)
            """, new { patients = JsonSerializer.Serialize(patients), unit.Now });
        if (open.Procedures > 0) throw Refuse.Because($"There are procedures that aren’t done: {open.Procedures}. Close or cancel them first.");
        if (open.Appointments > 0) throw Refuse.Because($"There are appointments to come, or a place on the waiting list: {open.Appointments}. Cancel them first.");
        if (open.Incidents > 0) throw Refuse.Because($"There are incidents that wait for their review: {open.Incidents}. Review them first.");
    }

    private async Task<string> BackupAsync(string number, CancellationToken token)
    {
        try
        {
            return (await clinic.Backups.BackupBeforeAsync("erasure", number, token)).Name;
        }
        catch (MigrationException error)
        {
            throw Refuse.Because($"{error.Message}");
        }
    }

    private static bool IsMeant(Patient patient, string typed)
    {
        var compare = CultureInfo.InvariantCulture.CompareInfo;
        return new[] { patient.Number, patient.Summary().Name, $"{patient.GivenName} {patient.FamilyName}" }
            .Any(name => compare.Compare(name, typed.Trim(), CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace) == 0);
    }

    private static RefusedException Changed() => Refuse.Stale($"The record was changed since you looked at what would be erased. Look at it again.");

    // What was tried leaves the unit by this, so that everything is rolled back.
    private sealed class Tried(ErasurePreview outcome) : Exception
    {
        public ErasurePreview Outcome => outcome;
    }
}
