using System.Net.Http.Json;
using System.Text.Json;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Clinical;

/// <summary>A clinic with a patient, spoken to over HTTP.</summary>
public abstract class ClinicalApi
{
    protected const long Lidocaine = 1;

    protected TestClinic Clinic { get; private set; } = null!;

    protected HttpClient Physician { get; private set; } = null!;

    protected long Patient { get; private set; }

    protected void SetPatient(long id) => Patient = id;

    protected string Path => $"/api/patients/{Patient}";

    [SetUp]
    public async Task Open()
    {
        Clinic = await TestClinic.StartAsync();
        Physician = await Clinic.AsAsync(Role.Physician);
        Patient = await PatientAsync("Anna");
    }

    [TearDown]
    public async Task Close() => await Clinic.DisposeAsync();

    protected async Task<long> PatientAsync(string name, params object[] allergies)
    {
        using var answer = await Physician.PostAsJsonAsync("/api/patients",
            new { givenName = name, familyName = "Weber", birthDate = "1988-07-07", allergies, confirmedNew = true });
        return (await answer.JsonAsync()).GetProperty("id").GetInt64();
    }

    protected async Task WeighAsync(long grams)
    {
        using var answer = await Physician.PostAsJsonAsync($"{Path}/measurements", new { kind = "Weight", value = grams });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Records a dose of a solution; returns the answer's body.</summary>
    protected async Task<JsonElement> GiveAsync(
        long concentration, long volume, bool adrenaline = false, DateTimeOffset? at = null, long drug = Lidocaine, string route = "Infiltration")
    {
        using var answer = await Physician.PostAsJsonAsync($"{Path}/doses", new
        {
            drugId = drug, concentrationMicrogramsPerMillilitre = concentration, volumeMicrolitres = volume, withAdrenaline = adrenaline, route, givenAt = at,
        });
        answer.EnsureSuccessStatusCode();
        return await answer.JsonAsync();
    }

    protected async Task<JsonElement> PlanAsync(long concentration, long? volume, bool adrenaline = false, long drug = Lidocaine, string route = "Infiltration")
    {
        using var answer = await Physician.PostAsJsonAsync($"{Path}/doses/plan", new
        {
            drugId = drug, concentrationMicrogramsPerMillilitre = concentration, volumeMicrolitres = volume, withAdrenaline = adrenaline, route,
        });
        answer.EnsureSuccessStatusCode();
        return await answer.JsonAsync();
    }

    protected static string?[] Flags(JsonElement recorded) => [.. recorded.GetProperty("flags").EnumerateArray().Select(f => f.GetString())];

    protected static string? Grade(JsonElement advice) => advice.GetProperty("grade").GetString();

    protected static string?[] Codes(JsonElement advice) => [.. advice.GetProperty("remarks").EnumerateArray().Select(r => r.GetProperty("code").GetString())];

    protected async Task<JsonElement> IncidentsAsync() => await Physician.GetFromJsonAsync<JsonElement>("/api/incidents");
}
