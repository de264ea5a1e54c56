using System.Net;
using System.Text;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Consents.Tests.Api;

public sealed class SigningTests : ConsentsApi
{
    [Test]
    public async Task A_form_goes_from_presentation_to_force_and_its_document_says_all_of_it()
    {
        var form = await FormAsync(questions: true, signatures: ["PatientConsent", "PractitionerDisclosure"]);
        var id = await PresentedAsync(form);
        Assert.That(await SignRefusedAsync(id, new { meaning = "PatientConsent", strokes = Drawn }), Does.Contain("questions"));

        Assert.That((bool)(await PostAsync($"records/{id}/quiz", new { answers = new[] { 0 } }, Desk))["passed"]!, Is.False);
        Assert.That((bool)(await PostAsync($"records/{id}/quiz", new { answers = new[] { 1 } }, Desk))["passed"]!, Is.True);
        Assert.That(await SignRefusedAsync(id, new { meaning = "PatientConsent", strokes = Drawn }, HttpStatusCode.UnprocessableEntity), Does.Contain("I have read the risks"));
        await AnswerAsync(id, new { risks = "AH" });
        Assert.That(StateOf(await SignAsync(id, new { meaning = "PatientConsent", strokes = Drawn })), Is.EqualTo("CoolingOff"), "the practitioner has to sign, too");
        Assert.That(StateOf(await SignAsync(id, new { meaning = "PractitionerDisclosure", typed = "Keller", password = TestClinic.Password }, Keller)), Is.EqualTo("Active"));

        var file = await RecordAsync(id);
        Assert.That(file["tries"]!.AsArray(), Has.Count.EqualTo(2));
        Assert.That(file["signatures"]!.AsArray().Select(s => (string)s!["printedName"]!), Is.EqualTo(new[] { (string)file["signatures"]![0]!["printedName"]!, "Dr. Ines Keller" }));
        var html = await Keller.GetStringAsync($"/consents/records/{id}/document");
        Assert.That(html, Does.Contain("Dr. Ines Keller").And.Contain("The client consents").And.Contain("Practitioner who explained it").And.Contain("<svg").And.Contain((string)file["record"]!["presentedHash"]!)
            .And.Contain(">AH<").And.Contain("at try 2").And.Not.Contain("<script"));
    }

    [Test]
    public async Task Nobody_signs_before_the_time_to_think_is_over()
    {
        var id = await PresentedAsync(await FormAsync(coolingOffDays: 7));
        await AnswerAsync(id, new { risks = "AH" });
        Assert.That(await SignRefusedAsync(id, new { meaning = "PatientConsent", strokes = Drawn }), Does.Contain("7 days to think"));
        var seen = await VersionAsync(id);

        Clinic.Clock.Advance(TimeSpan.FromDays(7));
        try
        {
            // The sessions of a week ago have ended.
            var later = await Clinic.AsAsync(Role.Coordinator);
            Assert.That(StateOf(await PostAsync($"records/{id}/signatures", new { meaning = "PatientConsent", strokes = Drawn }, later, seen)), Is.EqualTo("Active"));
        }
        finally
        {
            Clinic.Clock.Advance(TimeSpan.FromDays(-7));
        }
    }

    [Test]
    public async Task An_answer_shows_a_section_whose_fields_are_needed_then()
    {
        var id = await PresentedAsync(await FormAsync());
        var answered = await AnswerAsync(id, new { smoker = "yes", risks = "AH" });
        Assert.That(answered["consent"]!["missing"]!.AsArray().Select(m => (string)m!), Is.EqualTo(new[] { "how_much" }));

        await AnswerAsync(id, new { risks = "AH", how_much = "left over" });
        Assert.That(((await RecordAsync(id))["record"]!["answers"]!.AsObject()).Select(a => a.Key), Is.EqualTo(new[] { "risks" }), "what isn't asked isn't kept");
    }

    [Test]
    public async Task Who_signs_what_somebody_else_has_changed_is_told_and_signs_nothing()
    {
        var id = await PresentedAsync(await FormAsync());
        var seen = await VersionAsync(id);
        await AnswerAsync(id, new { risks = "AH" });

        await RefusedAsync(HttpStatusCode.PreconditionFailed, $"records/{id}/signatures", new { meaning = "PatientConsent", strokes = Drawn }, Desk, seen);
        Assert.That((await RecordAsync(id))["signatures"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task A_practitioner_signs_with_their_own_password_and_the_desk_never_does()
    {
        var form = await FormAsync(signatures: ["PatientConsent", "PractitionerDisclosure"]);
        var id = await PresentedAsync(form);
        await SignedAsync(id);

        await SignRefusedAsync(id, new { meaning = "PractitionerDisclosure", typed = "Keller", password = "not it" }, HttpStatusCode.UnprocessableEntity, Keller);
        await SignRefusedAsync(id, new { meaning = "PractitionerDisclosure", typed = "Sofia", password = TestClinic.Password }, HttpStatusCode.Forbidden);
        using var token = await Clinic.AsAsync(Role.Physician);
        await SignRefusedAsync(id, new { meaning = "PractitionerDisclosure", typed = "Keller", password = TestClinic.Password }, HttpStatusCode.Forbidden, token);
    }

    [TestCase("""{"width":600,"height":200,"strokes":[]}""")]
    [TestCase("""{"width":600,"height":200,"strokes":[[1,1,0,500]]}""")]
    [TestCase("<svg onload='alert(1)'>")]
    [TestCase("")]
    public async Task What_is_no_signature_isnt_taken(string strokes)
    {
        var id = await PresentedAsync(await FormAsync());
        await AnswerAsync(id, new { risks = "AH" });
        await SignRefusedAsync(id, new { meaning = "PatientConsent", strokes }, HttpStatusCode.UnprocessableEntity);
    }

    [Test]
    public async Task What_people_write_is_text_in_the_document()
    {
        var form = await FormAsync("{{text words \"Words?\" required}}\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![y](https://example.org/y.png)");
        var id = await PresentedAsync(form);
        await AnswerAsync(id, new { words = "<img src=x onerror=alert(1)>" });
        await SignAsync(id, new { meaning = "PatientConsent", typed = "<b>Ana</b>" });

        var html = await Keller.GetStringAsync($"/consents/records/{id}/document");
        Assert.That(html, Does.Not.Contain("<script>").And.Not.Contain("<img").And.Not.Contain("javascript:").And.Not.Contain("<b>Ana").And.Not.Contain("example.org"));
        Assert.That(html, Does.Contain("&lt;img src=x onerror=alert(1)&gt;"));
    }

    [Test]
    public async Task A_guardian_signs_after_a_minor_where_the_form_allows_it_and_not_where_it_doesnt()
    {
        var (refused, allowed, child) = (await FormAsync(minors: "Refused"), await FormAsync(minors: "Guardian"), await PatientAsync(age: 15));
        Assert.That(await RefusedAsync(HttpStatusCode.UnprocessableEntity, "records", new { patientId = child, templateId = refused, language = "en" }, Desk), Does.Contain("15 years old"));

        var id = await PresentedAsync(allowed, child);
        Assert.That(StateOf(await SignedAsync(id)), Is.EqualTo("CoolingOff"));
        await SignRefusedAsync(id, new { meaning = "GuardianConsent", typed = "Mara Horvat" }, HttpStatusCode.UnprocessableEntity);
        Assert.That(StateOf(await SignAsync(id, new { meaning = "GuardianConsent", typed = "Mara Horvat", printedName = "Mara Horvat", relation = "mother" })), Is.EqualTo("Active"));
        Assert.That(await Keller.GetStringAsync($"/consents/records/{id}/document"), Does.Contain("Mara Horvat").And.Contain("(mother)"));
    }

    [Test]
    public async Task A_client_who_was_found_unable_to_decide_cant_sign()
    {
        var id = await PresentedAsync(await FormAsync());
        await AnswerAsync(id, new { risks = "AH" });
        await PostAsync($"records/{id}/capacity", new { able = false, note = "Doesn't know where they are" });
        Assert.That(await SignRefusedAsync(id, new { meaning = "PatientConsent", strokes = Drawn }), Does.Contain("unable to decide"));

        var guardian = await PresentedAsync(await FormAsync(), more: new { patientId = await PatientAsync(), templateId = await FormAsync(), language = "en", unable = true, capacityNote = "Dementia, court order 7" });
        Assert.That((string)(await RecordAsync(guardian))["next"]!, Is.EqualTo("GuardianConsent"));
    }

    [Test]
    public async Task Nobody_signs_after_sedation()
    {
        var patient = await PatientAsync();
        var id = await PresentedAsync(await FormAsync(), patient);
        await AnswerAsync(id, new { risks = "AH" });
        var drug = (await GetAsync("/api/drugs")).AsArray().First(d => (bool)d!["sedating"]!)!;
        var doctor = (await GetAsync("/api/staff")).AsArray().First(s => (string)s!["role"]! == "Physician")!;
        await PostAsync($"/api/patients/{patient}/doses", new { drugId = (long)drug["id"]!, amountNanograms = 5_000_000, route = "Oral", performedBy = (long)doctor["id"]!, givenAt = Clinic.Clock.Now });

        Assert.That(await SignRefusedAsync(id, new { meaning = "PatientConsent", strokes = Drawn }), Does.Contain("sedation"));
    }

    [Test]
    public async Task A_scan_of_the_paper_stands_in_the_document()
    {
        var id = await PresentedAsync(await FormAsync());
        await AnswerAsync(id, new { risks = "AH" });
        await SignRefusedAsync(id, new { meaning = "PatientConsent", scan = Encoding.UTF8.GetBytes("%PDF-1.7") }, HttpStatusCode.UnprocessableEntity);
        await SignAsync(id, new { meaning = "PatientConsent", scan = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==") });
        Assert.That(await Keller.GetStringAsync($"/consents/records/{id}/document"), Does.Contain("data:image/png;base64,iVBORw0KGgo"));
    }
}
