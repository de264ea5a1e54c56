using System.Data.Common;
using Dapper;
using Smp.Sdk;
using Smp.Sessions.Candidacy;
using Smp.Sessions.Designs;
using Smp.Sessions.Healing;
using Smp.Sessions.PatchTests;
using Smp.Sessions.Plans;
using Smp.Sessions.Treating;

namespace Smp.Sessions.Guarding;

/// <summary>What a guard of this module judges: a session that is about to be booked, to start, or to use something.</summary>
/// <param name="Db">Sees what the unit has changed.</param>
/// <param name="Session">The session; null where its procedure has none yet.</param>
/// <param name="Plan">Its plan; that of the client which can be treated where there is no session yet; null where there is none.</param>
/// <param name="Day">The clinic's day on which it happens.</param>
internal sealed record Asked(DbConnection Db, Session? Session, TreatmentPlan? Plan, DateOnly Day);

/// <summary>Asks a guard of this module about sessions, and about nothing else.</summary>
internal static class Asking
{
    /// <summary>Whether a procedure is a session.</summary>
    public static bool IsSession(Procedure procedure) => procedure is { Plugin: "sessions", Kind: Session.Kind };

    public static Task<IReadOnlyList<GuardAnswer>> OfSessionAsync(
        this IStore<SessionsPlugin> store, IClinicClock clock, GuardQuestion question, GuardStage[] stages, IUnitOfWork? unit, Func<Asked, Task<IReadOnlyList<GuardAnswer>>> judge, CancellationToken token) =>
        !IsSession(question.Procedure) || !stages.Contains(question.Stage)
            ? Task.FromResult<IReadOnlyList<GuardAnswer>>([])
            : store.ReadAsync(unit, async db =>
            {
                var session = await SessionRows.OfProcedureAsync(db, question.Procedure.Id);
                var plan = session?.PlanId ?? await PlanRows.TreatableAsync(db, question.Procedure.PatientId);
                return await judge(new(db, session, plan is { } id ? await PlanRows.FindAsync(db, id) : null, clock.DayOf(question.At)));
            }, token);
}

/// <summary>A session belongs to a plan that can be treated.</summary>
internal sealed class PlanGuard(IStore<SessionsPlugin> store, IClinicClock clock) : IProcedureGuard
{
    public Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token) =>
        store.OfSessionAsync(clock, question, [GuardStage.Book, GuardStage.Start], unit, asked => Task.FromResult(Of(asked.Plan, question.Procedure.PatientId)), token);

    private static IReadOnlyList<GuardAnswer> Of(TreatmentPlan? plan, long patientId) => plan switch
    {
        null => [new GuardAnswer(GuardGrade.Stop, "plan", $"The client has no treatment plan that can be treated. Make one, assess the client and record the consent.", FormattableString.Invariant($"/sessions/plans/new?patient={patientId}"))],
        _ when !PlanStates.Treatable.Contains(plan.State) => [new GuardAnswer(GuardGrade.Stop, "plan", $"The treatment plan stands at: {plan.State}. Move it on first.", Links.Plan(plan.Id))],
        _ => [],
    };
}

/// <summary>Nobody under age is treated. UK: Tattooing of Minors Act 1969; the clinic's own choice elsewhere.</summary>
internal sealed class AgeGuard(IPatients patients, IClinicClock clock, ISettings<SessionsPlugin> settings) : IProcedureGuard
{
    public async Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token)
    {
        if (!Asking.IsSession(question.Procedure) || question.Stage is not (GuardStage.Book or GuardStage.Start)) return [];
        var patient = unit is null ? await patients.FindAsync(question.Procedure.PatientId, token) : await patients.FindAsync(unit, question.Procedure.PatientId, token);
        var least = settings.Get<int>("minimumAge");
        return patient?.AgeOn(clock.DayOf(question.At)) is { } age && age < least
            ? [new GuardAnswer(GuardGrade.Never, "age", $"The client is {age} years old. Nobody under {least} is treated.")]
            : [];
    }
}

/// <summary>Somebody has found that the client is a candidate, and not too long ago.</summary>
internal sealed class ScreeningGuard(IStore<SessionsPlugin> store, IClinicClock clock, ISettings<SessionsPlugin> settings) : IProcedureGuard
{
    public Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token) =>
        store.OfSessionAsync(clock, question, [GuardStage.Book, GuardStage.Start], unit, JudgeAsync, token);

    private async Task<IReadOnlyList<GuardAnswer>> JudgeAsync(Asked asked)
    {
        if (asked.Plan is not { } plan) return [];
        var latest = await AssessmentBook.LatestAsync(asked.Db, plan.Id);
        if (latest is null) return [new GuardAnswer(GuardGrade.Stop, "screening", $"Nobody has assessed yet whether this client is a candidate.", Links.Plan(plan.Id))];
        if (latest.Result is not CandidacyResult.Candidate)
            return [new GuardAnswer(GuardGrade.Stop, "screening", $"The last assessment says: {latest.Result}. Assess the client again first.", Links.Plan(plan.Id))];
        List<GuardAnswer> answers = [];
        var on = clock.DayOf(latest.AssessedAt);
        if (on.AddMonths(settings.Get<int>("assessmentMonths")) < asked.Day)
            answers.Add(new GuardAnswer(GuardGrade.Warn, "screening-old", $"The last assessment was on {on}. Ask again what has changed.", Links.Plan(plan.Id)));
        foreach (var finding in Screening.Findings(await AssessmentBook.AnswersAsync(asked.Db, latest.Id), asked.Day))
            answers.Add(new GuardAnswer(GuardGrade.Warn, $"screening-{finding.Question}", finding.Sentence, Links.Plan(plan.Id)));
        return answers;
    }
}

/// <summary>Each pigment that is planned was tested on the client's skin.</summary>
internal sealed class PatchTestGuard(IStore<SessionsPlugin> store, IClinicClock clock) : IProcedureGuard
{
    public Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token) =>
        question.Stage is GuardStage.Use && question.Use?.Kind is not SupplyKind.Pigment
            ? Task.FromResult<IReadOnlyList<GuardAnswer>>([])
            : store.OfSessionAsync(clock, question, [GuardStage.Book, GuardStage.Start, GuardStage.Use], unit, asked => JudgeAsync(asked, question), token);

    private static async Task<IReadOnlyList<GuardAnswer>> JudgeAsync(Asked asked, GuardQuestion question)
    {
        if (asked.Plan is not { } plan) return [];
        var latest = (await PatchTestBook.OfPlanAsync(asked.Db, plan.Id)).GroupBy(t => t.PigmentId).ToDictionary(g => g.Key, g => g.ToList());
        // At use, of the one pigment that is about to be used; its name is how the session names it.
        var pigments = question.Stage is GuardStage.Use ? plan.Pigments.Where(p => p.Name == question.Use!.What) : plan.Pigments;
        return [.. pigments.Select(p => Of(p, latest.GetValueOrDefault(p.Id) ?? [], question.Stage, Links.Plan(plan.Id))).OfType<GuardAnswer>()];
    }

    private static GuardAnswer? Of(PlanPigment pigment, List<PatchTest> tests, GuardStage stage, string href)
    {
        var code = FormattableString.Invariant($"patch-{pigment.Id}");
        // Whoever reacted once reacts again, whatever a later test says.
        if (tests.Exists(t => t.State is PatchTestState.Positive)) return new GuardAnswer(GuardGrade.Stop, $"{code}-positive", $"The patch test of {pigment.Name} is positive. Choose another pigment.", href);
        if (tests.Count == 0)
            return new GuardAnswer(stage is GuardStage.Book ? GuardGrade.Warn : GuardGrade.Stop, $"{code}-missing", $"There is no patch test of {pigment.Name}. Apply one, or have a physician waive it.", href);
        return tests[0].State switch
        {
            PatchTestState.Applied or PatchTestState.ReadOnce => new GuardAnswer(GuardGrade.Warn, $"{code}-unread", $"The patch test of {pigment.Name} hasn't been read to its end.", href),
            PatchTestState.Inconclusive => new GuardAnswer(GuardGrade.Warn, $"{code}-inconclusive", $"The patch test of {pigment.Name} was inconclusive.", href),
            _ => null,
        };
    }
}

/// <summary>Skin needs days between two sessions.</summary>
internal sealed class IntervalGuard(IStore<SessionsPlugin> store, IClinicClock clock, ISettings<SessionsPlugin> settings) : IProcedureGuard
{
    public Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token) =>
        store.OfSessionAsync(clock, question, [GuardStage.Book, GuardStage.Start], unit, async asked =>
        {
            if ((await SessionRows.LastAsync(asked.Db, question.Procedure.PatientId, question.Procedure.Id, asked.Day))?.Day is not { } last) return [];
            var interval = new Interval(settings.Get<int>("intervalStopDays"), settings.Get<int>("intervalWarnDays"));
            var grade = interval.Of(last, asked.Day);
            return grade is GuardGrade.Yes
                ? []
                : [new GuardAnswer(grade, "interval", $"The last session was on {last}, {asked.Day.DayNumber - last.DayNumber} days before. Better from {interval.From(last)} on.")];
        }, token);
}

/// <summary>Somebody has looked at how the skin heals, and nothing is open that must heal first.</summary>
internal sealed class HealingGuard(IStore<SessionsPlugin> store, IClinicClock clock) : IProcedureGuard
{
    public Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token) =>
        store.OfSessionAsync(clock, question, [GuardStage.Book, GuardStage.Start], unit, async asked =>
        {
            List<GuardAnswer> answers = [];
            foreach (var (finding, session) in await HealingBook.OpenAsync(asked.Db, question.Procedure.PatientId))
                answers.Add(new GuardAnswer(GuardGrade.Stop, $"healing-{finding}", $"A check of healing found this, and it is open: {finding}. Record how it ended first.", Links.Healing(session)));
            if (await SessionRows.LastAsync(asked.Db, question.Procedure.PatientId, question.Procedure.Id, asked.Day) is not { } last) return answers;
            // A booking is made right after a session, when nobody can have looked yet.
            if (question.Stage is GuardStage.Start && (await HealingBook.LastDayAsync(asked.Db, last.Id) ?? -1) < HealingSchedule.CountsFromDay)
                answers.Add(new GuardAnswer(GuardGrade.Stop, "healing-unchecked", $"Nobody has checked the healing of the last session on day {HealingSchedule.CountsFromDay} or later. Check it now.", Links.Healing(last.Id)));
            return answers;
        }, token);
}

/// <summary>What the client is allergic to and a session brings along.</summary>
internal sealed class AllergyGuard(IStore<SessionsPlugin> store, IClinicClock clock) : IProcedureGuard
{
    public Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token) =>
        store.OfSessionAsync(clock, question, [GuardStage.Book, GuardStage.Start], unit, async asked =>
        [
            .. (await asked.Db.QueryAsync<(string Substance, string? Detail)>(
                "SELECT substance, detail FROM patient_allergies WHERE patient_id = @PatientId ORDER BY substance", new { question.Procedure.PatientId }))
                .Select(a => Of(a.Substance, a.Detail)).OfType<GuardAnswer>(),
        ], token);

    private static GuardAnswer? Of(string substance, string? detail)
    {
        var what = detail is null ? "" : $" ({detail})";
        return substance switch
        {
            "Pigment" => new GuardAnswer(GuardGrade.Stop, "allergy-pigment", $"The client is allergic to pigment{what}."),
            "Nickel" => new GuardAnswer(GuardGrade.Warn, "allergy-nickel", $"The client is allergic to nickel{what}, which needles and some pigments hold."),
            "Latex" => new GuardAnswer(GuardGrade.Warn, "allergy-latex", $"The client is allergic to latex{what}. Wear other gloves."),
            "Lidocaine" or "OtherAmideAnaesthetic" or "EsterAnaesthetic" => new GuardAnswer(GuardGrade.Warn, $"allergy-{substance}", $"The client is allergic to a local anaesthetic{what}. Choose another one, or none."),
            "Antiseptic" => new GuardAnswer(GuardGrade.Warn, "allergy-antiseptic", $"The client is allergic to an antiseptic{what}."),
            _ => null,
        };
    }
}

/// <summary>Sessions and transplants keep their distance: grafts heal first, and so does the skin they go into.</summary>
internal sealed class WaitGuard(IStore<SessionsPlugin> store, IClinicClock clock, ISettings<SessionsPlugin> settings) : IProcedureGuard
{
    public async Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token)
    {
        if (question.Stage is not (GuardStage.Book or GuardStage.Start)) return [];
        if (Asking.IsSession(question.Procedure))
            return await store.OfSessionAsync(clock, question, [GuardStage.Book, GuardStage.Start], unit, asked => AfterTransplantAsync(asked, question.Procedure), token);
        return question.Procedure.Kind.StartsWith("fue.", StringComparison.Ordinal) ? await BeforeTransplantAsync(question, unit, token) : [];
    }

    private async Task<IReadOnlyList<GuardAnswer>> AfterTransplantAsync(Asked asked, Procedure procedure)
    {
        var grafted = await asked.Db.ExecuteScalarAsync<DateTimeOffset?>("""
            SELECT max(ended_at) FROM procedures WHERE patient_id = @PatientId AND kind LIKE 'fue.%' AND state IN ('Closed', 'Aborted')
            """, new { procedure.PatientId });
        if (grafted is not { } at) return [];
        var day = clock.DayOf(at);
        var (stop, warn) = (day.AddMonths(settings.Get<int>("waitMonthsStop")), day.AddMonths(settings.Get<int>("waitMonthsWarn")));
        if (asked.Day < stop) return [new GuardAnswer(GuardGrade.Stop, "wait", $"Hair was transplanted on {day}. No session before {stop}.")];
        return asked.Day < warn ? [new GuardAnswer(GuardGrade.Warn, "wait", $"Hair was transplanted on {day}. Better from {warn} on.")] : [];
    }

    private async Task<IReadOnlyList<GuardAnswer>> BeforeTransplantAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token)
    {
        var last = await store.ReadAsync(unit, db => SessionRows.LastAsync(db, question.Procedure.PatientId, question.Procedure.Id, clock.DayOf(question.At)), token);
        if (last?.Day is not { } day) return [];
        var from = day.AddDays(7 * settings.Get<int>("transplantWaitWeeks"));
        return clock.DayOf(question.At) < from
            ? [new GuardAnswer(GuardGrade.Stop, "transplant-wait", $"Pigment was put into the scalp on {day}. No transplant before {from}.", Links.Session(last.Id))]
            : [];
    }
}

/// <summary>The client has signed what is going to be done.</summary>
internal sealed class DesignGuard(IStore<SessionsPlugin> store, IClinicClock clock) : IProcedureGuard
{
    public Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token) =>
        store.OfSessionAsync(clock, question, [GuardStage.Start], unit, async asked => asked.Plan is not { } plan
            ? []
            : (await DesignBook.SignedVersionAsync(asked.Db, plan.Id)) switch
            {
                null => [new GuardAnswer(GuardGrade.Stop, "design", $"The client hasn't signed the design yet.", Links.Plan(plan.Id) + "/design")],
                var version when version < plan.DesignVersion =>
                    [new GuardAnswer(GuardGrade.Stop, FormattableString.Invariant($"design-{plan.DesignVersion}"), $"The plan was changed since the client signed the design. Let them sign what it is now.", Links.Plan(plan.Id) + "/design")],
                _ => [],
            }, token);
}
