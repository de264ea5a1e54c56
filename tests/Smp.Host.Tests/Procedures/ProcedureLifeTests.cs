using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Core.Procedures;
using Smp.Sdk;

namespace Smp.Host.Tests.Procedures;

/// <summary>The life of a procedure: its steps, its times, and what is entered afterwards.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ProcedureLifeTests
{
    private static readonly ProcedureAct[] Acts =
    [
        ProcedureAct.Change, ProcedureAct.Book, ProcedureAct.Start, ProcedureAct.Close, ProcedureAct.Abort, ProcedureAct.Cancel, ProcedureAct.Void,
    ];

    [Test]
    public async Task After_any_sequence_of_acts_state_and_times_agree_with_the_table()
    {
        await using var clinic = await ProcedureClinic.OpenAsync();
        // Book and start twice as often: most of what can follow follows them.
        var sequences = Gen.Elements([ProcedureAct.Book, ProcedureAct.Start, .. Acts]).ListOf().Where(l => l.Count <= 12).ToArbitrary();

        await Task.Run(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(60),
            Prop.ForAll(sequences, acts => RunAsync(clinic, [.. acts]).GetAwaiter().GetResult())));
    }

    private static async Task<bool> RunAsync(ProcedureClinic clinic, IReadOnlyList<ProcedureAct> acts)
    {
        var procedure = await clinic.Clinic.RunAsync(s => s.GetRequiredService<ProcedureDesk>().PlanAsync(
            ClinicProcedure.Treatment, new("", "", ProcedureClinic.Patient) { PlannedFor = clinic.Clinic.Clock.Now, PerformedBy = 2 }));
        List<ProcedureAct> done = [ProcedureAct.Plan];
        foreach (var act in acts)
        {
            clinic.Clinic.Clock.Advance(TimeSpan.FromSeconds(1));
            var step = ProcedureSteps.Find(procedure.State, act);
            try
            {
                var next = await clinic.Clinic.RunAsync(s => DoAsync(s.GetRequiredService<ProcedureDesk>(), procedure, act));
                Assert.That(step?.To, Is.EqualTo(next.State), $"{act} from {procedure.State}");
                Assert.That(next.RowVersion, Is.EqualTo(procedure.RowVersion + 1));
                procedure = next;
                done.Add(act);
            }
            catch (RefusedException refused)
            {
                Assert.That(step, Is.Null, $"{act} from {procedure.State}: {refused.Message}");
                Assert.That(refused.Message, Is.Not.Empty);
            }
        }

        var begun = done.Contains(ProcedureAct.Start);
        Assert.That(procedure.StartedAt is not null, Is.EqualTo(begun));
        Assert.That(procedure.EndedAt is not null, Is.EqualTo(done.Contains(ProcedureAct.Close) || done.Contains(ProcedureAct.Abort)));
        Assert.That(procedure.EndedAt is null || procedure.EndedAt >= procedure.StartedAt, Is.True);
        Assert.That(procedure.State is ProcedureState.InProgress, Is.EqualTo(begun && procedure.EndedAt is null && !done.Contains(ProcedureAct.Void)));
        var file = await clinic.Clinic.RunAsync(s => s.GetRequiredService<ProcedureDesk>().FileAsync(procedure.Id));
        Assert.That(file!.Deeds.Select(d => d.Act), Is.EqualTo(done));
        Assert.That(file.Procedure with { Team = [] }, Is.EqualTo(procedure with { Team = [] }));
        return true;
    }

    private static Task<Procedure> DoAsync(ProcedureDesk desk, Procedure p, ProcedureAct act) => act switch
    {
        ProcedureAct.Change => desk.ChangeAsync(p.Id, p.RowVersion, new(p.Title + ".") { PlannedFor = p.PlannedFor, PerformedBy = p.PerformedBy }),
        ProcedureAct.Book => desk.BookAsync(p.Id),
        ProcedureAct.Start => desk.StartAsync(p.Id),
        ProcedureAct.Close => desk.CloseAsync(p.Id),
        ProcedureAct.Abort => desk.AbortAsync(p.Id, "She felt faint."),
        ProcedureAct.Cancel => desk.CancelAsync(p.Id, "She called."),
        _ => desk.VoidAsync(p.Id, "Another patient."),
    };

    [Test]
    public void Every_state_can_be_left_but_void_and_every_step_says_who_may()
    {
        Assert.That(Enum.GetValues<ProcedureState>().Where(s => !ProcedureSteps.All.Any(step => step.From == s && step.To != s)), Is.EqualTo(new[] { ProcedureState.Voided }));
        Assert.That(ProcedureSteps.All.GroupBy(s => (s.From, s.Act)).Where(g => g.Count() > 1), Is.Empty);
        Assert.That(ProcedureSteps.All.Select(s => s.Permission), Has.All.StartsWith("procedures."));
    }

    [Test]
    public async Task What_is_entered_afterwards_is_closed_at_once_and_a_broken_rule_opens_an_incident_and_stops_nothing()
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");

        var fine = await clinic.EnterAsync("warn");
        Assert.That(await IncidentsAsync(clinic), Is.Empty);
        var broken = await clinic.EnterAsync("stop never");

        Assert.That(await clinic.StateAsync(fine), Is.EqualTo("Closed"));
        var file = await clinic.FileAsync(broken);
        Assert.That((file.GetProperty("procedure").GetProperty("state").GetString(), file.GetProperty("procedure").GetProperty("historical").GetBoolean()), Is.EqualTo(("Closed", true)));
        Assert.That(file.GetProperty("checks").EnumerateArray().Select(c => $"{c.GetProperty("stage").GetString()} {c.GetProperty("grade").GetString()} {c.GetProperty("outcome").GetString()}"),
            Is.EqualTo(new[] { "Start Never EnteredAfterwards", "Start Stop EnteredAfterwards", "Close Never EnteredAfterwards", "Close Stop EnteredAfterwards" }));
        Assert.That(await IncidentsAsync(clinic), Is.EqualTo(new[]
        {
            "Entered afterwards, and a rule stood against it: stop never. There is no valid consent. The last session was 5 days ago; 7 are needed.",
        }));
    }

    [Test]
    public async Task What_is_entered_afterwards_makes_sense()
    {
        await using var clinic = await ProcedureClinic.OpenAsync();
        var technician = await clinic.AsAsync(Role.Technician);
        var now = clinic.Clinic.Clock.Now;

        using var answer = await technician.PostAsJsonAsync("/api/procedures/historical", new
        {
            kind = "Other", title = "", patientId = ProcedureClinic.Patient, performedBy = 99, startedAt = now.AddDays(2), endedAt = now.AddDays(1), because = "",
        });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        var errors = (await answer.JsonAsync()).GetProperty("errors").EnumerateObject().Select(e => e.Name);
        Assert.That(errors, Is.EquivalentTo(new[] { "title", "performedBy", "endedAt", "because" }));
    }

    [Test]
    public async Task A_change_from_an_older_version_is_stale_and_moving_what_is_booked_asks_the_guards_again()
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var technician = await clinic.AsAsync(Role.Technician);
        var id = await clinic.PlanAsync("fine");
        Assert.That((await clinic.DoAsync(id, "book")).Status, Is.EqualTo(HttpStatusCode.OK));

        Assert.That(await ChangeAsync("\"1\"", "fine"), Is.EqualTo(HttpStatusCode.PreconditionFailed));
        Assert.That(await ChangeAsync("\"2\"", "fine"), Is.EqualTo(HttpStatusCode.OK));
        await clinic.Clinic.RunAsync(s => s.GetRequiredService<IStore<Smp.Runtime.Core.CorePlugin>>().WriteAsync(new("Renamed"), u =>
            Dapper.SqlMapper.ExecuteAsync(u.Connection, "UPDATE procedures SET title = 'never' WHERE id = @id", new { id })));
        Assert.That(await ChangeAsync("\"3\"", "never"), Is.EqualTo(HttpStatusCode.Conflict));

        async Task<HttpStatusCode> ChangeAsync(string version, string title)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/procedures/{id}")
            {
                Content = JsonContent.Create(new { title, plannedFor = clinic.Clinic.Clock.Now.AddDays(3) }),
            };
            request.Headers.TryAddWithoutValidation("If-Match", version);
            using var answer = await technician.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Test]
    public async Task Only_who_may_takes_a_step_and_a_step_that_isnt_next_says_why()
    {
        await using var clinic = await ProcedureClinic.OpenAsync();
        var id = await clinic.PlanAsync("anything");

        Assert.That((await clinic.DoAsync(id, "start", role: Role.Coordinator)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await clinic.DoAsync(id, "void", "No.", Role.Technician)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        var (status, problem) = await clinic.DoAsync(id, "close");
        Assert.That((status, problem.GetProperty("detail").GetString()),
            Is.EqualTo((HttpStatusCode.Conflict, "This procedure hasn't begun. Start it first, or cancel it.")));
        Assert.That((await clinic.DoAsync(id, "cancel", "")).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((await clinic.DoAsync(id, "cancel", "She called.", Role.Coordinator)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await clinic.DoAsync(id, "start")).Answer.GetProperty("detail").GetString(), Is.EqualTo("This procedure was cancelled. Plan another one."));
    }

    [Test]
    public async Task What_was_left_open_since_yesterday_and_what_was_booked_for_a_day_that_has_passed_are_on_the_worklist()
    {
        await using var clinic = await ProcedureClinic.OpenAsync();
        var (running, booked, planned) = (await clinic.PlanAsync("left open"), await clinic.PlanAsync("forgotten"), await clinic.PlanAsync("an idea"));
        await clinic.DoAsync(running, "start");
        await clinic.DoAsync(booked, "book");
        Assert.That(await DueAsync(), Is.Empty);

        clinic.Clinic.Clock.Advance(TimeSpan.FromDays(2));

        Assert.That(await DueAsync(), Is.EqualTo(new[] { ("Close left open", $"/procedures/{running}"), ("Settle forgotten", $"/procedures/{booked}") }));
        Assert.That(await clinic.StateAsync(planned), Is.EqualTo("Planned"));

        async Task<(string?, string?)[]> DueAsync()
        {
            var sheet = await (await clinic.AsAsync(Role.Technician)).GetFromJsonAsync<JsonElement>("/api/worklist");
            return [.. sheet.GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("entry"))
                .Select(e => (e.GetProperty("title").GetString(), e.GetProperty("href").GetString()))];
        }
    }

    [Test]
    public async Task A_patients_procedures_come_newest_first_a_page_at_a_time()
    {
        await using var clinic = await ProcedureClinic.OpenAsync();
        List<long> ids = [];
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await clinic.PlanAsync($"number {i}"));
            clinic.Clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        List<long> seen = [];
        string? after = null;
        do
        {
            var page = await (await clinic.AsAsync(Role.Auditor)).GetFromJsonAsync<JsonElement>($"/api/patients/1/procedures?limit=2&after={after}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("id").GetInt64()));
            after = page.GetProperty("next").GetString();
        }
        while (after is not null);

        Assert.That(seen, Is.EqualTo(ids.AsEnumerable().Reverse()));
    }

    private static async Task<string?[]> IncidentsAsync(ProcedureClinic clinic) =>
        [.. (await (await clinic.AsAsync(Role.Physician)).GetFromJsonAsync<JsonElement>("/api/incidents?open=true")).EnumerateArray().Select(i => i.GetProperty("text").GetString())];
}
