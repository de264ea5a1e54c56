using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Smp.Benchmarks.Needles;

namespace Smp.Benchmarks.Practice;

/// <summary>A thousand forms presented, filled in and signed, one step after the other; their PDFs are printed meanwhile.</summary>
internal static class ConsentForms
{
    private const int Forms = 1000;
    private const string Hand = """{"width":600,"height":200,"strokes":[[60,150,0,300,78,96,60,520,96,62,110,600,110,88,160,640,104,128,220,620,112,150,270,560,140,120,330,480,160,112,380,500,172,140,440,560,190,146,500,520]]}""";

    public static async Task RunAsync(ServedClinic clinic)
    {
        Console.Error.WriteLine("Signing …");
        var client = clinic.Client;
        var shipped = (await client.GetFromJsonAsync<JsonElement>("/api/consents/templates")).EnumerateArray().First(t => t.GetProperty("shipped").GetString() == "smp-procedure");
        var version = await client.GetFromJsonAsync<JsonElement>($"/api/consents/versions/{shipped.GetProperty("publishedId").GetInt64()}");
        var texts = version.GetProperty("texts");
        // The same text without days to think, signed by the client alone.
        var form = (await SendAsync(client, HttpMethod.Post, "/api/consents/templates", new { title = "Measured", kind = "Procedure" })).Answer.GetProperty("id").GetInt64();
        var draft = (await SendAsync(client, HttpMethod.Post, $"/api/consents/templates/{form}/draft", new { })).Answer;
        var saved = (await SendAsync(client, HttpMethod.Put, $"/api/consents/versions/{draft.GetProperty("id")}",
            new { coolingOffDays = 0, expiresMonths = 12, minors = "Refused", signatures = new[] { "PatientConsent" }, texts }, draft.GetProperty("rowVersion").GetInt64())).Answer;
        await SendAsync(client, HttpMethod.Post, $"/api/consents/versions/{saved.GetProperty("id")}/publish", new { }, saved.GetProperty("rowVersion").GetInt64());
        var right = texts.EnumerateArray().First(t => t.GetProperty("language").GetString() == "en").GetProperty("questions").EnumerateArray().Select(q => q.GetProperty("right").GetInt32()).ToArray();

        var filled = await FillAsync(client, form);
        var (presents, answers, quizzes, signs) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Forms; i++)
        {
            var (took, made) = await SendAsync(client, HttpMethod.Post, "/api/consents/records", new { patientId = i % 20 + 1, templateId = form, language = "en" });
            presents.Add(took);
            var path = $"/api/consents/records/{Record(made).GetProperty("id").GetInt64()}";
            (took, made) = await SendAsync(client, HttpMethod.Put, $"{path}/answers", new { answers = filled }, Version(made));
            answers.Add(took);
            (took, made) = await SendAsync(client, HttpMethod.Post, $"{path}/quiz", new { answers = right });
            quizzes.Add(took);
            (took, made) = await SendAsync(client, HttpMethod.Post, $"{path}/signatures", new { meaning = "PatientConsent", strokes = Hand }, Version(made.GetProperty("consent")));
            signs.Add(took);
            if (Record(made).GetProperty("state").GetString() != "Active") throw new BenchmarkException("A form isn't in force.");
        }

        var all = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Forms} forms, one after the other, in {all:0.0} s | median · 99th · slowest, ms |"));
        Console.WriteLine("|---|---|");
        foreach (var (name, list) in ((string, List<double>)[])[("presented", presents), ("filled in", answers), ("questions answered", quizzes), ("signed, with its document", signs)])
        {
            var sample = new Sample(list);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {sample.Median:0.0} · {sample.At(0.99):0.0} · {sample.Most:0.0} |"));
        }
    }

    // What is missing once is what is missing in all of them.
    private static async Task<Dictionary<string, string>> FillAsync(HttpClient client, long form)
    {
        var (_, made) = await SendAsync(client, HttpMethod.Post, "/api/consents/records", new { patientId = 1, templateId = form, language = "en" });
        var path = $"/api/consents/records/{Record(made).GetProperty("id").GetInt64()}";
        Dictionary<string, string> filled = [];
        while (made.GetProperty("consent").GetProperty("missing").EnumerateArray().Select(m => m.GetString()!).ToList() is { Count: > 0 } missing)
        {
            foreach (var field in made.GetProperty("form").GetProperty("fields").EnumerateArray().Where(f => missing.Contains(f.GetProperty("name").GetString()!)))
            {
                filled[field.GetProperty("name").GetString()!] = field.GetProperty("kind").GetString() switch
                {
                    "Tick" => "yes",
                    "Choice" => field.GetProperty("options")[0].GetString()!,
                    "Date" => "2026-01-07",
                    "Initials" => "AH",
                    _ => "none",
                };
            }

            made = (await SendAsync(client, HttpMethod.Put, $"{path}/answers", new { answers = filled }, Version(made))).Answer;
        }

        await SendAsync(client, HttpMethod.Post, $"{path}/void", new { reason = "A trial" });
        return filled;
    }

    private static JsonElement Record(JsonElement answer) => answer.GetProperty("consent").GetProperty("record");

    private static long Version(JsonElement answer) => Record(answer).GetProperty("rowVersion").GetInt64();

    private static async Task<(double Took, JsonElement Answer)> SendAsync(HttpClient client, HttpMethod method, string path, object body, long? version = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        if (version is { } at) request.Headers.TryAddWithoutValidation("If-Match", string.Create(CultureInfo.InvariantCulture, $"\"{at}\""));
        var began = Stopwatch.GetTimestamp();
        using var answer = await client.SendAsync(request);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return answer.IsSuccessStatusCode ? (took, json) : throw new BenchmarkException($"{path} was answered with {json}");
    }
}
