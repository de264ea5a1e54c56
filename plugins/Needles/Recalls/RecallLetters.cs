using System.Data.Common;
using Dapper;
using Smp.Sdk;

namespace Smp.Needles.Recalls;

/// <summary>A letter to somebody who was treated from a recalled lot, and their line of the call list.</summary>
public sealed record RecallLetter
{
    /// <summary>To whom.</summary>
    public required long PatientId { get; init; }

    /// <summary>Their file number.</summary>
    public string Number => PatientSummary.NumberOf(PatientId);

    /// <summary>First names.</summary>
    public required string GivenName { get; init; }

    /// <summary>Last name.</summary>
    public required string FamilyName { get; init; }

    /// <summary>Date of birth.</summary>
    public required DateOnly BirthDate { get; init; }

    /// <summary>Postal address with its lines; null when none is known.</summary>
    public string? Address { get; init; }

    /// <summary>Phone, as given.</summary>
    public string? Phone { get; init; }

    /// <summary>What came of telling them so far.</summary>
    public required NotificationOutcome Outcome { get; init; }

    /// <summary>How often they were told or tried before.</summary>
    public required long Attempts { get; init; }

    /// <summary>What they got of the recalled lots, in the order of the days.</summary>
    public IReadOnlyList<LetterLine> Lines { get; init; } = [];
}

/// <summary>What somebody got of a recalled lot on one day.</summary>
/// <param name="Day">The clinic's day.</param>
/// <param name="Lot">The lot's number.</param>
/// <param name="Quantity">How many units.</param>
public sealed record LetterLine(DateOnly Day, string Lot, long Quantity);

/// <summary>Letters and the call list of a recall.</summary>
/// <param name="Notice">The notice.</param>
/// <param name="Text">The clinic's own words (setting <c>recallLetter</c>), with its lines.</param>
/// <param name="Letters">To whom, by name.</param>
public sealed record RecallMailing(RecallNotice Notice, string Text, IReadOnlyList<RecallLetter> Letters);

/// <summary>Writes to those whom a recall touched. Whoever asks must be allowed to see patients.</summary>
public sealed class RecallLetters(IStore<NeedlesPlugin> store, IClinicClock clock, ISettings<NeedlesPlugin> settings)
{
    /// <summary>Everybody on a recall's list who had something of its lots, by name, or one of them; null when there is no such recall.</summary>
    /// <param name="noticeId">Which recall.</param>
    /// <param name="patientId">Only this patient; null for all.</param>
    /// <param name="token">Stops the search.</param>
    public Task<RecallMailing?> OfAsync(long noticeId, long? patientId, CancellationToken token = default) => store.SnapshotAsync(async connection =>
    {
        var notice = await RecallBook.NoticeAsync(connection, noticeId);
        if (notice is null) return null;
        var people = await connection.QueryAsync<RecallLetter>("""
            SELECT a.patient_id, p.given_name, p.family_name, p.birth_date, p.address, p.phone, a.outcome,
                (SELECT count(*) FROM needles__notification_attempts t WHERE t.notice_id = a.notice_id AND t.patient_id = a.patient_id) AS attempts
            FROM needles__affected_patients a JOIN patients p ON p.id = a.patient_id
            WHERE a.notice_id = @noticeId AND a.quantity > 0 AND (@patientId IS NULL OR a.patient_id = @patientId)
            ORDER BY p.family_name COLLATE NOCASE, p.given_name COLLATE NOCASE, p.id
            """, new { noticeId, patientId });
        var lines = (await LinesAsync(connection, noticeId, patientId)).ToLookup(l => l.PatientId);
        return new RecallMailing(notice, settings.Get<string>("recallLetter"), [.. people.Select(p => p with { Lines = ByDay(lines[p.PatientId]) })]);
    }, token);

    private static Task<IEnumerable<Used>> LinesAsync(DbConnection connection, long noticeId, long? patientId) => connection.QueryAsync<Used>("""
        SELECT u.patient_id, u.used_at, l.number AS lot, u.quantity
        FROM needles__recall_lots r JOIN needles__uses u ON u.lot_id = r.lot_id AND u.voided_at IS NULL JOIN needles__lots l ON l.id = u.lot_id
        WHERE r.notice_id = @noticeId AND (@patientId IS NULL OR u.patient_id = @patientId) ORDER BY u.used_at, l.number
        """, new { noticeId, patientId });

    private List<LetterLine> ByDay(IEnumerable<Used> uses) =>
        [.. uses.GroupBy(u => (Day: clock.DayOf(u.UsedAt), u.Lot)).Select(g => new LetterLine(g.Key.Day, g.Key.Lot, g.Sum(u => u.Quantity)))];

    private sealed record Used(long PatientId, DateTimeOffset UsedAt, string Lot, long Quantity);
}
