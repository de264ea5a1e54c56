using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests;

public sealed class PlaceApiTests
{
    private TestClinic clinic = null!;
    private HttpClient boss = null!;

    [SetUp]
    public async Task Open()
    {
        clinic = await TestClinic.StartAsync();
        boss = await clinic.AsAsync(Role.Administrator);
    }

    [TearDown]
    public async Task Close() => await clinic.DisposeAsync();

    [Test]
    public async Task A_location_is_added_with_its_hours_and_rooms_and_read_back()
    {
        using var added = await AddAsync(Location());
        var path = added.Headers.Location!.ToString();
        using var room = await boss.PostAsJsonAsync($"{path}/rooms", new { name = " Treatment 1 " });

        var location = await boss.GetFromJsonAsync<JsonElement>(path);
        Assert.Multiple(() =>
        {
            Assert.That((added.StatusCode, room.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Created)));
            Assert.That(location.GetProperty("timeZone").GetString(), Is.EqualTo("Europe/Zurich"));
            Assert.That(location.GetProperty("hours").EnumerateArray().Select(h => $"{h.GetProperty("day").GetString()} {h.GetProperty("opens").GetString()}"),
                Is.EqualTo(new[] { "Monday 08:00", "Monday 13:00", "Sunday 00:00" }));
            Assert.That(location.GetProperty("rooms")[0].GetProperty("name").GetString(), Is.EqualTo("Treatment 1"));
        });
    }

    [Test]
    public async Task Everything_that_is_wrong_is_said_at_once_day_by_day()
    {
        using var answer = await AddAsync(new
        {
            timeZone = "Europe/Nowhere",
            hours = new[]
            {
                Hours("Monday", "08:00", "12:00"), Hours("Monday", "11:59", "17:00"), Hours("Tuesday", "17:00", "08:00"), Hours("Friday", "8 am", "12:00"),
                Hours("Saturday", "09:00", "24:30"),
            },
        });

        var problem = await answer.JsonAsync();
        Assert.That(problem.GetProperty("errors").EnumerateObject().Select(e => e.Name),
            Is.EquivalentTo(new[] { "name", "timeZone", "hours.Monday", "hours.Tuesday", "hours.Friday", "hours.Saturday" }));
    }

    [Test]
    public async Task Hours_may_touch_each_other()
    {
        using var answer = await AddAsync(new { name = "North", timeZone = "Europe/Zurich", hours = new[] { Hours("Monday", "08:00", "12:00"), Hours("Monday", "12:00", "17:00") } });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task A_name_is_given_once()
    {
        await AddAsync(Location());
        using var again = await AddAsync(new { name = "NORTH", timeZone = "Etc/UTC" });

        Assert.That((await again.JsonAsync()).GetProperty("errors").TryGetProperty("name", out _));
    }

    [Test]
    public async Task A_change_from_an_older_version_is_refused_and_changes_nothing()
    {
        using var added = await AddAsync(Location());
        var path = added.Headers.Location!.ToString();

        using var first = await PutAsync(path, "\"1\"", new { name = "North", timeZone = "Etc/UTC", active = false });
        using var second = await PutAsync(path, "\"1\"", new { name = "South", timeZone = "Etc/UTC" });
        using var without = await PutAsync(path, null, new { name = "South", timeZone = "Etc/UTC" });

        var now = await boss.GetFromJsonAsync<JsonElement>(path);
        Assert.Multiple(() =>
        {
            Assert.That(((int)first.StatusCode, (int)second.StatusCode, (int)without.StatusCode), Is.EqualTo((200, 412, 428)));
            Assert.That(first.Headers.ETag!.Tag, Is.EqualTo("\"2\""));
            Assert.That(now.GetProperty("name").GetString(), Is.EqualTo("North"));
            Assert.That(now.GetProperty("active").GetBoolean(), Is.False);
            Assert.That(now.GetProperty("hours").GetArrayLength(), Is.Zero);
        });
    }

    [Test]
    public async Task A_room_is_taken_out_of_use_and_stays()
    {
        using var added = await AddAsync(Location());
        var path = added.Headers.Location!.ToString();
        using var room = await boss.PostAsJsonAsync($"{path}/rooms", new { name = "Surgery" });
        var roomPath = room.Headers.Location!.ToString();

        using var off = await PutAsync(roomPath, "\"1\"", new { name = "Surgery", active = false });
        using var stale = await PutAsync(roomPath, "\"1\"", new { name = "Surgery", active = true });
        var seen = await clinic.RunAsync(services => services.GetRequiredService<IPlaces>().RoomsOfAsync(1));
        var found = await clinic.RunAsync(services => services.GetRequiredService<IPlaces>().FindRoomAsync(1));

        Assert.Multiple(() =>
        {
            Assert.That(((int)off.StatusCode, (int)stale.StatusCode), Is.EqualTo((200, 412)));
            Assert.That(seen, Is.Empty);
            Assert.That(found, Is.EqualTo(new Room(1, 1, "Surgery", false)));
        });
    }

    [Test]
    public async Task Openings_are_UTC_and_follow_the_clock_of_the_location()
    {
        using var added = await AddAsync(Location());

        var day = await boss.GetFromJsonAsync<JsonElement>("/api/locations/1/openings?day=2026-10-25");
        var places = await clinic.RunAsync(async services =>
        {
            var book = services.GetRequiredService<IPlaces>();
            // Monday 30 March: 08:00 in Zurich is 06:00 UTC.
            var eight = new DateTimeOffset(2026, 3, 30, 6, 0, 0, TimeSpan.Zero);
            return (await book.IsOpenAsync(1, eight.AddSeconds(-1)), await book.IsOpenAsync(1, eight), await book.IsOpenAsync(1, eight.AddHours(4)));
        });

        Assert.Multiple(() =>
        {
            Assert.That(day[0].GetProperty("until").GetDateTimeOffset() - day[0].GetProperty("from").GetDateTimeOffset(), Is.EqualTo(TimeSpan.FromHours(25)));
            Assert.That(places, Is.EqualTo((false, true, false)));
        });
    }

    [Test]
    public async Task A_location_that_isnt_in_use_is_never_open()
    {
        using var added = await AddAsync(Location(active: false));

        var openings = await boss.GetFromJsonAsync<JsonElement>("/api/locations/1/openings?day=2026-10-25");
        var listed = await clinic.RunAsync(services => services.GetRequiredService<IPlaces>().ListAsync());

        Assert.That((openings.GetArrayLength(), listed.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Whoever_sees_the_staff_sees_locations_and_only_administrators_change_them()
    {
        var desk = await clinic.AsAsync(Role.Coordinator);

        using var list = await desk.GetAsync("/api/locations");
        using var add = await desk.PostAsJsonAsync("/api/locations", Location());

        Assert.That((list.StatusCode, add.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Forbidden)));
    }

    [Test]
    public async Task The_pages_take_hours_as_they_are_typed_and_keep_what_was_refused()
    {
        using var browser = clinic.Anonymous();
        using var signedIn = await browser.SignInAsync("admin", TestClinic.Password);
        var form = new Dictionary<string, string>
        {
            ["_handler"] = "add", ["name"] = "North", ["timeZone"] = "Europe/Zurich",
            ["hours.Monday"] = "8:00-12:00, 13:00–17:30", ["hours.Tuesday"] = "08:00 to noon",
        };

        using var refused = await PostAsync(browser, "/settings/locations/new", form);
        var page = await refused.Content.ReadAsStringAsync();
        using var added = await PostAsync(browser, "/settings/locations/new", new(form) { ["hours.Tuesday"] = "" });
        var shown = await browser.GetStringAsync("/settings/locations/1");
        using var off = await PostAsync(browser, "/settings/locations/1", new() { ["_handler"] = "use", ["rowVersion"] = "1" });
        using var stale = await PostAsync(browser, "/settings/locations/1", new(form) { ["_handler"] = "change", ["rowVersion"] = "1", ["hours.Tuesday"] = "" });

        Assert.Multiple(() =>
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(page, Does.Contain("08:00 to noon"));
            Assert.That(added.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
            Assert.That(WebUtility.HtmlDecode(shown), Does.Contain("08:00–12:00, 13:00–17:30"));
            Assert.That((off.StatusCode, stale.StatusCode), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.PreconditionFailed)));
        });
    }

    [Test]
    public async Task The_page_shows_and_changes_nothing_to_those_who_may_only_look()
    {
        using var added = await AddAsync(Location());
        using var browser = clinic.Anonymous();
        using var signedIn = await browser.SignInAsync("desk", TestClinic.Password);

        var page = await browser.GetStringAsync("/settings/locations/1");
        using var fresh = await browser.GetAsync("/settings/locations/new");

        Assert.That(page, Does.Contain("13:00").And.Not.Contain("Save the location"));
        Assert.That(fresh.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task The_demonstration_has_a_location_with_three_rooms()
    {
        await using var demo = await TestClinic.StartAsync(o => o.Demo = true);

        var rooms = await demo.RunAsync(async services =>
        {
            var places = services.GetRequiredService<IPlaces>();
            return await places.RoomsOfAsync((await places.ListAsync()).Single().Id);
        });

        Assert.That(rooms, Has.Count.EqualTo(3));
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, Dictionary<string, string> form)
    {
        form = new(form) { ["__RequestVerificationToken"] = await browser.FormTokenAsync(path) };
        return await browser.PostAsync(path, new FormUrlEncodedContent(form));
    }

    private static object Location(bool active = true) => new
    {
        name = "North", timeZone = "Europe/Zurich", active,
        hours = new[] { Hours("Sunday", "0:00", "24:00"), Hours("Monday", "13:00", "17:00"), Hours("Monday", "8:00", "12:00") },
    };

    private static object Hours(string day, string opens, string closes) => new { day, opens, closes };

    private Task<HttpResponseMessage> AddAsync(object location) => boss.PostAsJsonAsync("/api/locations", location);

    private async Task<HttpResponseMessage> PutAsync(string path, string? tag, object content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(content) };
        if (tag is not null) request.Headers.TryAddWithoutValidation("If-Match", tag);
        return await boss.SendAsync(request);
    }
}
