using System.Net;
using System.Text.RegularExpressions;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Clinical;

/// <summary>The forms and sections, as a browser without script meets them.</summary>
public sealed partial class ClinicalPageTests : ClinicalApi
{
    private HttpClient browser = null!;

    [SetUp]
    public async Task SignIn()
    {
        browser = Clinic.Anonymous();
        await browser.SignInAsync("keller", TestClinic.Password);
    }

    [TearDown]
    public void SignOut() => browser.Dispose();

    [Test]
    public async Task A_dose_is_looked_at_before_it_is_recorded()
    {
        await WeighAsync(60_000);
        var path = $"/patients/{Patient}/doses/new";

        var (first, page) = await PostAsync(path, Dose("10"));
        var (second, _) = await PostAsync(path, Dose("10", ("advised", Advised(page))));

        Assert.Multiple(() =>
        {
            Assert.That((first.StatusCode, page.Contains("Within the limits.", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.OK, true)));
            Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        });
        Assert.That(await browser.GetStringAsync($"/patients/{Patient}"), Does.Contain("37.1 % of the limit is used"));
    }

    [Test]
    public async Task Of_a_drug_that_a_patient_is_allergic_to_nothing_is_left()
    {
        SetPatient(await PatientAsync("Vera", new { substance = "Lidocaine" }));
        await WeighAsync(60_000);

        Assert.That(await browser.GetStringAsync($"/patients/{Patient}"), Does.Contain("Allergic to lidocaine").And.Not.Contain("mg lidocaine"));
    }

    [Test]
    public async Task What_was_looked_at_is_what_is_recorded()
    {
        await WeighAsync(60_000);
        var path = $"/patients/{Patient}/doses/new";
        var (_, page) = await PostAsync(path, Dose("10"));

        // The volume was changed after the advice: it is looked at anew.
        var (changed, again) = await PostAsync(path, Dose("12", ("advised", Advised(page))));

        Assert.That((changed.StatusCode, Advised(again) != Advised(page)), Is.EqualTo((HttpStatusCode.OK, true)));
    }

    [Test]
    public async Task A_dose_above_the_limit_is_recorded_only_when_somebody_says_that_it_was_given()
    {
        await WeighAsync(60_000);
        var path = $"/patients/{Patient}/doses/new";

        var (_, page) = await PostAsync(path, Dose("28"));
        var (unsaid, asked) = await PostAsync(path, Dose("28", ("advised", Advised(page))));
        var (said, _) = await PostAsync(path, Dose("28", ("advised", Advised(page)), ("acknowledged", "true")));

        Assert.Multiple(() =>
        {
            Assert.That(page, Does.Contain("At most 27 mL (270 mg) are left."));
            Assert.That((unsaid.StatusCode, asked.Contains("Say that it was given.", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
            Assert.That(said.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        });
        Assert.That((await IncidentsAsync())[0].GetProperty("kind").GetString(), Is.EqualTo("DoseOverLimit"));
    }

    [TestCase("volume", "1,234.5")]
    [TestCase("volume", "5.0001")]
    [TestCase("concentration", "one")]
    [TestCase("time", "2500")]
    [TestCase("amount", "5")]
    public async Task Numbers_and_times_are_read_strictly(string field, string value)
    {
        await WeighAsync(60_000);

        var (answer, _) = await PostAsync($"/patients/{Patient}/doses/new", Dose("10", (field, value)));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
    }

    [Test]
    public async Task An_unusual_weight_is_questioned_first()
    {
        var path = $"/patients/{Patient}/measurements/new";
        var fields = new Dictionary<string, string>
        {
            ["_handler"] = "measure", ["weight"] = "182.5", ["who"] = "2", ["day"] = "2026-03-04", ["time"] = "08:30",
        };

        var (asked, page) = await PostAsync(path, fields);
        fields["confirmed"] = "true";
        var (done, _) = await PostAsync(path, fields);

        Assert.Multiple(() =>
        {
            Assert.That((asked.StatusCode, page.Contains("182.5 kg is unusual.", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.OK, true)));
            Assert.That(done.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        });
        Assert.That(await browser.GetStringAsync($"/patients/{Patient}"), Does.Contain(">182.5<"));
    }

    [Test]
    public async Task The_toxicity_card_reckons_with_the_weight_and_says_how_old_it_is()
    {
        var without = await browser.GetStringAsync($"/patients/{Patient}/toxicity");
        await WeighAsync(58_000);
        Clinic.Clock.Advance(TimeSpan.FromDays(2));
        await browser.SignInAsync("keller", TestClinic.Password);
        var with = await browser.GetStringAsync($"/patients/{Patient}/toxicity");

        Assert.Multiple(() =>
        {
            Assert.That(without, Does.Contain("No weight is recorded").And.Contain("1.5 mL/kg"));
            Assert.That(with, Does.Contain("58 kg, measured on 4 Mar 2026, 2 days ago").And.Contain("87 mL").And.Contain("14.5 mL a minute").And.Contain("696 mL"));
        });
        Assert.That(await browser.GetStringAsync("/doses/toxicity"), Does.Contain("12 mL/kg"));
    }

    [TestCase("/patients/{0}/measurements")]
    [TestCase("/patients/{0}/doses")]
    [TestCase("/patients/{0}/complications/new")]
    [TestCase("/patients/{0}/incidents/new")]
    [TestCase("/incidents/new")]
    [TestCase("/drugs")]
    [TestCase("/drugs/new")]
    [TestCase("/drugs/1")]
    public async Task Every_page_stands_empty_too(string path)
    {
        using var answer = await browser.GetAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, Patient));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("measurements")]
    [TestCase("doses")]
    [TestCase("doses/new")]
    [TestCase("toxicity")]
    [TestCase("complications/new")]
    [TestCase("doses/7")]
    public async Task Of_a_patient_that_isnt_here_no_page_is_shown(string page)
    {
        using var answer = await browser.GetAsync($"/patients/999/{page}");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_complication_and_an_incident_are_recorded_by_their_forms()
    {
        var (complication, _) = await PostAsync($"/patients/{Patient}/complications/new", new()
        {
            ["_handler"] = "complication", ["kind"] = "Infection", ["severity"] = "Mild", ["onsetOn"] = "2026-03-01", ["description"] = "Red and warm",
        });
        var (incident, _) = await PostAsync($"/patients/{Patient}/incidents/new", new()
        {
            ["_handler"] = "incident", ["kind"] = "NearMiss", ["text"] = "The wrong chart was open", ["day"] = "2026-03-04", ["time"] = "08:00",
        });

        Assert.Multiple(() =>
        {
            Assert.That(complication.Headers.Location?.ToString(), Does.EndWith($"/patients/{Patient}/complications/1"));
            Assert.That(incident.Headers.Location?.ToString(), Does.EndWith("/incidents/1"));
        });
        Assert.That(await browser.GetStringAsync($"/patients/{Patient}"), Does.Contain("/complications/1"));
    }

    [Test]
    public async Task A_limit_is_made_stricter_on_its_page()
    {
        var (answer, _) = await PostAsync("/drugs/1", new()
        {
            ["_handler"] = "drug", ["rowVersion"] = "1", ["active"] = "true", ["plain.microgramsPerKilogram"] = "4", ["plain.maximumMicrograms"] = "250",
            ["adrenaline.microgramsPerKilogram"] = "7", ["adrenaline.maximumMicrograms"] = "500",
        });
        var (laxer, page) = await PostAsync("/drugs/1", new()
        {
            ["_handler"] = "drug", ["rowVersion"] = "2", ["active"] = "true", ["plain.microgramsPerKilogram"] = "4.6", ["plain.maximumMicrograms"] = "250",
        });

        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
            Assert.That((laxer.StatusCode, page.Contains("The source allows 4.5 mg/kg.", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
        });
        Assert.That(await browser.GetStringAsync("/drugs"), Does.Contain("4 mg/kg, under 250 mg"));
    }

    private static Dictionary<string, string> Dose(string volume, params (string Name, string Value)[] more)
    {
        var fields = new Dictionary<string, string>
        {
            ["_handler"] = "dose", ["drug"] = "1", ["concentration"] = "1", ["volume"] = volume, ["route"] = "Infiltration", ["who"] = "2",
            ["day"] = "2026-03-04", ["time"] = "09:00",
        };
        foreach (var (name, value) in more) fields[name] = value;
        return fields;
    }

    private static string Advised(string page) => Seal().Match(page).Groups[1].Value;

    private async Task<(HttpResponseMessage Answer, string Page)> PostAsync(string path, Dictionary<string, string> fields)
    {
        fields["__RequestVerificationToken"] = await browser.FormTokenAsync(path);
        var answer = await browser.PostAsync(path, new FormUrlEncodedContent(fields));
        return (answer, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()));
    }

    [GeneratedRegex("name=\"advised\" value=\"([0-9a-f]+)\"")]
    private static partial Regex Seal();
}
