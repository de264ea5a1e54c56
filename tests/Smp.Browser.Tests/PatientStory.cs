using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Smp.Needles;
using Smp.Sdk;
using Smp.Sdk.Testing;
using static Microsoft.Playwright.Assertions;

namespace Smp.Browser.Tests;

/// <summary>Two people of nearly one name, two people at one record, and finding either while typing.</summary>
public sealed class PatientStory
{
    private TestClinic clinic = null!;
    private HttpClient desk = null!;

    [SetUp]
    public async Task Open()
    {
        clinic = await TestClinic.StartAsync(o =>
        {
            o.Demo = true;
            o.With<NeedlesPlugin>();
        });
        desk = await clinic.AsAsync(Role.Coordinator);
    }

    [TearDown]
    public async Task Close() => await clinic.DisposeAsync();

    [TestCase(1280)]
    [TestCase(820)]
    public async Task A_wrong_patient_is_caught_by_the_header_that_never_scrolls_away(int width)
    {
        var right = await RegisterAsync("Anneliese", "Brandstetter", "1961-03-04", "Lidocaine");
        var wrong = await RegisterAsync("Annelies", "Brandstetter", "1988-11-30", null);
        await using var mia = await Visitor.OpenAsync(clinic, width);
        await mia.SignInAsync("mia");
        var page = mia.Page;

        await page.GotoAsync("/needles/use");
        await page.GetByLabel("Name, number, phone or birth date").FillAsync("brandst");
        await page.GetByLabel("Name, number, phone or birth date").PressAsync("Enter");
        await page.Locator($"a[href='/needles/use?patient={wrong}']").ClickAsync();

        // Whatever is done on the page, who it is about stays in sight: the birth date isn't hers, and there is no allergy.
        var header = page.Locator("section.patient");
        await page.EvaluateAsync("window.scrollTo(0, document.body.scrollHeight)");
        await Expect(header).ToBeInViewportAsync(new() { Ratio = 1 });
        await Expect(header).ToContainTextAsync("30 Nov 1988");
        await Expect(header).ToContainTextAsync("No known allergies");

        await page.GetByRole(AriaRole.Link, new() { Name = "Another patient" }).ClickAsync();
        await page.GetByLabel("Name, number, phone or birth date").FillAsync("brandst 1961");
        await page.GetByLabel("Name, number, phone or birth date").PressAsync("Enter");
        await page.Locator($"a[href='/needles/use?patient={right}']").ClickAsync();
        await Expect(header).ToContainTextAsync("4 Mar 1961");
        await Expect(header).ToContainTextAsync("Lidocaine");

        // The same on every page about her.
        foreach (var path in (string[])[$"/patients/{right}", $"/patients/{right}/edit", $"/needles/use/already?patient={right}"])
        {
            await page.GotoAsync(path);
            await page.EvaluateAsync("window.scrollTo(0, document.body.scrollHeight)");
            await Expect(header).ToBeInViewportAsync(new() { Ratio = 1 });
            await Expect(header).ToContainTextAsync("4 Mar 1961");
        }

        Assert.That((await desk.GetFromJsonAsync<System.Text.Json.JsonElement>($"/api/needles/uses?patient={wrong}")).GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That(mia.Complaints, Is.Empty);
    }

    [Test]
    public async Task Two_people_who_change_one_record_lose_nothing_of_either()
    {
        var id = await RegisterAsync("Konrad", "Zuse", "1970-06-22", null);
        await using var front = await Visitor.OpenAsync(clinic);
        await using var room = await Visitor.OpenAsync(clinic, 820, dark: true);
        await front.SignInAsync("desk");
        await room.SignInAsync("mia");
        await front.Page.GotoAsync($"/patients/{id}/edit");
        await room.Page.GotoAsync($"/patients/{id}/edit");

        await front.Page.GetByLabel("Phone").FillAsync("+43 1 555 0199");
        await front.Page.GetByRole(AriaRole.Button, new() { Name = "Save the record" }).ClickAsync();
        await Expect(front.Page.Locator(".flash")).ToContainTextAsync("saved");

        await room.Page.GetByLabel("Medications").FillAsync("Phenprocoumon 3 mg");
        await room.Page.GetByRole(AriaRole.Button, new() { Name = "Save the record" }).ClickAsync();

        // Hers isn't written over, his isn't lost, and what differs is said.
        await Expect(room.Page.Locator("main")).ToContainTextAsync("changed by somebody else");
        await Expect(room.Page.GetByLabel("Medications")).ToHaveValueAsync("Phenprocoumon 3 mg");
        await Expect(room.Page.Locator(".banner.warning")).ToContainTextAsync("+43 1 555 0199");
        Assert.That(await room.SeriousFindingsAsync(), Is.Empty);

        await room.Page.GotoAsync($"/patients/{id}/edit");
        await room.Page.GetByLabel("Medications").FillAsync("Phenprocoumon 3 mg");
        await room.Page.GetByRole(AriaRole.Button, new() { Name = "Save the record" }).ClickAsync();
        await Expect(room.Page.Locator("main")).ToContainTextAsync("Phenprocoumon 3 mg");
        await Expect(room.Page.Locator("main")).ToContainTextAsync("+43 1 555 0199");
    }

    [TestCase(1280)]
    [TestCase(820)]
    public async Task Whoever_is_looked_for_is_found_while_typing_and_reached_by_the_keyboard_alone(int width)
    {
        var id = await RegisterAsync("Hedwig", "Lamarr", "1974-11-09", null);
        await using var visitor = await Visitor.OpenAsync(clinic, width);
        await visitor.SignInAsync("desk");
        var page = visitor.Page;

        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("hedw lam");
        await Expect(page.Locator(".quick a")).ToHaveCountAsync(1);
        Assert.That(await visitor.SeriousFindingsAsync(), Is.Empty);
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator(".quick a")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync(new Regex($"/patients/{id}$"));

        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("hedw");
        await Expect(page.Locator(".quick")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".quick")).ToBeHiddenAsync();

        await page.GotoAsync("/patients");
        await page.GetByLabel("Name, number, phone, e-mail or birth date").PressSequentiallyAsync("lamarr h");
        await Expect(page.Locator("#found tbody tr")).ToHaveCountAsync(1);
        await Expect(page.Locator("#found")).ToContainTextAsync("Lamarr, Hedwig");
        await Expect(page.Locator(".filters output")).ToHaveTextAsync("1 patient");
        await page.GetByLabel("Name, number, phone, e-mail or birth date").PressSequentiallyAsync("xyz");
        await Expect(page.Locator("#found")).ToContainTextAsync("No patient matches");
        Assert.That(visitor.Complaints, Is.Empty);
    }

    private async Task<long> RegisterAsync(string given, string family, string born, string? allergy)
    {
        using var answer = await desk.PostAsJsonAsync("/api/patients", new
        {
            givenName = given, familyName = family, birthDate = born, confirmedNew = true,
            allergies = allergy is null ? Array.Empty<object>() : [new { substance = allergy }],
        });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("id").GetInt64();
    }
}
