using System.Globalization;
using Dapper;
using Smp.Sdk;

namespace Smp.Needles.Injuries;

/// <summary>What is still to be done after sharps injuries. It names nobody: a worklist is read over one's shoulder.</summary>
[ForTheClinic]
internal sealed class InjuryWorklist(IStore<NeedlesPlugin> store, IClinicClock clock, ICurrentActor actor) : IWorklistSource
{
    /// <summary>From how many days before it is due a step is on the worklist.</summary>
    private const int DaysAhead = 7;

    // One's own are seen without the permission to see those of others.
    public string Permission => Permissions.View;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        var now = clock.Now;
        var rows = await store.ReadAsync(connection => connection.QueryAsync<OpenStep>("""
            SELECT t.injury_id, t.task, t.due_at, t.latest_at
            FROM needles__injury_tasks t JOIN needles__sharps_injuries j ON j.id = t.injury_id
            WHERE t.outcome = 'Open' AND t.due_at <= @until AND (@all OR j.staff_id = @self)
            ORDER BY t.due_at, t.injury_id LIMIT @Limit
            """, new { until = now.AddDays(DaysAhead), all = actor.May(Permissions.Injuries), self = actor.Actor.StaffId, query.Limit }), token);
        return [.. rows.Select(r => Entry(r, now)).OrderByDescending(entry => entry.Urgency).ThenBy(entry => entry.Due)];
    }

    private WorklistEntry Entry(OpenStep step, DateTimeOffset now) => new(
        Verb(step.Task), Detail(step, now), string.Create(CultureInfo.InvariantCulture, $"/needles/injuries/{step.InjuryId}"), clock.DayOf(step.DueAt),
        step.DueAt <= now ? Urgency.Danger : step.DueAt <= now.AddDays(1) ? Urgency.Warning : Urgency.Notice);

    private string Detail(OpenStep step, DateTimeOffset now)
    {
        var due = string.Create(CultureInfo.InvariantCulture, $"Sharps injury {step.InjuryId} · due {clock.ToLocal(step.DueAt):d MMMM yyyy HH:mm}");
        return step.LatestAt switch
        {
            null => due,
            { } latest when latest <= now => $"{due} · it may be too late",
            { } latest => string.Create(CultureInfo.InvariantCulture, $"{due} · no later than {clock.ToLocal(latest):d MMMM yyyy HH:mm}"),
        };
    }

    private static string Verb(InjuryTask task) => task switch
    {
        InjuryTask.Wash => "Wash the wound",
        InjuryTask.Evaluation => "Have the exposure evaluated",
        InjuryTask.HivProphylaxis => "Decide on HIV prophylaxis",
        InjuryTask.HepatitisB => "Give hepatitis B prophylaxis",
        InjuryTask.BaselineSerology => "Take the first blood test",
        InjuryTask.SerologySixWeeks => "Take the blood test at 6 weeks",
        InjuryTask.SerologyThreeMonths => "Take the blood test at 3 months",
        InjuryTask.SerologySixMonths => "Take the blood test at 6 months",
        _ => throw new InvalidOperationException($"No words for {task}."),
    };

    private sealed record OpenStep(long InjuryId, InjuryTask Task, DateTimeOffset DueAt, DateTimeOffset? LatestAt);
}
