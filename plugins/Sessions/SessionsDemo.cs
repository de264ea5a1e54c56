using Smp.Sdk;
using Smp.Sessions.Candidacy;
using Smp.Sessions.Designs;
using Smp.Sessions.Healing;
using Smp.Sessions.PatchTests;
using Smp.Sessions.Plans;
using Smp.Sessions.Treating;

namespace Smp.Sessions;

/// <summary>Treatments as a clinic has them: an enquiry, a patch test to read, a session to come, one in the chair right now, healing to look at, and one that is done.</summary>
internal sealed class SessionsDemo(
    PlanBook plans, AssessmentBook assessments, PatchTestBook tests, DesignBook designs, HistoricalSessions historical, SessionBook sessions, SessionLog log, HealingBook healing,
    IPatients patients, IStaff staff, ICredentials credentials, IPlaces places, IClinicClock clock) : IDemoData
{
    private const string Paper = "Written on paper before the clinic began to use this record";

    public async Task AddAsync(CancellationToken token)
    {
        var people = (await patients.SearchAsync("", 24, token)).OrderBy(p => p.Id).ToList();
        var team = (await staff.ListAsync(token)).Where(s => s.Role is Role.Technician or Role.Physician).ToList();
        if (people.Count < 24 || team.Count == 0) return;
        var mia = await CertifiedAsync(team, token);

        await MadeAsync(people[17], Indication.HairlineRestoration, HairlineStyle.Broken, ["FrontalHairline:50", "TemporalPeakLeft:40", "TemporalPeakRight:40"], token);
        var tested = await MadeAsync(people[18], Indication.ScarCamouflageFut, null, ["Occipital:70", "Scar:90"], token);
        await AssessAsync(tested, token, ScreeningQuestion.Isotretinoin);
        await tests.ApplyAsync(tested.Id, new() { PigmentId = tested.Pigments[0].Id, Site = "Behind the left ear", Lot = "RC-0881", AppliedAt = clock.Now.AddHours(-50) }, token);

        await BookAsync(await ReadyAsync(people[19], Indication.DensityFill, ["MidScalp:50", "Vertex:60", "Frontal:40"], token), mia, token);
        await InTheChairAsync(await ReadyAsync(people[20], Indication.ShavedLook, ["FrontalHairline:60", "Frontal:70", "MidScalp:80", "Vertex:80", "ParietalLeft:60", "ParietalRight:60"], token), mia, token);
        var healingPlan = await ReadyAsync(people[21], Indication.DensityFill, ["Vertex:70", "MidScalp:60"], token);
        var healed = await EnterAsync(healingPlan, mia, 12, 30, 3, token);
        await healing.RecordAsync(healed.Id, new() { CheckedOn = clock.Today.AddDays(-8), Findings = [HealingFinding.Erythema, HealingFinding.Scabbing], Note = "As expected on day 4" }, token);
        await DoneAsync(await ReadyAsync(people[22], Indication.PostTransplantBlend, ["Frontal:50", "MidScalp:50"], token), mia, token);
    }

    // A technician whose papers are in order: a session with anybody else would be refused.
    private async Task<long> CertifiedAsync(List<StaffMember> team, CancellationToken token)
    {
        foreach (var member in team.OrderByDescending(s => s.Role))
        {
            if ((await credentials.OfAsync(member.Id, null, token)).GroupBy(c => c.Kind).All(kind => kind.Any(c => c.IsValidOn(clock.Today)))) return member.Id;
        }

        return team[0].Id;
    }

    private async Task<TreatmentPlan> MadeAsync(PatientSummary who, Indication indication, HairlineStyle? hairline, string[] zones, CancellationToken token) => await plans.AddAsync(new()
    {
        PatientId = who.Id, Indication = indication, Hairline = hairline, Target = "As dense as in the photos of five years ago, and natural from close by",
        Zones = [.. zones.Select(z => z.Split(':')).Select(z => new PlanZone(Enum.Parse<ScalpZone>(z[0]), int.Parse(z[1], System.Globalization.CultureInfo.InvariantCulture)))],
        Pigments = [new(0, "Scalp Charcoal", "Ravenna Pigments"), new(0, "Scalp Ash", "Ravenna Pigments")],
    }, token);

    private Task<Assessment> AssessAsync(TreatmentPlan plan, CancellationToken token, params ScreeningQuestion[] yes) => assessments.AssessAsync(plan.Id, new()
    {
        Answers = [.. Screening.QuestionsFor(plan.Indication).Select(q => new ScreeningAnswer(q, yes.Contains(q), yes.Contains(q) ? clock.Today.AddDays(-120) : null))],
    }, token);

    private async Task<TreatmentPlan> ReadyAsync(PatientSummary who, Indication indication, string[] zones, CancellationToken token)
    {
        var plan = await MadeAsync(who, indication, HairlineStyle.Soft, zones, token);
        await AssessAsync(plan, token);
        foreach (var pigment in plan.Pigments)
        {
            var test = await tests.ApplyAsync(plan.Id, new() { PigmentId = pigment.Id, Site = "Behind the left ear", Lot = "RC-0881", AppliedAt = clock.Now.AddDays(-210) }, token);
            await tests.ReadAsync(test.Id, test.RowVersion, new(PatchTestEvent.ReadNegative), token);
        }

        await designs.SignAsync(plan.Id, new(plan.DesignVersion, $"{who.GivenName} {who.FamilyName}"), token);
        plan = (await plans.FindAsync(plan.Id, token))!;
        return await plans.StepAsync(plan.Id, plan.RowVersion, new(PlanEvent.Consent), token);
    }

    private async Task<Session> EnterAsync(TreatmentPlan plan, long performer, int daysAgo, int density, int pain, CancellationToken token)
    {
        var wall = clock.Today.AddDays(-daysAgo).ToDateTime(new TimeOnly(10, 0));
        var at = new DateTimeOffset(wall, clock.Zone.GetUtcOffset(wall)).ToUniversalTime();
        return await historical.EnterAsync(plan.Id, new()
        {
            StartedAt = at, EndedAt = at.AddMinutes(140), PerformedBy = performer, Because = Paper, Pain = pain,
            Zones = [.. plan.Zones.Select(z => new ZoneInput { Zone = z.Zone, Needle = "3RL 0.30 mm", PigmentId = plan.Pigments[0].Id, PigmentParts = 1, DiluentParts = 8, DensityPercent = density, DepthMicrometres = 900 })],
            Pigments = [new() { PigmentId = plan.Pigments[0].Id, Lot = "RC-0798", PigmentParts = 1, DiluentParts = 8, Diluent = "Distilled water", DiluentLot = "W-2207" }],
            Needles = [new() { Needle = "3RL 0.30 mm", Lot = "A198C2", Used = 3 }],
        }, token);
    }

    private async Task BookAsync(TreatmentPlan plan, long performer, CancellationToken token)
    {
        if (await places.ListAsync(token) is not [{ Id: var location }, ..]) return;
        foreach (var day in Enumerable.Range(2, 6))
        {
            var wall = clock.Today.AddDays(day).ToDateTime(new TimeOnly(9, 30));
            try
            {
                await sessions.BookAsync(plan.Id, new(location, new DateTimeOffset(wall, clock.Zone.GetUtcOffset(wall)).ToUniversalTime(), 150) { PerformedBy = performer }, token);
                return;
            }
            catch (RefusedException)
            {
                // Closed on that day, or taken by what another sample booked.
            }
        }
    }

    private async Task InTheChairAsync(TreatmentPlan plan, long performer, CancellationToken token)
    {
        var first = await EnterAsync(plan, performer, 21, 30, 4, token);
        await healing.RecordAsync(first.Id, new() { CheckedOn = clock.Today.AddDays(-17), Findings = [HealingFinding.Scabbing] }, token);
        await healing.RecordAsync(first.Id, new() { CheckedOn = clock.Today.AddDays(-11), Findings = [HealingFinding.Faded], Healed = true, Note = "Even; lighter at the crown" }, token);
        try
        {
            var now = await sessions.WalkInAsync(plan.Id, performer, token);
            now = await sessions.ClearAsync(now.Id, now.RowVersion, token);
            now = await sessions.StartAsync(now.Id, now.RowVersion, token);
            foreach (var (zone, i) in plan.Zones.Take(2).Select((z, i) => (z, i)))
            {
                await log.WriteZoneAsync(now.Id, FormattableString.Invariant($"demo-{i}"), null, new()
                {
                    Zone = zone.Zone, Needle = "3RL 0.30 mm", PigmentId = plan.Pigments[0].Id, PigmentParts = 1, DiluentParts = 6, DensityPercent = 70, DepthMicrometres = i == 0 ? 900 : 450,
                }, token);
            }
        }
        catch (RefusedException)
        {
            // Another module's guard has its own view of this client: then they wait.
        }
    }

    private async Task DoneAsync(TreatmentPlan plan, long performer, CancellationToken token)
    {
        foreach (var (daysAgo, density) in new[] { (200, 30), (170, 70), (140, 100) })
        {
            var session = await EnterAsync(plan, performer, daysAgo, density, 2, token);
            await healing.RecordAsync(session.Id, new() { CheckedOn = clock.Today.AddDays(-daysAgo + 28), Findings = [], Healed = true }, token);
        }

        plan = (await plans.FindAsync(plan.Id, token))!;
        await plans.StepAsync(plan.Id, plan.RowVersion, new(PlanEvent.Complete, null, 5), token);
    }
}
