using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Smp.Sdk;

namespace Smp.Host.Tests.Shells;

/// <summary>Panels on the patient page: one that throws or never returns is a notice there, and nothing else.</summary>
[Parallelizable]
public sealed class PanelTests
{
    [Test]
    public async Task Panels_that_throw_or_never_return_leave_the_patient_page_whole_and_prompt()
    {
        using var shelf = PluginShelf.WithGoodOne();
        shelf.Misbehaving("thrower", "panel-throws");
        shelf.Misbehaving("hanger", "panel-hangs");
        await using var clinic = await shelf.OpenAsync();
        var physician = await clinic.AsAsync(Role.Physician);
        using var added = await physician.PostAsJsonAsync("/api/patients", new { givenName = "Anna", familyName = "Adler", birthDate = "1990-01-01" });
        var id = (await added.JsonAsync()).GetProperty("id").GetInt64();
        // What is compiled at the first sight of a page is no panel's fault.
        using (await physician.GetAsync($"/patients/{id}"))
        {
        }

        var watch = Stopwatch.StartNew();
        using var page = await physician.GetAsync($"/patients/{id}");
        var html = await page.Content.ReadAsStringAsync();

        Assert.Multiple(() =>
        {
            Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(3)));
            Assert.That(html, Does.Contain("Adler"));
            Assert.That(html, Does.Contain($"Nothing to note about patient {id}."), "the good plugin's panel");
            Assert.That(html, Does.Contain("thrower can&#x27;t be shown just now").Or.Contain("thrower can't be shown just now"));
            Assert.That(html, Does.Contain("hanger can&#x27;t be shown just now").Or.Contain("hanger can't be shown just now"));
            Assert.That(html, Does.Not.Contain("There is no panel for"), "what a plugin throws is for the log");
        });
        await clinic.AssertGoodWorksAsync();
    }
}
