using System.Net;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace Smp.Consents.Tests.Api;

public sealed class EndingTests : ConsentsApi
{
    [Test]
    public async Task Withdrawing_takes_effect_at_once_and_asks_for_no_reason()
    {
        var id = await ActiveAsync(await FormAsync());
        Assert.That(StateOf(await PostAsync($"records/{id}/withdraw", new { way = "Phone" }, Desk)), Is.EqualTo("Withdrawn"));
        Assert.That((await GetAsync("/api/worklist")).ToJsonString(), Does.Contain($"/consents/records/{id}"));

        await PostAsync($"records/{id}/seen", new { note = "Called her" });
        Assert.That((await GetAsync("/api/worklist")).ToJsonString(), Does.Not.Contain($"/consents/records/{id}\""));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, $"records/{id}/withdraw", new { way = "Phone" }), Does.Contain("withdrawn"));
    }

    [Test]
    public async Task What_was_signed_is_never_signed_answered_or_declined_again()
    {
        var id = await ActiveAsync(await FormAsync());
        await SignRefusedAsync(id, new { meaning = "PatientConsent", strokes = Drawn });
        await RefusedAsync(HttpStatusCode.Conflict, $"records/{id}/answers", new { answers = new { risks = "XX" } }, Desk, await VersionAsync(id), HttpMethod.Put);
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, $"records/{id}/decline"), Does.Contain("Withdraw it instead"));
    }

    [Test]
    public async Task A_new_consent_stands_in_the_place_of_the_one_before()
    {
        var (form, patient) = (await FormAsync(), await PatientAsync());
        var (first, second) = (await ActiveAsync(form, patient), await ActiveAsync(form, patient));
        var superseded = (await RecordAsync(first))["record"]!;
        Assert.That(((string)superseded["state"]!, (long)superseded["supersededBy"]!), Is.EqualTo(("Superseded", second)));
    }

    [Test]
    public async Task A_consent_expires_by_itself_after_its_last_day()
    {
        var id = await ActiveAsync(await FormAsync(expiresMonths: 1));
        Clinic.Clock.Advance(TimeSpan.FromDays(32));
        try
        {
            await Clinic.RunJobsAsync();
            using var later = await Clinic.SignInAsync("keller");
            Assert.That(await later.GetStringAsync($"/api/consents/records/{id}"), Does.Contain("\"state\":\"Expired\""));
        }
        finally
        {
            Clinic.Clock.Advance(TimeSpan.FromDays(-32));
        }
    }

    [Test]
    public async Task Nothing_that_was_signed_can_be_changed_even_by_the_modules_own_statements()
    {
        var id = await ActiveAsync(await FormAsync());
        var before = await HashAsync(id);
        foreach (var statement in new[]
        {
            "UPDATE consents__records SET presented = '{}' WHERE id = @id", "UPDATE consents__records SET answers = '{}' WHERE id = @id", "UPDATE consents__records SET document_sha256 = 'x' WHERE id = @id",
            "UPDATE consents__records SET signed_at = '2020-01-01T00:00:00.000Z' WHERE id = @id", "UPDATE consents__signatures SET printed_name = 'Somebody' WHERE record_id = @id",
            "UPDATE consents__texts SET source = 'x' WHERE version_id = (SELECT version_id FROM consents__records WHERE id = @id)",
            "UPDATE consents__versions SET signatures = 'Witness' WHERE id = (SELECT version_id FROM consents__records WHERE id = @id)",
        })
        {
            Assert.That(async () => await Clinic.RunAsync(async services =>
                await services.GetRequiredService<IStore<ConsentsPlugin>>().WriteAsync(new("Tried"), unit => unit.Connection.ExecuteAsync(statement, new { id }))), Throws.Exception, statement);
        }

        await PostAsync($"records/{id}/withdraw", new { way = "InPerson" });
        Assert.That(await HashAsync(id), Is.EqualTo(before), "what was signed stays as it was, also when it is withdrawn");
    }

    [Test]
    public async Task Voiding_needs_a_reason_and_the_permission()
    {
        var id = await ActiveAsync(await FormAsync());
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, $"records/{id}/void");
        Assert.That((await SendAsync(HttpMethod.Post, $"records/{id}/void", new { reason = "Wrong patient" }, Desk)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(StateOf(await PostAsync($"records/{id}/void", new { reason = "Wrong patient" })), Is.EqualTo("Void"));
    }

    private async Task<string> HashAsync(long id)
    {
        var file = await RecordAsync(id);
        var record = file["record"]!.AsObject();
        foreach (var moving in new[] { "state", "rowVersion", "endedAt", "endedBy", "endReason", "open", "pdfSha256" }) record.Remove(moving);
        var html = await Keller.GetStringAsync($"/consents/records/{id}/document");
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(record.ToJsonString() + file["signatures"]!.ToJsonString() + file["tries"]!.ToJsonString() + html)));
    }
}
