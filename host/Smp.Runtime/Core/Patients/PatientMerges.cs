using System.Data.Common;
using System.Text.Json;
using Dapper;
using Smp.Runtime.Core.Erasure;
using Smp.Sdk;

namespace Smp.Runtime.Core.Patients;

/// <summary>A merge that somebody agreed to.</summary>
public sealed record MergeInput
{
    /// <summary>The patient that is merged into the other.</summary>
    public long? With { get; init; }

    /// <summary>The fingerprint of the preview that was agreed to.</summary>
    public string? Accept { get; init; }

    /// <summary>Why they are one: 1 to 500 characters.</summary>
    public string? Reason { get; init; }
}

/// <summary>
/// Merges records that turned out to be one person's, over every module's tables, in one unit of work; and undoes it. The record merged away stays, and
/// leads to the one that goes on.
/// </summary>
public sealed class PatientMerges(IStore<CorePlugin> store, ITimeline timeline)
{
    /// <summary>SQL that is true for a patient <c>p</c> whose record wasn't merged into another, nor erased.</summary>
    internal const string Own = """
        NOT EXISTS (SELECT 1 FROM core__patient_merges gone WHERE gone.merged_id = p.id AND gone.undone_at IS NULL)
        AND NOT EXISTS (SELECT 1 FROM core__patient_erasures gone WHERE gone.patient_id = p.id AND gone.whole = 1)
        """;

    private const string Columns = "id, survivor_id, merged_id, reason, merged_by, merged_at, undone_by, undone_at, undo_reason";
    private static readonly string[] Single = ["preferred_name", "sex_at_birth", "phone", "email", "address", "language", "fitzpatrick"];

    // Lines that both say, each with how many characters a record has room for.
    private static readonly (string Field, int Most)[] Lines = [("medications", 2000), ("conditions", 2000), ("alerts", 500)];

    /// <summary>What merging one patient into another would do. It is tried and rolled back, so it takes the writer as long as the merge itself.</summary>
    /// <exception cref="RefusedException">One isn't there, was merged already, or both are the same; a module's table doesn't let its rows go.</exception>
    public async Task<MergePreview> PreviewAsync(long survivor, long merged, CancellationToken token = default)
    {
        try
        {
            return await store.WriteAsync<MergePreview>(new("Tried a merge of patients") { Refusal = true },
                async unit => throw new Tried<MergePreview>((await MergeAsync(unit, survivor, merged, "A trial", token)).Preview), token);
        }
        catch (Tried<MergePreview> tried)
        {
            return tried.Outcome;
        }
    }

    /// <summary>Merges one patient into another. Returns the merge's key.</summary>
    /// <exception cref="RefusedException">As in the preview; or it would do something else by now, or there is no reason.</exception>
    public Task<long> MergeAsync(long survivor, MergeInput input, CancellationToken token = default)
    {
        var checks = new Checks();
        checks.That(input.With is not null, "with", $"Say which patient is merged into this one.");
        var accept = checks.Require(input.Accept, "accept", 64);
        var reason = checks.Require(input.Reason, "reason", 500);
        checks.Throw();
        return store.WriteAsync(new("Merged patients", reason), async unit =>
        {
            var (id, preview) = await MergeAsync(unit, survivor, input.With!.Value, reason, token);
            return preview.Fingerprint == accept ? id
                : throw Refuse.Stale($"One of the two records was changed since you looked at what would be merged. Look at it again.");
        }, token);
    }

    /// <summary>What undoing a merge would do. It is tried and rolled back.</summary>
    /// <exception cref="RefusedException">There is no such merge, it was undone already, or it can't be.</exception>
    public async Task<PartingPreview> UndoPreviewAsync(long survivor, long merge, CancellationToken token = default)
    {
        try
        {
            return await store.WriteAsync<PartingPreview>(new("Tried to undo a merge of patients") { Refusal = true },
                async unit => throw new Tried<PartingPreview>(await UndoAsync(unit, survivor, merge, "A trial", token)), token);
        }
        catch (Tried<PartingPreview> tried)
        {
            return tried.Outcome;
        }
    }

    /// <summary>Undoes a merge: what moved then moves back. What was written since stays where it is.</summary>
    /// <exception cref="RefusedException">There is no such merge, it was undone already or can't be, or there is no reason.</exception>
    public Task<PartingPreview> UndoAsync(long survivor, long merge, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        var why = checks.Require(reason, "reason", 500);
        checks.Throw();
        return store.WriteAsync(new("Undid a merge of patients", why), unit => UndoAsync(unit, survivor, merge, why, token), token);
    }

    /// <summary>The merges into a patient's record, the latest first.</summary>
    public async Task<IReadOnlyList<PatientMerge>> OfAsync(long survivor, CancellationToken token = default) => (await store.ReadAsync(connection =>
        connection.QueryAsync<PatientMerge>($"SELECT {Columns} FROM core__patient_merges WHERE survivor_id = @survivor ORDER BY id DESC", new { survivor }), token)).AsList();

    /// <summary>Who may be the same person as a patient.</summary>
    public Task<IReadOnlyList<PatientSummary>> AlikeAsync(long patient, CancellationToken token = default) => store.SnapshotAsync<IReadOnlyList<PatientSummary>>(async connection =>
    {
        if (await PatientRecords.FindAsync(connection, patient) is not { } its) throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(patient)}.");
        var input = new PatientInput { GivenName = its.GivenName, FamilyName = its.FamilyName, BirthDate = its.BirthDate, Phone = its.Phone, Email = its.Email };
        List<PatientSummary> alike = [];
        foreach (var likely in await Duplicates.FindAsync(connection, input, patient)) alike.Add((await PatientRecords.FindAsync(connection, likely.Id))!.Summary());
        return alike;
    }, token);

    /// <summary>Where a patient's record goes on, when it was merged into another, and when it was erased; neither for one that is there.</summary>
    internal Task<(long? MergedInto, DateTimeOffset? ErasedAt)> GoneAsync(long patient, CancellationToken token = default) => store.ReadAsync(async connection =>
        (await SurvivorAsync(connection, patient), await PatientErasures.ErasedAtAsync(connection, patient)), token);

    internal static Task<long?> SurvivorAsync(DbConnection connection, long patient) => connection.ExecuteScalarAsync<long?>("""
        WITH RECURSIVE path(id, step) AS (
            SELECT survivor_id, 1 FROM core__patient_merges WHERE merged_id = @patient AND undone_at IS NULL
            UNION ALL
            SELECT m.survivor_id, step + 1 FROM path JOIN core__patient_merges m ON m.merged_id = path.id AND m.undone_at IS NULL)
        SELECT id FROM path ORDER BY step DESC LIMIT 1
        """, new { patient });

    /// <summary>Refuses to go on with a record that was merged into another, and says into which; or with one that was erased.</summary>
    internal static async Task RefuseGoneAsync(DbConnection connection, long patient)
    {
        if (await SurvivorAsync(connection, patient) is { } survivor) throw Led(patient, survivor);
        if (await PatientErasures.ErasedAtAsync(connection, patient) is { } at) throw PatientErasures.Gone(patient, at);
    }

    /// <summary>The refusal that leads to the record that goes on.</summary>
    internal static RefusedException Led(long patient, long survivor) =>
        new(RefusalKind.Refused, $"{PatientSummary.NumberOf(patient)} was merged into {PatientSummary.NumberOf(survivor)}. Use that record.")
        {
            Details = new Dictionary<string, object?> { ["mergedInto"] = survivor },
        };

    private async Task<(long Id, MergePreview Preview)> MergeAsync(IUnitOfWork unit, long survivor, long merged, string reason, CancellationToken token)
    {
        var connection = unit.Connection;
        if (survivor == merged) throw Refuse.Field("with", $"That is the same patient.");
        var (to, from) = (await RequireAsync(connection, survivor), await RequireAsync(connection, merged));
        var filled = await FillAsync(unit, survivor, merged);
        var id = await connection.ExecuteScalarAsync<long>("""
            INSERT INTO core__patient_merges (survivor_id, merged_id, reason, merged_by, merged_at, filled)
            VALUES (@survivor, @merged, @reason, @by, @Now, @filled) RETURNING id
            """, new { survivor, merged, reason, by = unit.Actor.Name, unit.Now, filled = JsonSerializer.Serialize(filled) });
        var tables = await PatientMoves.MoveAsync(connection, id, merged, survivor);
        await PatientWords.RenewAsync(connection, merged);
        await PatientWords.RenewAsync(connection, survivor);
        await unit.PublishAsync(new PatientsMerged(survivor, merged), token);
        await timeline.WriteAsync(unit, new(survivor, unit.Now, "person", $"Merged with {from.Number}", $"/patients/{survivor}/merges/{id}"), token);
        return (id, new(to, from, tables, [.. filled.Select(f => f with { Field = JsonNamingPolicy.CamelCase.ConvertName(Pascal(f.Field)) })]));
    }

    private async Task<PartingPreview> UndoAsync(IUnitOfWork unit, long survivor, long id, string reason, CancellationToken token)
    {
        var connection = unit.Connection;
        var merge = await connection.QuerySingleOrDefaultAsync<PatientMerge>(
            $"SELECT {Columns} FROM core__patient_merges WHERE id = @id AND survivor_id = @survivor", new { id, survivor }) ?? throw Refuse.Missing($"There is no such merge.");
        if (merge.UndoneAt is { } at) throw Refuse.Because($"This merge was undone already, at {at}.");
        if (await SurvivorAsync(connection, survivor) is { } next)
            throw Refuse.Because($"{PatientSummary.NumberOf(survivor)} was merged into {PatientSummary.NumberOf(next)} since. Undo that first.");
        var tables = await PatientMoves.ReturnAsync(connection, id, survivor, merge.MergedId);
        var kept = await EmptyAsync(unit, merge);
        await connection.ExecuteAsync("UPDATE core__patient_merges SET undone_by = @by, undone_at = @Now, undo_reason = @reason WHERE id = @id",
            new { id, by = unit.Actor.Name, unit.Now, reason });
        await PatientWords.RenewAsync(connection, merge.MergedId);
        await PatientWords.RenewAsync(connection, survivor);
        await unit.PublishAsync(new PatientsParted(survivor, merge.MergedId), token);
        var (ours, theirs) = (PatientSummary.NumberOf(survivor), PatientSummary.NumberOf(merge.MergedId));
        await timeline.WriteAsync(unit, new(survivor, unit.Now, "undo", $"Parted from {theirs}: the merge was undone", $"/patients/{merge.MergedId}"), token);
        await timeline.WriteAsync(unit, new(merge.MergedId, unit.Now, "undo", $"Parted from {ours}: the merge was undone", $"/patients/{survivor}"), token);
        return new(merge, tables, kept);
    }

    private static async Task<Patient> RequireAsync(DbConnection connection, long id)
    {
        await RefuseGoneAsync(connection, id);
        return await PatientRecords.FindAsync(connection, id) ?? throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(id)}.");
    }

    // What the surviving record doesn't say it takes over; what everybody must know is said by both.
    private static async Task<IReadOnlyList<FilledField>> FillAsync(IUnitOfWork unit, long survivor, long merged)
    {
        var (ours, theirs) = (await RowAsync(unit.Connection, survivor), await RowAsync(unit.Connection, merged));
        List<FilledField> filled = [];
        foreach (var field in Single)
        {
            if (ours[field] is null && theirs[field] is { } theirsHere) filled.Add(new(field, null, theirsHere));
        }

        foreach (var (field, most) in Lines)
        {
            var before = ours[field];
            var lines = Split(before).Concat(Split(theirs[field])).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
            var joined = string.Join('\n', lines);
            if (joined.Length > most)
                throw Refuse.Because($"What both records say under “{field}” has {joined.Length} characters together, and there is room for {most}. Shorten it in one of them first: none of it may be lost.");
            if (lines.Count > Split(before).Distinct(StringComparer.OrdinalIgnoreCase).Count()) filled.Add(new(field, before, joined));
        }

        foreach (var field in filled) await SetAsync(unit.Connection, survivor, field.Field, field.After);
        await TouchAsync(unit, survivor);
        return filled;
    }

    private static async Task<IReadOnlyList<string>> EmptyAsync(IUnitOfWork unit, PatientMerge merge)
    {
        var filled = JsonSerializer.Deserialize<List<FilledField>>(await unit.Connection.ExecuteScalarAsync<string>(
            "SELECT filled FROM core__patient_merges WHERE id = @Id", new { merge.Id }) ?? "[]")!;
        var now = await RowAsync(unit.Connection, merge.SurvivorId);
        List<string> kept = [];
        foreach (var field in filled)
        {
            if (now[field.Field] == field.After) await SetAsync(unit.Connection, merge.SurvivorId, field.Field, field.Before);
            else kept.Add(JsonNamingPolicy.CamelCase.ConvertName(Pascal(field.Field)));
        }

        await TouchAsync(unit, merge.SurvivorId);
        return kept;
    }

    private static async Task<Dictionary<string, string?>> RowAsync(DbConnection connection, long id)
    {
        var row = (IDictionary<string, object?>)await connection.QuerySingleAsync($"SELECT {string.Join(", ", Single.Concat(Lines.Select(l => l.Field)))} FROM patients WHERE id = @id", new { id });
        return row.ToDictionary(c => c.Key, c => (string?)c.Value);
    }

    private static Task<int> SetAsync(DbConnection connection, long id, string field, string? value) =>
        connection.ExecuteAsync($"UPDATE patients SET {field} = @value WHERE id = @id", new { id, value });

    private static Task<int> TouchAsync(IUnitOfWork unit, long id) =>
        unit.Connection.ExecuteAsync("UPDATE patients SET changed_at = @Now, row_version = row_version + 1 WHERE id = @id", new { id, unit.Now });

    private static string[] Split(string? lines) => lines?.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static string Pascal(string column) => string.Concat(column.Split('_').Select(w => string.Concat(w[..1].ToUpperInvariant(), w[1..])));

    // What was tried leaves the unit by this, so that everything is rolled back.
    private sealed class Tried<T>(T outcome) : Exception
    {
        public T Outcome => outcome;
    }
}
