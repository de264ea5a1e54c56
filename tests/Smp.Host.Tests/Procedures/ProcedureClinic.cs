using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Smp.Host.Tests.Shells;
using Smp.Needles;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Procedures;

/// <summary>A clinic with one patient and plugins with guards, used by its API and by a browser's session.</summary>
internal sealed class ProcedureClinic : IAsyncDisposable
{
    public const long Patient = 1;
    private readonly PluginShelf shelf;

    private ProcedureClinic(PluginShelf shelf, TestClinic clinic) => (this.shelf, Clinic) = (shelf, clinic);

    public TestClinic Clinic { get; private set; }

    public PluginShelf Shelf => shelf;

    public static async Task<ProcedureClinic> OpenAsync(params string[] guards)
    {
        var shelf = new PluginShelf();
        foreach (var project in guards) LayGuard(shelf, project);
        // Some module whose procedures there can be, beside the clinic's own.
        var clinic = await shelf.OpenAsync(o => o.With<NeedlesPlugin>());
        var desk = await clinic.AsAsync(Role.Coordinator);
        using var added = await desk.PostAsJsonAsync("/api/patients", new { givenName = "Ana", familyName = "Horvat", birthDate = "1988-05-17" });
        Assert.That(added.StatusCode, Is.EqualTo(HttpStatusCode.Created), await added.Content.ReadAsStringAsync());
        await CertifyAsync(clinic);
        return new(shelf, clinic);
    }

    // Those who treat may: their credentials are current, so that only the guards that a test is about have something to say.
    private static async Task CertifyAsync(TestClinic clinic)
    {
        var boss = await clinic.AsAsync(Role.Administrator);
        foreach (var one in (await boss.GetFromJsonAsync<JsonElement>("/api/staff")).EnumerateArray().Where(s => s.GetProperty("role").GetString() is "Physician" or "Technician"))
        {
            var path = $"/api/staff/{one.GetProperty("id").GetInt64()}/credentials";
            foreach (var credential in new object[]
            {
                new { kind = "Licence", number = "L-1", validUntil = clinic.Clock.Today.AddYears(2) },
                new { kind = "BloodbornePathogenTraining", validFrom = clinic.Clock.Today.AddDays(-30), validUntil = clinic.Clock.Today.AddDays(330) },
            })
            {
                using var added = await boss.PostAsJsonAsync(path, credential);
                Assert.That(added.StatusCode, Is.EqualTo(HttpStatusCode.Created), await added.Content.ReadAsStringAsync());
            }
        }
    }

    /// <summary>Lays a plugin with its guard on the shelf. Returns its id.</summary>
    public static string LayGuard(PluginShelf shelf, string project)
    {
        var (id, guard) = project switch
        {
            "GuardStops" => ("test.guardstops", "as-titled"),
            "GuardThrows" => ("test.guardthrows", "failing"),
            "GuardSlow" => ("test.guardslow", "endless"),
            _ => throw new ArgumentException(project),
        };
        shelf.Lay(project, id, PluginShelf.Manifest(id, project, project, $$""", "guards": ["{{guard}}"], "data": {"reads": ["procedures"]}"""));
        return id;
    }

    public async Task ReopenAsync(Action<TestClinicOptions>? more = null)
    {
        await Clinic.DisposeAsync();
        Clinic = await shelf.OpenAsync(o =>
        {
            o.With<NeedlesPlugin>();
            more?.Invoke(o);
        });
    }

    public Task<HttpClient> AsAsync(Role role) => Clinic.AsAsync(role);

    /// <summary>Plans a treatment for tomorrow. Returns its key.</summary>
    public async Task<long> PlanAsync(string title, object? more = null)
    {
        var technician = await AsAsync(Role.Technician);
        using var answer = await technician.PostAsJsonAsync("/api/procedures",
            more ?? new { kind = "Treatment", title, patientId = Patient, plannedFor = Clinic.Clock.Now.AddDays(1) });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("id").GetInt64();
    }

    /// <summary>Enters a treatment of yesterday, by a technician. Returns its key.</summary>
    public async Task<long> EnterAsync(string title)
    {
        var technician = await AsAsync(Role.Technician);
        var staff = await technician.GetFromJsonAsync<JsonElement>("/api/staff");
        var performedBy = staff.EnumerateArray().First(s => s.GetProperty("role").GetString() == "Technician").GetProperty("id").GetInt64();
        using var answer = await technician.PostAsJsonAsync("/api/procedures/historical", new
        {
            kind = "Treatment", title, patientId = Patient, performedBy, startedAt = Clinic.Clock.Now.AddDays(-1), endedAt = Clinic.Clock.Now.AddDays(-1).AddHours(2),
            because = "The tablet was broken.",
        });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("id").GetInt64();
    }

    /// <summary>Does a step, as a role. Returns the status and the answer.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> DoAsync(long id, string step, string? reason = null, Role role = Role.Technician)
    {
        var client = await AsAsync(role);
        using var answer = await client.PostAsJsonAsync($"/api/procedures/{id}/{step}", reason is null ? new { } : (object)new { reason });
        return (answer.StatusCode, await answer.JsonAsync());
    }

    public async Task<JsonElement> FileAsync(long id) => await (await AsAsync(Role.Auditor)).GetFromJsonAsync<JsonElement>($"/api/procedures/{id}");

    public async Task<string> StateAsync(long id) => (await FileAsync(id)).GetProperty("procedure").GetProperty("state").GetString()!;

    public async Task<JsonElement> GuardsAsync(long id, string stage) =>
        await (await AsAsync(Role.Technician)).GetFromJsonAsync<JsonElement>($"/api/procedures/{id}/guards/{stage}");

    /// <summary>Grade and code of each answer, in the order given.</summary>
    public static string[] Said(JsonElement answers) =>
        [.. answers.EnumerateArray().Select(a => $"{a.GetProperty("grade").GetString()} {a.GetProperty("module").GetString()} {a.GetProperty("code").GetString()}")];

    public async ValueTask DisposeAsync()
    {
        await Clinic.DisposeAsync();
        shelf.Dispose();
    }
}
