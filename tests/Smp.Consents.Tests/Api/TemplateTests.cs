using System.Net;

namespace Smp.Consents.Tests.Api;

public sealed class TemplateTests : ConsentsApi
{
    [Test]
    public async Task A_published_version_is_never_changed_and_the_next_one_retires_it()
    {
        var form = await FormAsync();
        var first = await GetAsync($"versions/{(await GetAsync($"templates/{form}"))["publishedId"]}");

        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, $"versions/{first["id"]}", Draft("Other words"), version: (long)first["rowVersion"]!, method: HttpMethod.Put), Does.Contain("never changed"));
        await PublishAsync(form, Draft("Other words"));

        var versions = (await GetAsync($"templates/{form}/versions")).AsArray();
        Assert.That(versions.Select(v => ((int)v!["number"]!, (string)v["state"]!)), Is.EqualTo(new[] { (2, "Published"), (1, "Retired") }));
        Assert.That((string)(await GetAsync($"versions/{first["id"]}"))["texts"]![0]!["source"]!, Is.EqualTo(Source));
    }

    [Test]
    public async Task What_is_wrong_in_a_text_is_said_with_its_line_and_column()
    {
        var form = (long)(await PostAsync("templates", new { title = "Broken", kind = "Procedure" }))["id"]!;
        var draft = await PostAsync($"templates/{form}/draft");

        Assert.That(await RefusedAsync(HttpStatusCode.UnprocessableEntity, $"versions/{draft["id"]}", Draft("One\n\n  {{colour eyes \"Eyes?\"}}"), version: 1, method: HttpMethod.Put), Does.StartWith("Line 3, column 3:"));
        Assert.That(await RefusedAsync(HttpStatusCode.UnprocessableEntity, $"versions/{draft["id"]}", Draft("{{value salary}}"), version: 1, method: HttpMethod.Put), Does.Contain("salary"));
    }

    [Test]
    public async Task Every_language_asks_the_same()
    {
        var form = (long)(await PostAsync("templates", new { title = "Languages", kind = "Procedure" }))["id"]!;
        var draft = await PostAsync($"templates/{form}/draft");
        object Texts(string german) => new
        {
            coolingOffDays = 0, expiresMonths = 12, minors = "Refused", signatures = new[] { "PatientConsent" },
            texts = new[] { new { language = "en", title = "One", source = "{{tick a \"A\" required}}" }, new { language = "de", title = "Eins", source = german } },
        };

        Assert.That(await RefusedAsync(HttpStatusCode.UnprocessableEntity, $"versions/{draft["id"]}", Texts("{{tick a \"A\"}}"), version: 1, method: HttpMethod.Put), Does.Contain("every language"));
        await DoneAsync(HttpMethod.Put, $"versions/{draft["id"]}", Texts("{{tick a \"Ä\" required}}"), version: 1);
    }

    [Test]
    public async Task A_section_is_for_the_same_option_in_every_language()
    {
        var form = (long)(await PostAsync("templates", new { title = "Sections", kind = "Procedure" }))["id"]!;
        var draft = await PostAsync($"templates/{form}/draft");
        object Texts(string german) => new
        {
            coolingOffDays = 0, expiresMonths = 12, minors = "Refused", signatures = new[] { "PatientConsent" },
            texts = new[]
            {
                new { language = "en", title = "One", source = "{{choice a \"A\" \"Yes\" \"No\" required}}{{if a is \"Yes\"}}{{tick b \"B\"}}{{end}}" },
                new { language = "de", title = "Eins", source = $"{{{{choice a \"A\" \"Ja\" \"Nein\" required}}}}{{{{if a is \"{german}\"}}}}{{{{tick b \"B\"}}}}{{{{end}}}}" },
            },
        };

        Assert.That(await RefusedAsync(HttpStatusCode.UnprocessableEntity, $"versions/{draft["id"]}", Texts("Nein"), version: 1, method: HttpMethod.Put), Does.Contain("every language"));
        await DoneAsync(HttpMethod.Put, $"versions/{draft["id"]}", Texts("Ja"), version: 1);
    }

    [Test]
    public async Task Two_who_write_one_draft_get_a_conflict_and_nothing_is_lost()
    {
        var form = (long)(await PostAsync("templates", new { title = "Twice", kind = "Procedure" }))["id"]!;
        var draft = await PostAsync($"templates/{form}/draft");
        await DoneAsync(HttpMethod.Put, $"versions/{draft["id"]}", Draft("The first"), version: 1);

        await RefusedAsync(HttpStatusCode.PreconditionFailed, $"versions/{draft["id"]}", Draft("The second"), version: 1, method: HttpMethod.Put);
        Assert.That((string)(await GetAsync($"versions/{draft["id"]}"))["texts"]![0]!["source"]!, Is.EqualTo("The first"));
    }

    [Test]
    public async Task Marketing_photos_are_never_a_condition_of_treatment() =>
        Assert.That(await RefusedAsync(HttpStatusCode.UnprocessableEntity, "templates", new { title = "Marketing", kind = "PhotoMarketing", procedures = new[] { "smp.session" } }), Does.Contain("164.508"));

    [Test]
    public async Task A_material_change_supersedes_what_was_signed_before_and_another_change_doesnt()
    {
        var form = await FormAsync();
        var id = await ActiveAsync(form);

        await PublishAsync(form, Draft("Smaller words"));
        Assert.That(StateOf(await RecordAsync(id)), Is.EqualTo("Active"));

        await PublishAsync(form, Draft("Another risk", materialChange: true));
        Assert.That(StateOf(await RecordAsync(id)), Is.EqualTo("Superseded"));
    }

    [Test]
    public async Task The_front_desk_writes_no_forms()
    {
        var (status, _) = await SendAsync(HttpMethod.Post, "templates", new { title = "Desk", kind = "Procedure" }, Desk);
        Assert.That(status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task The_forms_that_come_with_the_module_are_published_once()
    {
        var shipped = (await GetAsync("templates")).AsArray().Where(t => t!["shipped"] is not null).ToList();
        Assert.That(shipped.Select(t => (string)t!["shipped"]!), Is.Unique.And.Contain("photos-clinical"));
        Assert.That(shipped.Select(t => (long?)t!["publishedNumber"]), Is.All.EqualTo(1));
    }
}
