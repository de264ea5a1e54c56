using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Smp.Consents.Tests.Api;

public sealed partial class RemoteTests : ConsentsApi
{
    [Test]
    public async Task A_client_opens_the_link_with_their_birth_date_reads_signs_and_withdraws_at_home()
    {
        var (id, path) = await LinkAsync();
        using var home = Clinic.Anonymous();
        Assert.That(await home.GetStringAsync(path), Does.Contain("Date of birth").And.Not.Contain("Horvat").And.Not.Contain("you can say no"), "nothing is told before it is known who asks");

        Assert.That((await PostAsync(home, path, "open", ("birthDate", Born(40)))).StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        var read = await home.GetStringAsync(path);
        Assert.That(read, Does.Contain("you can say no").And.Not.Contain("/patients"), "there is a way to nothing else");

        Assert.That((await PostAsync(home, path, "fill", ("rowVersion", RowVersion(read)), ("risks", "AH"))).Headers.Location!.ToString(), Does.EndWith("?step=sign"));
        var sign = await home.GetStringAsync($"{path}?step=sign");
        await PostAsync(home, $"{path}?step=sign", "sign", ("rowVersion", RowVersion(sign)), ("strokes", Drawn));
        var file = await RecordAsync(id);
        Assert.That((StateOf(file), (bool)file["signatures"]![0]!["remote"]!), Is.EqualTo(("Active", true)));

        await PostAsync(home, path, "withdraw");
        Assert.That(((string)(await RecordAsync(id))["withdrawal"]!["way"]!), Is.EqualTo("Link"));
        Assert.That((await home.GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.Conflict), "then it has ended");
    }

    [Test]
    public async Task A_link_is_opened_once_and_goes_on_in_that_browser_alone()
    {
        var (_, path) = await LinkAsync();
        using var home = Clinic.Anonymous();
        await PostAsync(home, path, "open", ("birthDate", Born(40)));

        using var other = Clinic.Anonymous();
        var answer = await other.GetAsync(path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("you can say no"));
    }

    [Test]
    public async Task Five_wrong_birth_dates_end_it()
    {
        var (_, path) = await LinkAsync();
        using var stranger = Clinic.Anonymous();
        for (var i = 0; i < 5; i++) Assert.That((await PostAsync(stranger, path, "open", ("birthDate", Born(20 + i)))).StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((await stranger.GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task It_ends_after_its_days_when_it_is_taken_back_and_when_another_is_made()
    {
        using var stranger = Clinic.Anonymous();
        var (id, first) = await LinkAsync();
        var second = (string)(await PostAsync($"records/{id}/link", who: Desk))["path"]!;
        Assert.That((await stranger.GetAsync(first)).StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await stranger.GetAsync(second)).StatusCode, Is.EqualTo(HttpStatusCode.OK));

        Clinic.Clock.Advance(TimeSpan.FromDays(8));
        try
        {
            Assert.That((await stranger.GetAsync(second)).StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        }
        finally
        {
            Clinic.Clock.Advance(TimeSpan.FromDays(-8));
        }

        await DoneAsync(HttpMethod.Delete, $"records/{id}/link", who: Desk);
        Assert.That((await stranger.GetAsync(second)).StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task Staff_sign_at_the_clinic_and_never_by_a_link()
    {
        var (id, path) = await LinkAsync(await FormAsync(signatures: ["PatientConsent", "PractitionerDisclosure"]));
        using var home = Clinic.Anonymous();
        await PostAsync(home, path, "open", ("birthDate", Born(40)));
        await AnswerAsync(id, new { risks = "AH" });
        await SignAsync(id, new { meaning = "PatientConsent", strokes = Drawn });

        Assert.That(await home.GetStringAsync($"{path}?step=sign"), Does.Contain("The rest is signed at the clinic").And.Not.Contain("name=\"password\""));
    }

    [Test]
    public async Task Who_comes_too_often_waits()
    {
        using var stranger = Clinic.Anonymous();
        Clinic.Clock.Advance(TimeSpan.FromMinutes(2));
        var answers = new List<string>();
        for (var i = 0; i < 62; i++) answers.Add(await (await stranger.GetAsync("/consents/remote/nothing")).Content.ReadAsStringAsync());
        Assert.That(answers[0], Does.Contain("Ask the clinic for a new one"));
        Assert.That(answers[^1], Does.Contain("too many visits"));
        Clinic.Clock.Advance(TimeSpan.FromMinutes(2));
    }

    private async Task<(long Id, string Path)> LinkAsync(long? form = null)
    {
        var id = await PresentedAsync(form ?? await FormAsync());
        return (id, (string)(await PostAsync($"records/{id}/link", who: Desk))["path"]!);
    }

    private string Born(int age) => Clinic.Clock.Today.AddYears(-age).AddDays(-1).ToString("O", CultureInfo.InvariantCulture);

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, string form, params (string Name, string Value)[] fields)
    {
        var token = FormToken().Match(await browser.GetStringAsync(path)).Groups[1].Value;
        return await browser.PostAsync(path, new FormUrlEncodedContent([new("_handler", form), new("__RequestVerificationToken", token), .. fields.Select(f => KeyValuePair.Create(f.Name, f.Value))]));
    }

    private static string RowVersion(string html) => RowVersionField().Match(html).Groups[1].Value;

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();

    [GeneratedRegex("name=\"rowVersion\" value=\"([0-9]+)\"")]
    private static partial Regex RowVersionField();
}
