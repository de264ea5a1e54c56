using System.Net.Http.Json;
using System.Text.Json;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Consents.Tests;

public sealed class DemoTests
{
    [Test]
    public async Task The_demonstration_has_consents_in_every_state_and_the_form_for_SMP_can_be_signed_on_the_same_day()
    {
        await using var clinic = await TestClinic.StartAsync(o =>
        {
            o.Demo = true;
            o.With<ConsentsPlugin>();
        });
        var physician = await clinic.AsAsync(Role.Physician);

        var states = (await physician.GetFromJsonAsync<JsonElement>("/api/consents/records")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("record").GetProperty("state").GetString()).ToHashSet();
        Assert.That(states, Is.SupersetOf(new[] { "Active", "Presented", "Declined", "Withdrawn" }));
        var smp = (await physician.GetFromJsonAsync<JsonElement>("/api/consents/templates")).EnumerateArray().Single(t => t.GetProperty("shipped").GetString() == "smp-procedure");
        var version = await physician.GetFromJsonAsync<JsonElement>($"/api/consents/versions/{smp.GetProperty("publishedId")}");
        Assert.That(version.GetProperty("coolingOffDays").GetInt32(), Is.Zero);
        Assert.That(version.GetProperty("texts").EnumerateArray().Select(t => t.GetProperty("source").GetString()), Has.None.Contains("can sign 7 days").And.None.Contains("frühestens 7 Tage"), "the text says what holds");
    }
}
