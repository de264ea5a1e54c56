using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace Smp.Host.Tests.Clinical;

public sealed class MeasurementApiTests : ClinicalApi
{
    [TestCase("Weight", 9_999, null)]
    [TestCase("Weight", 500_001, null)]
    [TestCase("Height", 2_601, null)]
    [TestCase("Pulse", 9, null)]
    [TestCase("OxygenSaturation", 101, null)]
    [TestCase("BloodPressure", 301, 80)]
    [TestCase("BloodPressure", 120, 120)]
    [TestCase("BloodPressure", 120, null)]
    [TestCase("Pulse", 70, 60)]
    public async Task What_cant_be_true_is_refused(string kind, long value, long? diastolic)
    {
        using var answer = await Physician.PostAsJsonAsync($"{Path}/measurements", new { kind, value, diastolic });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
    }

    [TestCase("Weight", 10_000, null, 1)]
    [TestCase("Weight", 72_500, null, 0)]
    [TestCase("BloodPressure", 120, 80, 0)]
    [TestCase("BloodPressure", 190, 110, 2)]
    [TestCase("OxygenSaturation", 93, null, 1)]
    public async Task What_is_unusual_is_said_and_recorded(string kind, long value, long? diastolic, int remarks)
    {
        using var answer = await Physician.PostAsJsonAsync($"{Path}/measurements", new { kind, value, diastolic });

        var said = (await answer.JsonAsync()).GetProperty("unusual").GetArrayLength();
        Assert.That((answer.StatusCode, said), Is.EqualTo((HttpStatusCode.Created, remarks)));
    }

    [Test]
    public async Task A_weight_in_pounds_is_questioned_by_the_one_before()
    {
        await WeighAsync(70_000);

        using var answer = await Physician.PostAsJsonAsync($"{Path}/measurements", new { kind = "Weight", value = 154_000 });

        Assert.That((await answer.JsonAsync()).GetProperty("unusual")[0].GetString(), Does.Contain("Is it in kilograms?"));
    }

    [Test]
    public async Task The_latest_that_counts_is_found_and_a_voided_one_isnt()
    {
        await WeighAsync(70_000);
        Clinic.Clock.Advance(TimeSpan.FromDays(5));
        await WeighAsync(71_000);
        var list = await Physician.GetFromJsonAsync<JsonElement>($"{Path}/measurements?kind=Weight");
        var newest = list.GetProperty("items")[0].GetProperty("id").GetInt64();
        using var voided = await Physician.PostAsJsonAsync($"{Path}/measurements/{newest}/void", new { reason = "scale off" });
        using var again = await Physician.PostAsJsonAsync($"{Path}/measurements/{newest}/void", new { reason = "scale off" });

        var (any, fresh, older) = await Clinic.RunAsync(async services =>
        {
            var book = services.GetRequiredService<IMeasurements>();
            return (await book.LatestAsync(Patient, MeasurementKind.Weight), await book.LatestAsync(Patient, MeasurementKind.Weight, 4),
                await book.LatestAsync(Patient, MeasurementKind.Weight, 5));
        });
        Assert.Multiple(() =>
        {
            Assert.That((voided.StatusCode, again.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.Conflict)));
            Assert.That((any?.Value, fresh?.Value, older?.Value), Is.EqualTo(((long?)70_000, (long?)null, (long?)70_000)));
        });
    }

    [Test]
    public async Task A_measurement_of_another_patient_cant_be_voided_here()
    {
        await WeighAsync(70_000);
        var other = await PatientAsync("Marko");

        using var answer = await Physician.PostAsJsonAsync($"/api/patients/{other}/measurements/1/void", new { reason = "wrong" });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }
}
