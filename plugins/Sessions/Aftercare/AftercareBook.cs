using Dapper;
using Smp.Sdk;
using Smp.Sessions.Treating;

namespace Smp.Sessions.Aftercare;

/// <summary>The sheet that a client was given.</summary>
/// <param name="Language">In which language: <c>de</c>.</param>
/// <param name="Cleanser">The cleanser that it names.</param>
/// <param name="GivenBy">By whom.</param>
/// <param name="GivenAt">When.</param>
public sealed record GivenAftercare(string Language, string Cleanser, string GivenBy, DateTimeOffset GivenAt);

/// <summary>Aftercare: what the client does at home, given on paper with the days of the calendar.</summary>
public sealed class AftercareBook(IStore<SessionsPlugin> store, ISettings<SessionsPlugin> settings, ITimeline timeline)
{
    /// <summary>The cleanser that clients are told to wash with, in a language: the clinic's own where it names one.</summary>
    public string CleanserIn(string language) => settings.Get<string>("cleanser") is { Length: > 0 } named ? named : AftercareText.In(language).Cleanser;

    /// <summary>What a client was given; null where nothing was.</summary>
    public Task<GivenAftercare?> OfSessionAsync(long sessionId, CancellationToken token = default) => store.ReadAsync(db => db.QuerySingleOrDefaultAsync<GivenAftercare>(
        "SELECT language, cleanser, given_by, given_at FROM sessions__aftercare WHERE session_id = @sessionId", new { sessionId }), token);

    /// <summary>The language of a patient, as the clinic knows it: <c>de</c>; null where it doesn't.</summary>
    public Task<string?> LanguageOfAsync(long patientId, CancellationToken token = default) =>
        store.ReadAsync(db => db.ExecuteScalarAsync<string?>("SELECT language FROM patients WHERE id = @patientId", new { patientId }), token);

    /// <summary>Records that the sheet was given. Giving it again changes nothing.</summary>
    /// <exception cref="RefusedException">No such session, or it hasn't begun.</exception>
    public Task<GivenAftercare> GiveAsync(long sessionId, string? language, CancellationToken token = default) => store.WriteAsync(new("Gave aftercare instructions"), async unit =>
    {
        var db = unit.Connection;
        var session = await SessionRows.RequireAsync(db, sessionId);
        if (session.StartedAt is null || session.State is SessionState.Voided) throw Refuse.Because($"This session hasn't begun, so its days aren't known yet.");
        var tongue = string.IsNullOrWhiteSpace(language)
            ? await db.ExecuteScalarAsync<string?>("SELECT language FROM patients WHERE id = @PatientId", new { session.PatientId }) ?? "en"
            : language.Trim();
        var checks = new Checks();
        checks.That(tongue.Length is >= 2 and <= 20, "language", $"A language is a code such as de or en.");
        checks.Throw();
        var given = await db.ExecuteAsync("""
            INSERT INTO sessions__aftercare (session_id, language, cleanser, given_by, given_at) VALUES (@sessionId, @tongue, @cleanser, @Name, @Now) ON CONFLICT DO NOTHING
            """, new { sessionId, tongue, cleanser = CleanserIn(tongue), unit.Actor.Name, unit.Now });
        if (given > 0) await timeline.WriteAsync(unit, new(session.PatientId, unit.Now, "note", "Aftercare instructions given", Links.Aftercare(sessionId)), token);
        return await db.QuerySingleAsync<GivenAftercare>("SELECT language, cleanser, given_by, given_at FROM sessions__aftercare WHERE session_id = @sessionId", new { sessionId });
    }, token);
}
