using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Smp.Benchmarks.Needles;
using Smp.Benchmarks.Startup;

namespace Smp.Benchmarks.Practice;

/// <summary><c>practice</c>: a day with 200 appointments opened, two records merged of which one has 10,000 rows, and a thousand forms signed. Over HTTP, from the published host.</summary>
internal static class PracticeBenchmark
{
    private const int Appointments = 200, Rooms = 10, Measurements = 5000;

    public static Command Command()
    {
        var rounds = new Option<int>("--rounds") { Description = "How many rounds.", HelpName = "N", DefaultValueFactory = _ => 9 };
        var command = new Command("practice", "A full day of the calendar, a merge of ten thousand rows, a thousand consent forms.") { rounds };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(rounds)));
        return command;
    }

    private static async Task<int> RunAsync(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("smp-practice-").FullName;
        try
        {
            Console.WriteLine($"{Machine.Describe()} · load {Machine.Load()} before · {DateTime.Today:yyyy-MM-dd}");
            Console.Error.WriteLine("Publishing and building …");
            var made = await PublishedClinic.MakeAsync(folder);
            var physician = (await Tool.RunAsync(Tool.Plain(made.Program, "tokens", "create", "--user", "keller", "--all", "--data", made.Data))).Trim();
            using var clinic = await ServedClinic.StartAsync(made.Program, made.Data, physician);
            using var boss = new HttpClient { BaseAddress = clinic.Client.BaseAddress };
            boss.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Token);
            await DayAsync(clinic, boss, rounds);
            await MergeAsync(clinic, rounds);
            await ConsentForms.RunAsync(clinic);
            Console.WriteLine();
            Console.WriteLine($"Load {Machine.Load()} after.");
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task DayAsync(ServedClinic clinic, HttpClient boss, int rounds)
    {
        Console.Error.WriteLine("Booking a day …");
        var day = DateTime.UtcNow.Date.AddDays(30);
        while (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday) day = day.AddDays(1);
        var location = await AddAsync(boss, "/api/locations", new { name = "Full", timeZone = "Europe/Vienna", hours = new[] { new { day = day.DayOfWeek.ToString(), opens = "08:00", closes = "18:00" } } });
        var rooms = new List<long>();
        for (var room = 1; room <= Rooms; room++) rooms.Add(await AddAsync(boss, $"/api/locations/{location}/rooms", new { name = $"Room {room:00}" }));
        var on = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        for (var i = 0; i < Appointments; i++)
        {
            var minutes = 480 + i / Rooms * 30;
            await AddAsync(clinic.Client, "/api/appointments", new
            {
                patientId = i % 20 + 1, title = "Check of healing", locationId = location, roomId = rooms[i % Rooms], day = on, minutes = 30, time = string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}"),
            });
        }

        var empty = day.AddDays(7).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        (string Name, string Path)[] asked =
        [
            ("hello: /api/me, signed in", "/api/me"), ($"/calendar, {Appointments} appointments in {Rooms} rooms", $"/calendar?location={location}&day={on}"),
            ("/calendar, a free day", $"/calendar?location={location}&day={empty}"), ("the same week", $"/calendar?location={location}&day={on}&view=week"),
            ("/api/appointments, all of the day", $"/api/appointments?location={location}&from={on}&limit=200"),
        ];
        var page = await clinic.Client.GetStringAsync(asked[1].Path);
        if (page.Split("href=\"/appointments/").Length - 1 is var shown && shown < Appointments) throw new BenchmarkException($"The day shows {shown} of {Appointments} appointments.");
        var times = asked.ToDictionary(a => a.Path, _ => new List<double>());
        for (var round = -3; round < rounds; round++)
        {
            for (var i = 0; i < 20; i++)
            {
                foreach (var (_, path) in asked)
                {
                    var took = await clinic.AskAsync(path);
                    if (round >= 0) times[path].Add(took);
                }
            }
        }

        Console.WriteLine();
        Console.WriteLine("| one after the other | median · 99th · slowest, ms |");
        Console.WriteLine("|---|---|");
        foreach (var (name, path) in asked) Console.WriteLine($"| {name} | {Show(new Sample(times[path]))} |");
    }

    private static async Task MergeAsync(ServedClinic clinic, int rounds)
    {
        Console.Error.WriteLine("Recording …");
        var (goes, stays) = (await RegisterAsync("Anna"), await RegisterAsync("Ana"));
        // Each writes a line of the timeline, too.
        await Parallel.ForEachAsync(Enumerable.Range(0, Measurements), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, token) =>
        {
            using var answer = await clinic.Client.PostAsJsonAsync($"/api/patients/{goes}/measurements", new { kind = "Weight", value = 70_000 + i }, token);
            answer.EnsureSuccessStatusCode();
        });
        var (looks, merges, undos) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            looks.Add(await clinic.AskAsync($"/api/patients/{stays}/merge?with={goes}"));
            var preview = await clinic.Client.GetFromJsonAsync<JsonElement>($"/api/patients/{stays}/merge?with={goes}");
            var (took, merged) = await TimeAsync(clinic.Client, $"/api/patients/{stays}/merge", new { with = goes, accept = preview.GetProperty("fingerprint").GetString(), reason = "Registered twice" });
            merges.Add(took);
            undos.Add((await TimeAsync(clinic.Client, $"/api/patients/{stays}/merges/{merged.GetProperty("id").GetInt64()}/undo", new { reason = "Two people" })).Took);
        }

        Console.WriteLine();
        Console.WriteLine($"| a record of {2 * Measurements} rows | median · 99th · slowest, ms |");
        Console.WriteLine("|---|---|");
        foreach (var (name, list) in ((string, List<double>)[])[("looked at before", looks), ("merged", merges), ("parted again", undos)]) Console.WriteLine($"| {name} | {Show(new Sample(list))} |");

        async Task<long> RegisterAsync(string name) =>
            await AddAsync(clinic.Client, "/api/patients", new { givenName = name, familyName = "Zweifach", birthDate = "1980-01-01", confirmedNew = true });
    }

    private static async Task<(double Took, JsonElement Answer)> TimeAsync(HttpClient client, string path, object body)
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await client.PostAsJsonAsync(path, body);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return answer.IsSuccessStatusCode ? (took, json) : throw new BenchmarkException($"{path} was answered with {json}");
    }

    private static async Task<long> AddAsync(HttpClient client, string path, object body) => (await TimeAsync(client, path, body)).Answer.GetProperty("id").GetInt64();

    private static string Show(Sample sample) => string.Create(CultureInfo.InvariantCulture, $"{sample.Median:0.0} · {sample.At(0.99):0.0} · {sample.Most:0.0}");
}
