using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Smp.Host.Tests.Appointments;
using Smp.Host.Tests.Shells;
using Smp.Runtime.Core;
using Smp.Sdk;

namespace Smp.Host.Tests.Messages;

/// <summary>Messages to patients: out of the outbox, at least once, and only what is wanted.</summary>
public sealed class MessageTests : AppointmentClinic
{
    [Test]
    public async Task A_patient_is_reminded_in_their_language_some_hours_before_and_once()
    {
        await using var mail = new MailCatcher();
        await SetAsync(new { messages = "Smtp", mailHost = "127.0.0.1", mailPort = mail.Port, mailSecurity = "None", mailFrom = "desk@example.org", clinicName = "Kopfsache" });
        var patient = await PatientAsync("Zoë", "zoe@example.org", "de");
        await BookedAsync(Slot("11:00", 60, RoomA, Keller, patient: patient));

        var early = await Clinic.RunJobsAsync();
        Clinic.Clock.Now = new(2026, 3, 4, 10, 1, 0, TimeSpan.Zero);
        await RunAllAsync();
        await RunAllAsync();

        Assert.That((early, mail.Mails.Count), Is.EqualTo((0, 1)));
        var sent = MimeKit.MimeMessage.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(mail.Mails.Single())));
        Assert.That((sent.To.ToString(), sent.From.ToString(), sent.Subject), Is.EqualTo(("zoe@example.org", "\"Kopfsache\" <desk@example.org>", "Ihr Termin am Donnerstag, 5. März 2026")));
        Assert.That(sent.TextBody, Does.Contain("Guten Tag Zoë Weber").And.Contain("um 11:00 bei Kopfsache, Zurich").And.Not.Contain("{{"));
        Assert.That((await ListAsync()).Select(m => m.Text("status")), Is.EqualTo(new[] { "Sent" }));
    }

    [Test]
    public async Task Who_is_moved_is_reminded_of_the_new_time_and_who_cancels_of_none()
    {
        await SetAsync(new { messages = "Folder" });
        var patient = await PatientAsync("Zoë", "zoe@example.org", "en");
        var moved = await BookedAsync(Slot("11:00", 60, RoomA, Keller, patient: patient));
        var off = await BookedAsync(Slot("13:00", 60, RoomA, Keller, patient: patient));
        await DoAsync(moved, "", new { locationId = Location, roomId = RoomA, day = "2026-03-06", time = "15:00", minutes = 60, performedBy = Keller, reason = "She asked" });
        await DoAsync(off, "cancel", new { reason = "Ill" });

        Clinic.Clock.Now = new(2026, 3, 5, 9, 0, 0, TimeSpan.Zero);
        await RunAllAsync();
        var none = await ListAsync();
        Clinic.Clock.Now = new(2026, 3, 5, 14, 1, 0, TimeSpan.Zero);
        await RunAllAsync();

        Assert.That(none, Is.Empty);
        Assert.That((await ListAsync()).Select(m => m.Text("subject")), Is.EqualTo(new[] { "Your appointment on Friday, 6 March 2026" }).Or.EqualTo(new[] { "Your appointment on Friday, March 6, 2026" }));
        Assert.That(await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(Clinic.DataFolder, "messages")).Single()), Does.StartWith("Email to zoe@example.org\nYour appointment on").And.Contain("at 15:00"));
    }

    [Test]
    public async Task Who_wants_no_reminders_gets_none_also_when_they_say_so_at_the_last_moment_and_what_is_necessary_all_the_same()
    {
        await SetAsync(new { messages = "Folder" });
        var patient = await PatientAsync("Zoë", "zoe@example.org", "en");
        Assert.That(await SayAsync(new(patient, MessagePurpose.FollowUp, "How are you?") { NotBefore = Clinic.Clock.Now.AddHours(1) }), Is.EqualTo(MessageOutcome.Waiting));
        using var said = await Desk.PutAsJsonAsync($"/api/patients/{patient}/message-wishes", new { unwanted = new[] { "FollowUp", "AppointmentReminder" } });
        using var never = await Desk.PutAsJsonAsync($"/api/patients/{patient}/message-wishes", new { unwanted = new[] { "Necessary" } });
        Clinic.Clock.Advance(TimeSpan.FromHours(2));
        await RunAllAsync();

        Assert.That((said.StatusCode, never.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.UnprocessableEntity)));
        Assert.That(await SayAsync(new(patient, MessagePurpose.FollowUp, "How are you?")), Is.EqualTo(MessageOutcome.OptedOut));
        Assert.That(await SayAsync(new(patient, MessagePurpose.Necessary, "A pigment was recalled.")), Is.EqualTo(MessageOutcome.Waiting));
        await RunAllAsync();
        Assert.That((await ListAsync()).Select(m => m.Text("status")), Is.EqualTo(new[] { "Sent", "HeldBack" }));
    }

    [Test]
    public async Task An_address_that_the_server_refuses_isnt_tried_again_and_is_sent_again_when_it_was_put_right()
    {
        await using var mail = new MailCatcher();
        await SetAsync(new { messages = "Smtp", mailHost = "127.0.0.1", mailPort = mail.Port, mailSecurity = "None", mailFrom = "desk@example.org" });
        var patient = await PatientAsync("Zoë", "nobody@example.org", "en");
        await SayAsync(new(patient, MessagePurpose.Necessary, "Please call us."));
        await RunAllAsync();
        var failed = (await ListAsync()).Single();

        await SetAsync(new { messages = "Folder" });
        using var again = await Desk.PostAsJsonAsync($"/api/messages/{failed.GetProperty("id").GetInt64()}/again", new { });
        await RunAllAsync();

        Assert.That((failed.Text("status"), mail.Mails.Count), Is.EqualTo(("Failed", 0)));
        Assert.That(failed.Text("error"), Does.Contain("no such user"));
        Assert.That((again.StatusCode, (await ListAsync()).Single().Text("status")), Is.EqualTo((HttpStatusCode.NoContent, "Sent")));
    }

    [Test]
    public async Task A_server_that_is_away_is_tried_again_later_and_the_message_goes_out_once()
    {
        var mail = new MailCatcher();
        var port = mail.Port;
        await mail.DisposeAsync();
        await SetAsync(new { messages = "Smtp", mailHost = "127.0.0.1", mailPort = port, mailSecurity = "None", mailFrom = "desk@example.org" });
        await SayAsync(new(await PatientAsync("Zoë", "zoe@example.org", "en"), MessagePurpose.Necessary, "Please call us."));
        await RunAllAsync();
        var waits = (await ListAsync()).Single().Text("status");

        await SetAsync(new { messages = "Folder" });
        Clinic.Clock.Advance(TimeSpan.FromMinutes(2));
        await RunAllAsync();

        Assert.That((waits, (await ListAsync()).Single().Text("status"), Directory.GetFiles(Path.Combine(Clinic.DataFolder, "messages")).Length), Is.EqualTo(("Waiting", "Sent", 1)));
    }

    [Test]
    public async Task Without_an_address_nothing_is_written_and_without_a_sender_it_fails_in_words()
    {
        var without = await PatientAsync("Nora", null, "en");
        var with = await PatientAsync("Zoë", "zoe@example.org", "en");
        Assert.That(await SayAsync(new(without, MessagePurpose.Necessary, "Please call us.")), Is.EqualTo(MessageOutcome.NoAddress));
        await SayAsync(new(with, MessagePurpose.Necessary, "Please call us."));
        await RunAllAsync();
        Assert.That((await ListAsync()).Single().Text("error"), Does.Contain("Nothing sends e-mails here"));
    }

    [Test]
    public async Task A_template_says_what_it_cant_fill_in_before_it_is_kept_and_what_a_patient_is_called_is_never_a_template()
    {
        await SetAsync(new { messages = "Folder" });
        var templates = (await Desk.GetFromJsonAsync<JsonElement>("/api/message-templates")).EnumerateArray().ToList();
        var mine = templates.Single(t => (t.Text("purpose"), t.Text("channel"), t.Text("language")) == ("AppointmentReminder", "Email", "en")).GetProperty("id").GetInt64();
        using var wrong = await ChangeAsync(mine, 1, new { subject = "On {{day}}", body = "Dear {{name}}" });
        using var right = await ChangeAsync(mine, 1, new { subject = "On {{date}}", body = "Dear {{ name }}, at {{time}}" });
        using var stale = await ChangeAsync(mine, 1, new { subject = "On {{date}}", body = "Dear {{name}}" });
        var patient = await PatientAsync("{{clinic}}", "zoe@example.org", "en");
        await BookedAsync(Slot("11:00", 60, RoomA, Keller, patient: patient));
        Clinic.Clock.Now = new(2026, 3, 4, 10, 1, 0, TimeSpan.Zero);
        await RunAllAsync();

        Assert.That((wrong.StatusCode, right.StatusCode, stale.StatusCode), Is.EqualTo((HttpStatusCode.UnprocessableEntity, HttpStatusCode.OK, HttpStatusCode.PreconditionFailed)));
        Assert.That((await wrong.JsonAsync()).GetProperty("errors").GetProperty("subject")[0].GetString(), Does.StartWith("{{day}} can't be filled in. There are: {{name}}"));
        Assert.That((await ListAsync()).Single().Text("body"), Is.EqualTo("Dear {{clinic}} Weber, at 11:00"));
    }

    [Test]
    public async Task A_patient_is_asked_how_it_goes_some_time_after_a_procedure_and_not_where_they_come_again_anyway_or_it_never_was()
    {
        await SetAsync(new { messages = "Folder", followUpDays = 30 });
        var (asked, returning, mistaken) = (await PatientAsync("Zoë", "zoe@example.org", "de"), await PatientAsync("Ana", "ana@example.org", "en"), await PatientAsync("Ida", "ida@example.org", "en"));
        await TreatedAsync(asked);
        await TreatedAsync(returning);
        await DoAsync($"/api/procedures/{await TreatedAsync(mistaken)}/void", new { reason = "Another patient" });

        Clinic.Clock.Now = new(2026, 4, 2, 9, 0, 0, TimeSpan.Zero);
        await RunAllAsync();
        Assert.That(await ListAsync(), Is.Empty, "29 days are too early");
        await BookedAsync(Slot("11:00", 60, RoomA, Keller, "2026-04-09", returning));
        Clinic.Clock.Now = new(2026, 4, 3, 9, 0, 0, TimeSpan.Zero);
        await RunAllAsync();
        await RunAllAsync();

        var sent = (await ListAsync()).Where(m => m.Text("purpose") == "FollowUp").ToList();
        Assert.That(sent.Select(m => m.Text("subject")), Is.EqualTo(new[] { "Wie geht es Ihnen?" }));
        Assert.That(sent[0].Text("body"), Does.Contain("Guten Tag Zoë Weber").And.Not.Contain("{{"));
    }

    private async Task<long> TreatedAsync(long patient) => (await DoAsync("/api/procedures/historical", new
    {
        kind = "Treatment", title = "First pass", patientId = patient, performedBy = Keller, startedAt = Clinic.Clock.Now.AddHours(-3), endedAt = Clinic.Clock.Now.AddHours(-1), because = "The tablet was broken.",
    })).GetProperty("id").GetInt64();

    private async Task<JsonElement> DoAsync(string path, object body)
    {
        var physician = await Clinic.AsAsync(Role.Physician);
        using var answer = await physician.PostAsJsonAsync(path, body);
        Assert.That(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private async Task SetAsync(object settings)
    {
        var boss = await Clinic.AsAsync(Role.Administrator);
        using var set = await boss.PutAsJsonAsync("/api/settings/core", settings);
        Assert.That(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync());
    }

    private async Task<long> PatientAsync(string name, string? email, string language)
    {
        using var added = await Desk.PostAsJsonAsync("/api/patients", new { givenName = name, familyName = "Weber", birthDate = "1990-01-01", email, language, confirmedNew = true });
        Assert.That(added.StatusCode, Is.EqualTo(HttpStatusCode.Created), await added.Content.ReadAsStringAsync());
        return (await added.JsonAsync()).GetProperty("id").GetInt64();
    }

    private Task<MessageOutcome> SayAsync(NewMessage message) => Clinic.RunAsync(services => services.GetRequiredService<IStore<CorePlugin>>().WriteAsync(new("Wrote to a patient"), unit =>
        services.GetRequiredService<IMessages>().SendAsync(unit, message)));

    // What one job orders is done in the same run; a reminder writes a message, which is sent.
    private async Task RunAllAsync()
    {
        while (await Clinic.RunJobsAsync() > 0)
        {
        }
    }

    private async Task<HttpResponseMessage> ChangeAsync(long id, long version, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/message-templates/{id}") { Content = JsonContent.Create(body) };
        request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{version}\""));
        return await Desk.SendAsync(request);
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync() => [.. (await Desk.GetFromJsonAsync<JsonElement>("/api/messages")).GetProperty("items").EnumerateArray()];
}
