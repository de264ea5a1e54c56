using System.Data.Common;
using Dapper;
using Smp.Sdk;
using Smp.Sessions.Plans;

namespace Smp.Sessions.Candidacy;

/// <summary>Assessments: who is a candidate, and who said so. They are never changed; a later one counts.</summary>
public sealed class AssessmentBook(IStore<SessionsPlugin> store, PlanBook plans, ICurrentActor actor, IClinicClock clock, ITimeline timeline)
{
    private const string Columns = """
        id, plan_id, patient_id, result, screening, reason, quiescent_note, note, actor, assessed_at FROM sessions__assessments
        """;

    /// <summary>The assessments of a plan with their answers, the latest first; at most 50.</summary>
    public Task<IReadOnlyList<Assessment>> OfPlanAsync(long planId, CancellationToken token = default) => store.SnapshotAsync<IReadOnlyList<Assessment>>(async db =>
    {
        var found = (await db.QueryAsync<Assessment>($"SELECT {Columns} WHERE plan_id = @planId ORDER BY id DESC LIMIT 50", new { planId })).AsList();
        var answers = (await db.QueryAsync<(long Assessment, ScreeningQuestion Question, bool Yes, DateOnly? LastOn)>("""
            SELECT a.assessment_id, a.question, a.yes, a.last_on FROM sessions__assessment_answers a JOIN sessions__assessments s ON s.id = a.assessment_id WHERE s.plan_id = @planId
            """, new { planId })).ToLookup(a => a.Assessment, a => new ScreeningAnswer(a.Question, a.Yes, a.LastOn));
        return [.. found.Select(a => a with { Answers = [.. answers[a.Id].OrderBy(x => x.Question)] })];
    }, token);

    /// <summary>The latest assessment of a plan, without its answers; null where there is none.</summary>
    internal static Task<Assessment?> LatestAsync(DbConnection db, long planId) =>
        db.QueryFirstOrDefaultAsync<Assessment>($"SELECT {Columns} WHERE plan_id = @planId ORDER BY id DESC LIMIT 1", new { planId });

    /// <summary>The answers of an assessment.</summary>
    internal static async Task<IReadOnlyList<ScreeningAnswer>> AnswersAsync(DbConnection db, long id) => [.. (await db.QueryAsync<(ScreeningQuestion Question, bool Yes, DateOnly? LastOn)>(
        "SELECT question, yes, last_on FROM sessions__assessment_answers WHERE assessment_id = @id", new { id })).Select(a => new ScreeningAnswer(a.Question, a.Yes, a.LastOn))];

    /// <summary>Records an assessment, and moves its plan on.</summary>
    /// <exception cref="RefusedException">
    /// A question has no answer, or another field needs another look; a candidate against the screening without a physician's word; there is no such plan, or it is on hold or given up.
    /// </exception>
    public Task<Assessment> AssessAsync(long planId, AssessmentInput input, CancellationToken token = default) =>
        store.WriteAsync(new("Assessed a candidate", input.Reason?.Trim()), async unit =>
        {
            var db = unit.Connection;
            var plan = await PlanRows.RequireAsync(db, planId);
            var checks = new Checks();
            var answers = Answers(checks, plan, input.Answers ?? [], clock.DayOf(unit.Now));
            var findings = Screening.Findings(answers, clock.DayOf(unit.Now));
            var screening = Screening.Result(findings);
            var result = input.Result ?? screening;
            var reason = result == screening ? checks.Optional(input.Reason, "reason", 500) : checks.Require(input.Reason, "reason", 500);
            var quiescent = Screening.NeedsQuiescence(plan.Indication) && result is CandidacyResult.Candidate
                ? checks.Require(input.QuiescentNote, "quiescentNote", 500)
                : checks.Optional(input.QuiescentNote, "quiescentNote", 500);
            var note = checks.Optional(input.Note, "note", 2000);
            checks.Throw();
            if (result is CandidacyResult.Candidate && screening is CandidacyResult.Deferred && !actor.May(Permissions.Decide))
                throw Refuse.Forbidden($"The screening defers this client. Only a physician can decide otherwise.");

            var id = await db.ExecuteScalarAsync<long>("""
                INSERT INTO sessions__assessments (plan_id, patient_id, result, screening, reason, quiescent_note, note, assessed_by, actor, assessed_at)
                VALUES (@planId, @PatientId, @result, @screening, @reason, @quiescent, @note, @StaffId, @Name, @Now) RETURNING id
                """, new { planId, plan.PatientId, result = result.ToString(), screening = screening.ToString(), reason, quiescent, note, unit.Actor.StaffId, unit.Actor.Name, unit.Now });
            foreach (var answer in answers)
                await db.ExecuteAsync("INSERT INTO sessions__assessment_answers (assessment_id, question, yes, last_on) VALUES (@id, @question, @Yes, @LastOn)",
                    new { id, question = answer.Question.ToString(), answer.Yes, answer.LastOn });
            await plans.GoAsync(unit, planId, result is CandidacyResult.Candidate ? PlanEvent.Assess : PlanEvent.Defer, reason, null, token);
            await timeline.WriteAsync(unit, new(plan.PatientId, unit.Now, "pigment", result switch
            {
                CandidacyResult.Candidate => "Assessed for SMP: a candidate",
                CandidacyResult.Deferred => "Assessed for SMP: deferred",
                _ => "Assessed for SMP: declined",
            }, Links.Plan(planId)), token);
            return (await LatestAsync(db, planId))! with { Answers = answers };
        }, token);

    private static List<ScreeningAnswer> Answers(Checks checks, TreatmentPlan plan, IReadOnlyList<ScreeningAnswer> given, DateOnly today)
    {
        List<ScreeningAnswer> answers = [];
        foreach (var question in Screening.QuestionsFor(plan.Indication))
        {
            var field = $"answers.{char.ToLowerInvariant(question.ToString()[0])}{question.ToString()[1..]}";
            if (given.FirstOrDefault(a => a?.Question == question) is not { } answer)
            {
                checks.Add(field, $"Answer this: yes or no.");
                continue;
            }

            checks.That(answer.LastOn is null || answer.LastOn <= today, field, $"This is in the future.");
            answers.Add(answer.Yes ? answer : answer with { LastOn = null });
        }

        return answers;
    }
}
