using System.Data.Common;
using Dapper;
using Smp.Sdk;

namespace Smp.Sessions.Reports;

/// <summary>By what complications are told apart.</summary>
public enum OutcomeBy
{
    /// <summary>The pigment's lot.</summary>
    PigmentLot,

    /// <summary>The shade, with its brand.</summary>
    Shade,

    /// <summary>The needle.</summary>
    Needle,

    /// <summary>The needle's lot.</summary>
    NeedleLot,
}

/// <summary>How often something went wrong with something.</summary>
/// <param name="By">By what.</param>
/// <param name="What">Which: the lot's number, the shade's name.</param>
/// <param name="Sessions">In how many sessions it was used.</param>
/// <param name="Complications">After how many of those an infection, an allergic reaction, migration or a colour shift was found.</param>
public sealed record OutcomeLine(OutcomeBy By, string What, long Sessions, long Complications)
{
    /// <summary>Per cent of the sessions.</summary>
    public decimal Percent => Sessions == 0 ? 0 : 100m * Complications / Sessions;
}

/// <summary>How treatments of a time turned out.</summary>
/// <param name="From">The first day.</param>
/// <param name="Through">The last day.</param>
/// <param name="Sessions">Sessions that took place.</param>
/// <param name="Aborted">Of which broken off.</param>
/// <param name="Complicated">After how many something went wrong.</param>
/// <param name="Intervals">Sessions that followed another of the same plan.</param>
/// <param name="IntervalsKept">Of which not too soon, by the clinic's warning.</param>
/// <param name="Completed">Plans that were completed.</param>
/// <param name="SessionsOfCompleted">Sessions of those.</param>
/// <param name="Rated">Of which the client said how content they are.</param>
/// <param name="Satisfaction">The sum of that, 1 to 5 each.</param>
/// <param name="Lines">Complications by lot, shade and needle: the most frequent first.</param>
public sealed record Outcomes(
    DateOnly From, DateOnly Through, long Sessions, long Aborted, long Complicated, long Intervals, long IntervalsKept, long Completed, long SessionsOfCompleted, long Rated, long Satisfaction,
    IReadOnlyList<OutcomeLine> Lines);

/// <summary>How treatments turn out, over many clients.</summary>
public sealed class OutcomeBook(IStore<SessionsPlugin> store, IClinicClock clock, ISettings<SessionsPlugin> settings)
{
    private const int MostLines = 500;
    private const string Grave = "('Infection', 'Allergy', 'Migration', 'ColourShift')";

    /// <summary>Reads the report.</summary>
    /// <param name="from">The first day; a year ago when left out.</param>
    /// <param name="through">The last day; today when left out.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="RefusedException">The last day is before the first.</exception>
    public Task<Outcomes> ReadAsync(DateOnly? from, DateOnly? through, CancellationToken token = default)
    {
        var last = through ?? clock.Today;
        var first = from ?? last.AddYears(-1).AddDays(1);
        if (last < first) throw Refuse.Field("through", $"The last day is before the first.");
        var warn = settings.Get<int>("intervalWarnDays");
        return store.SnapshotAsync(async db =>
        {
            var (sessions, aborted, intervals, kept) = await db.QuerySingleAsync<(long, long, long, long)>("""
                SELECT count(*), coalesce(sum(s.state = 'Aborted'), 0), coalesce(sum(s.before IS NOT NULL), 0), coalesce(sum(julianday(s.day) - julianday(s.before) >= @warn), 0)
                FROM (SELECT s.state, s.day, (SELECT max(b.day) FROM sessions__sessions b WHERE b.plan_id = s.plan_id AND b.number < s.number AND b.state IN ('Closed', 'Healed', 'Aborted')) AS before
                    FROM sessions__sessions s WHERE s.day BETWEEN @first AND @last AND s.state IN ('Closed', 'Healed', 'Aborted')) s
                """, new { first, last, warn });
            var complicated = await db.ExecuteScalarAsync<long>($"""
                SELECT count(DISTINCT f.session_id) FROM sessions__healing_findings f JOIN sessions__sessions s ON s.id = f.session_id
                WHERE f.finding IN {Grave} AND s.day BETWEEN @first AND @last AND s.state IN ('Closed', 'Healed', 'Aborted')
                """, new { first, last });
            // Moments of the clinic's days, so that the index serves.
            var (completed, of, rated, satisfaction) = await db.QuerySingleAsync<(long, long, long, long)>("""
                SELECT count(*), coalesce(sum((SELECT count(*) FROM sessions__sessions s WHERE s.plan_id = p.id AND s.state IN ('Closed', 'Healed', 'Aborted'))), 0), count(p.satisfaction),
                    coalesce(sum(p.satisfaction), 0)
                FROM sessions__plans p WHERE p.completed_at >= @start AND p.completed_at < @end
                """, new { start = clock.StartOf(first), end = clock.StartOf(last.AddDays(1)) });
            return new Outcomes(first, last, sessions, aborted, complicated, intervals, kept, completed, of, rated, satisfaction, await LinesAsync(db, first, last));
        }, token);
    }

    private static async Task<IReadOnlyList<OutcomeLine>> LinesAsync(DbConnection db, DateOnly first, DateOnly last) => (await db.QueryAsync<OutcomeLine>($"""
        WITH held AS MATERIALIZED (
            SELECT s.id, EXISTS (SELECT 1 FROM sessions__healing_findings f WHERE f.session_id = s.id AND f.finding IN {Grave}) AS bad
            FROM sessions__sessions s WHERE s.day BETWEEN @first AND @last AND s.state IN ('Closed', 'Healed', 'Aborted')),
        used AS (
            SELECT DISTINCT 'PigmentLot' AS by, u.lot AS what, h.id, h.bad FROM held h JOIN sessions__pigment_uses u ON u.session_id = h.id
            UNION ALL SELECT DISTINCT 'Shade', p.shade || ', ' || p.brand, h.id, h.bad FROM held h JOIN sessions__pigment_uses u ON u.session_id = h.id JOIN sessions__plan_pigments p ON p.id = u.pigment_id
            UNION ALL SELECT DISTINCT 'Needle', n.needle, h.id, h.bad FROM held h JOIN sessions__needle_uses n ON n.session_id = h.id WHERE n.used > 0
            UNION ALL SELECT DISTINCT 'NeedleLot', n.lot, h.id, h.bad FROM held h JOIN sessions__needle_uses n ON n.session_id = h.id WHERE n.used > 0)
        SELECT by, what, count(*) AS sessions, sum(bad) AS complications FROM used GROUP BY by, what ORDER BY complications DESC, sessions DESC, by, what LIMIT {MostLines}
        """, new { first, last })).AsList();
}
