using Smp.Sessions.Reports;

namespace Smp.Sessions.Tests.Api;

public sealed class OutcomeTests : SessionsApi
{
    [Test]
    public async Task The_report_counts_what_took_place_and_what_went_wrong()
    {
        var plan = await ReadyAsync();
        for (var i = 0; i < 2; i++)
        {
            var session = await StartedAsync(plan);
            await RecordAsync(plan, session);
            session = await CloseAsync(session);
            Clinic.Clock.Advance(TimeSpan.FromDays(10 + i));
            var found = i == 0 ? [] : new[] { "Allergy" };
            await PostAsync($"{session["id"]}/healing", new { findings = found, severity = "Mild", note = "Itches" });
            Clinic.Clock.Advance(TimeSpan.FromHours(1));
        }

        await PostAsync($"plans/{plan["id"]}/steps", new { @event = "Complete", satisfaction = 3 }, Version(await GetAsync($"plans/{plan["id"]}")));
        var report = await GetAsync("outcomes");
        Assert.That(((int)report["sessions"]!, (int)report["complicated"]!, (int)report["intervals"]!, (int)report["intervalsKept"]!), Is.EqualTo((2, 1, 1, 0)));
        Assert.That(((int)report["completed"]!, (int)report["sessionsOfCompleted"]!, (int)report["satisfaction"]!), Is.EqualTo((1, 2, 3)));
        var lots = report["lines"]!.AsArray().ToDictionary(l => $"{l!["by"]} {l["what"]}", l => ((int)l!["sessions"]!, (int)l["complications"]!));
        Assert.That(lots, Is.EqualTo(new Dictionary<string, (int, int)>
        {
            ["PigmentLot RC-0881"] = (2, 1), ["Shade Charcoal, Ravenna"] = (2, 1), ["Needle 3RL 0.30 mm"] = (2, 1), ["NeedleLot A213B1"] = (2, 1),
        }));
        var physician = await Clinic.AsAsync(Sdk.Role.Physician);
        Assert.That(await physician.GetStringAsync("/sessions/outcomes.csv"), Does.Contain("PigmentLot,RC-0881,2,1,50.0\r\n"));
    }

    [Test]
    public void A_spreadsheet_takes_no_lot_for_a_formula()
    {
        var day = new DateOnly(2026, 1, 1);
        var csv = OutcomeRoutes.Csv(new(day, day, 1, 0, 0, 0, 0, 0, 0, 0, 0, [new(OutcomeBy.PigmentLot, "=HYPERLINK(\"x\"),1", 1, 0)]));
        Assert.That(csv, Does.Contain("PigmentLot,\"'=HYPERLINK(\"\"x\"\"),1\",1,0,0.0\r\n"));
    }
}
