using Dapper;
using Smp.Runtime.Core.Search;
using Smp.Sdk;

namespace Smp.Runtime.Core.Patients;

/// <summary>A patient in a list.</summary>
/// <param name="Id">Key.</param>
/// <param name="GivenName">First names.</param>
/// <param name="FamilyName">Last name.</param>
/// <param name="PreferredName">What they like to be called.</param>
/// <param name="BirthDate">Date of birth.</param>
/// <param name="Phone">Phone, as given.</param>
/// <param name="ChangedAt">When the record was changed last.</param>
public sealed record PatientRow(
    long Id, string GivenName, string FamilyName, string? PreferredName, DateOnly BirthDate, string? Phone, DateTimeOffset ChangedAt)
{
    /// <summary>The file number as printed.</summary>
    public string Number => PatientSummary.NumberOf(Id);

    /// <summary>As other modules know them.</summary>
    public PatientSummary Summary() => new(Id, GivenName, FamilyName, PreferredName, BirthDate);
}

/// <summary>Finds patients: for the list, the search and for modules.</summary>
public sealed class PatientDirectory(IStore<CorePlugin> store, IClinicClock clock) : IPatients
{
    private const string Columns = "p.id, p.given_name, p.family_name, p.preferred_name, p.birth_date";
    private const string RowColumns = $"{Columns}, p.phone, p.changed_at";

    /// <inheritdoc/>
    public Task<PatientSummary?> FindAsync(long id, CancellationToken token = default) => store.ReadAsync(connection =>
        connection.QuerySingleOrDefaultAsync<PatientSummary>($"SELECT {Columns} FROM patients p WHERE p.id = @id", new { id }), token);

    /// <inheritdoc/>
    public async Task<PatientSummary?> FindAsync(IUnitOfWork unit, long id, CancellationToken token = default)
    {
        var connection = store.Join(unit);
        await PatientMerges.RefuseGoneAsync(connection, id);
        return await connection.QuerySingleOrDefaultAsync<PatientSummary>($"SELECT {Columns} FROM patients p WHERE p.id = @id", new { id });
    }

    /// <inheritdoc/>
    public async Task<PatientCard?> CardAsync(long id, CancellationToken token = default)
    {
        var patient = await store.SnapshotAsync(connection => PatientRecords.FindAsync(connection, id), token);
        if (patient is null) return null;
        return new(patient.Summary(), patient.Summary().AgeOn(clock.Today), patient.Number,
            [.. patient.Allergies.Select(a => Words(a))],
            patient.Alerts?.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? []);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PatientSummary>> SearchAsync(string text, int limit, CancellationToken token = default) =>
        [.. (string.IsNullOrWhiteSpace(text) ? await ChangedLatelyAsync(limit, token) : (await PageAsync(text, null, limit, token)).Items).Select(p => p.Summary())];

    /// <summary>The patients whose records were changed last, the latest first.</summary>
    public async Task<IReadOnlyList<PatientRow>> ChangedLatelyAsync(int limit, CancellationToken token = default) =>
        (await store.ReadAsync(connection => connection.QueryAsync<PatientRow>(
            $"SELECT {RowColumns} FROM patients p WHERE {PatientMerges.Own} ORDER BY p.changed_at DESC, p.id DESC LIMIT @limit", new { limit }), token)).AsList();

    /// <summary>The patients with these keys, by key; those that aren't there are left out.</summary>
    public async Task<IReadOnlyDictionary<long, PatientSummary>> OfAsync(IEnumerable<long> ids, CancellationToken token = default)
    {
        var keys = $"[{string.Join(',', ids.Distinct())}]";
        if (keys.Length == 2) return new Dictionary<long, PatientSummary>();
        var rows = await store.ReadAsync(connection => connection.QueryAsync<PatientSummary>(
            $"SELECT {Columns} FROM patients p WHERE p.id IN (SELECT value FROM json_each(@keys))", new { keys }), token);
        return rows.ToDictionary(p => p.Id);
    }

    /// <summary>
    /// One page of the patients. With a text: those whose words begin with what was typed, newest first. Without: all, by name.
    /// </summary>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<PatientRow>> PageAsync(string? text, string? after, int limit, CancellationToken token = default)
    {
        if (string.IsNullOrWhiteSpace(text)) return await ByNameAsync(after, limit, token);
        if (SearchText.ToMatch(text) is not { } match) return new([], null);
        var last = Keyset.Decode(after, 1) is [var key] ? Keyset.Key(key) : long.MaxValue;
        // By key, not by rank: ranking a short prefix would read every match of a large clinic.
        var rows = await store.ReadAsync(connection => connection.QueryAsync<PatientRow>($"""
            SELECT {RowColumns} FROM core__patient_search s JOIN patients p ON p.id = s.rowid
            WHERE core__patient_search MATCH @match AND s.rowid < @last
            ORDER BY s.rowid DESC LIMIT @limit + 1
            """, new { match, last, limit }), token);
        return Keyset.ToPage(rows.AsList(), limit, p => [Keyset.Of(p.Id)]);
    }

    private async Task<Page<PatientRow>> ByNameAsync(string? after, int limit, CancellationToken token)
    {
        var key = Keyset.Decode(after, 3) ?? ["", "", "0"];
        var rows = await store.ReadAsync(connection => connection.QueryAsync<PatientRow>($"""
            SELECT {RowColumns} FROM patients p
            WHERE (p.family_name COLLATE NOCASE, p.given_name COLLATE NOCASE, p.id) > (@family, @given, @id) AND {PatientMerges.Own}
            ORDER BY p.family_name COLLATE NOCASE, p.given_name COLLATE NOCASE, p.id LIMIT @limit + 1
            """, new { family = key[0], given = key[1], id = Keyset.Key(key[2]), limit }), token);
        return Keyset.ToPage(rows.AsList(), limit, p => [p.FamilyName, p.GivenName, Keyset.Of(p.Id)]);
    }

    private static string Words(Allergy allergy) => allergy switch
    {
        { Substance: AllergySubstance.Other } => allergy.Detail!,
        { Detail: { } detail } => $"{AllergyWords.Of(allergy.Substance)} ({detail})",
        _ => AllergyWords.Of(allergy.Substance),
    };
}

/// <summary>Allergies in words.</summary>
public static class AllergyWords
{
    /// <summary>The substance as shown, in English.</summary>
    public static string Of(AllergySubstance substance) => substance switch
    {
        AllergySubstance.OtherAmideAnaesthetic => "Amide anaesthetic",
        AllergySubstance.EsterAnaesthetic => "Ester anaesthetic",
        _ => substance.ToString(),
    };
}
