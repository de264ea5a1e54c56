using System.Net;

namespace Smp.Needles.Tests.Api;

public sealed class LoadTests : NeedlesApi
{
    private int cycle;

    [Test]
    public async Task A_load_is_released_once_both_indicators_passed_and_its_sets_are_picked_and_traced_as_a_lot()
    {
        var (load, lot) = await LoadAsync();
        var patient = await PatientAsync("Zeller");
        await RefusedAsync(HttpStatusCode.Conflict, "picks", new { lotId = lot, patientId = patient });
        await RefusedAsync(HttpStatusCode.Conflict, $"loads/{load}/release");
        await PostAsync($"loads/{load}/indicators", new { chemical = "Pass" });
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, $"loads/{load}/release"), Does.Contain("biological"));
        await RefusedAsync(HttpStatusCode.Conflict, $"lots/{lot}/release");
        await PostAsync($"loads/{load}/indicators", new { biological = "Pass" });
        Assert.That((string)(await PostAsync($"loads/{load}/release"))["load"]!["state"]!, Is.EqualTo("Released"));

        var pick = (long)(await PostAsync("picks", new { lotId = lot, patientId = patient, quantity = 2 }))["id"]!;
        Assert.That(Flags(await PostAsync("uses", new { lotId = lot, patientId = patient, quantity = 2, pickId = pick })), Is.Empty);
        Assert.That((await GetAsync($"loads/{load}/patients")).AsArray().Select(p => (string)p!["name"]!), Is.EqualTo(new[] { "Zeller, Anna" }));
        await RefusedAsync(HttpStatusCode.Conflict, $"loads/{load}/indicators", new { biological = "Pending" });
    }

    [Test]
    public async Task A_load_that_fails_afterwards_is_held_and_each_patient_it_touched_has_an_incident()
    {
        var (load, lot) = await LoadAsync();
        await PostAsync($"loads/{load}/indicators", new { chemical = "Pass", biological = "Pass" });
        await PostAsync($"loads/{load}/release");
        var (one, other) = (await PatientAsync(), await PatientAsync());
        foreach (var patient in new[] { one, other }) await PostAsync("uses", new { lotId = lot, patientId = patient });
        var before = await IncidentsAsync();

        var failed = await PostAsync($"loads/{load}/indicators", new { biological = "Fail", note = "Grew" });

        Assert.That((string)failed["load"]!["state"]!, Is.EqualTo("Failed"));
        Assert.That((string)(await LotOfAsync(lot))["state"]!, Is.EqualTo("Quarantined"));
        Assert.That(await IncidentsAsync() - before, Is.EqualTo(2));
        await RefusedAsync(HttpStatusCode.Conflict, $"lots/{lot}/lift-quarantine", new { reason = "Fine" });
        await RefusedAsync(HttpStatusCode.Conflict, $"loads/{load}/indicators", new { biological = "Pass" });
        await RefusedAsync(HttpStatusCode.Conflict, $"loads/{load}/release");
        Assert.That(Flags(await PostAsync("uses", new { lotId = lot, patientId = one })), Does.Contain("LoadFailed"));
    }

    [Test]
    public async Task Where_the_clinic_says_so_a_load_is_released_before_its_biological_indicator()
    {
        var (load, _) = await LoadAsync();
        await PostAsync($"loads/{load}/indicators", new { chemical = "Pass" });
        await SettingAsync("releaseBeforeBiological", true);
        Assert.That((string)(await PostAsync($"loads/{load}/release"))["load"]!["state"]!, Is.EqualTo("Released"));
        await SettingAsync("releaseBeforeBiological", false);
        Assert.That((await GetAsync("/api/worklist")).ToJsonString(), Does.Contain($"/needles/loads/{load}"));
    }

    [Test]
    public async Task A_load_says_what_was_in_it_and_its_cycle_is_recorded_once()
    {
        var (load, lot) = await LoadAsync();
        var sets = (await GetAsync($"loads/{load}"))["sets"]!.AsArray();
        Assert.That(sets.Select(s => ((string)s!["label"]!, (int)s["count"]!)), Is.EqualTo(new[] { ("H-1", 2), ("H-2", 3) }));
        Assert.That((int)(await LotOfAsync(lot))["onHand"]!, Is.EqualTo(5));
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "loads", Input(cycle, await SetAsync()));
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "loads", Input(++cycle, await ItemAsync()));
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "loads", Input(++cycle, null));
        var number = (string)(await LotOfAsync(lot))["number"]!;
        var item = (long)(await LotOfAsync(lot))["itemId"]!;
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "lots", new { itemId = item, number, expiry = Today.AddDays(180), quantity = 1 });
    }

    private async Task<(long Load, long Lot)> LoadAsync()
    {
        var load = await PostAsync("loads", Input(++cycle, await SetAsync()));
        return ((long)load["load"]!["id"]!, (long)load["sets"]!.AsArray()[0]!["lotId"]!);
    }

    private object Input(int number, long? item) => new
    {
        steriliser = "A 1", cycle = number, program = "134 °C, 5 min", startedAt = Clinic.Clock.Now.AddHours(-2), endedAt = Clinic.Clock.Now.AddHours(-1),
        sets = item is null ? [] : new[] { new { itemId = item, label = "H-1", count = 2 }, new { itemId = item, label = "H-2", count = 3 } },
    };

    private async Task<long> SetAsync() => (long)(await PostAsync("items", new { manufacturer = "Clinic", name = $"Handle set {cycle}", kind = "SterilisedSet" }))["id"]!;

    private async Task<int> IncidentsAsync() => (await GetAsync("/api/incidents?open=true&limit=200")).AsArray().Count(i => (string)i!["kind"]! == "FailedLoadUsed");
}
