using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Smp.Needles.Tests.Api;

public sealed class ContainerTests : NeedlesApi
{
    [Test]
    public async Task A_bottle_is_one_unit_of_its_lot_until_it_is_empty()
    {
        var (lot, patient) = (await LotAsync(quantity: 3, item: await BottleAsync()), await PatientAsync());
        var bottle = await OpenAsync(lot);
        Assert.That(((string)bottle["state"]!, (string)bottle["discardOn"]!, (bool)bottle["multiPatient"]!),
            Is.EqualTo(("Open", Today.AddDays(30).ToString("O", CultureInfo.InvariantCulture), true)));
        Assert.That(await StockAsync(lot), Is.EqualTo((3, 1)));

        var pick = await PostAsync("picks", new { lotId = lot, patientId = patient, containerId = Id(bottle) });
        var use = await PostAsync("uses", new { lotId = lot, patientId = patient, pickId = Id(pick), microlitres = 1500 });
        Assert.That(Flags(use), Is.Empty);
        Assert.That(await StockAsync(lot), Is.EqualTo((3, 1)), "what is taken from a bottle moves no stock");
        Assert.That((long)(await GetAsync($"containers/{Id(bottle)}"))["leftMicrolitres"]!, Is.EqualTo(13_500));
        Assert.That((await GetAsync($"lots/{lot}/patients")).AsArray(), Has.Count.EqualTo(1));

        await PostAsync($"containers/{Id(bottle)}/close", new { state = "Empty" });
        Assert.That(await StockAsync(lot), Is.EqualTo((2, 0)));
        Assert.That((string)(await GetAsync($"lots/{lot}/movements"))["items"]!.AsArray()[^1]!["kind"]!, Is.EqualTo("Use"));
    }

    [Test]
    public async Task A_bottle_that_touched_nobody_is_wasted_when_it_is_discarded()
    {
        var lot = await LotAsync(quantity: 1, item: await BottleAsync());
        var bottle = Id(await OpenAsync(lot));
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, $"containers/{bottle}/close", new { state = "Discarded" });
        await PostAsync($"containers/{bottle}/close", new { state = "Discarded", reason = "It fell" });
        Assert.That((string)(await GetAsync($"lots/{lot}/movements"))["items"]!.AsArray()[^1]!["kind"]!, Is.EqualTo("Waste"));
        Assert.That((string)(await LotOfAsync(lot))["state"]!, Is.EqualTo("Depleted"));
        await RefusedAsync(HttpStatusCode.Conflict, $"containers/{bottle}/close", new { state = "Empty" });
    }

    [Test]
    public async Task The_lots_own_date_comes_first_where_it_is_earlier()
    {
        var lot = await LotAsync(item: await BottleAsync(), expiry: Today.AddDays(9));
        Assert.That((string)(await OpenAsync(lot))["discardOn"]!, Is.EqualTo(Today.AddDays(9).ToString("O", CultureInfo.InvariantCulture)));
    }

    [Test]
    public async Task Past_its_day_nothing_can_be_picked_from_a_bottle_and_a_use_is_recorded_and_flagged()
    {
        var (lot, patient) = (await LotAsync(item: await BottleAsync()), await PatientAsync());
        var bottle = Id(await OpenAsync(lot));
        Clinic.Clock.Advance(TimeSpan.FromDays(31));
        try
        {
            var sentence = await RefusedAsync(HttpStatusCode.Conflict, "picks", new { lotId = lot, patientId = patient, containerId = bottle });
            Assert.That(sentence, Does.Contain("Discard it, and open another."));
            Assert.That((await GetAsync("/api/worklist")).ToJsonString(), Does.Contain($"/needles/containers/{bottle}"));

            var use = await PostAsync("uses", new { lotId = lot, patientId = patient, containerId = bottle });
            Assert.That(Flags(use), Is.EqualTo(new[] { "ContainerPastDiscard" }));
            Assert.That((await GetAsync("/api/incidents?open=true")).ToJsonString(), Does.Contain("from a container that was to be used until"));
        }
        finally
        {
            Clinic.Clock.Advance(TimeSpan.FromDays(-31));
        }
    }

    [Test]
    public async Task A_bottle_for_one_patient_is_refused_to_a_second_and_their_use_is_flagged()
    {
        var (lot, first, second) = (await LotAsync(item: await BottleAsync(multiPatient: false)), await PatientAsync(), await PatientAsync());
        var bottle = Id(await OpenAsync(lot));
        await PostAsync("picks", new { lotId = lot, patientId = first, containerId = bottle });
        Assert.That((long)(await GetAsync($"containers/{bottle}"))["patientId"]!, Is.EqualTo(first));
        await RefusedAsync(HttpStatusCode.Conflict, "picks", new { lotId = lot, patientId = second, containerId = bottle });
        Assert.That(Flags(await PostAsync("uses", new { lotId = lot, patientId = second, containerId = bottle })), Is.EqualTo(new[] { "SharedContainer" }));
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "containers", new { lotId = lot, multiPatient = true });
    }

    [Test]
    public async Task A_box_gives_no_more_pieces_than_it_holds()
    {
        var (lot, patient) = (await LotAsync(item: await BottleAsync(microlitres: null)), await PatientAsync());
        var box = Id(await OpenAsync(lot));
        await PostAsync("picks", new { lotId = lot, patientId = patient, containerId = box, quantity = 8 });
        await RefusedAsync(HttpStatusCode.Conflict, "picks", new { lotId = lot, patientId = patient, containerId = box, quantity = 3 });
        Assert.That(Flags(await PostAsync("uses", new { lotId = lot, patientId = patient, containerId = box, quantity = 3 })), Is.EqualTo(new[] { "BeyondStock" }));
        await RefusedAsync(HttpStatusCode.Conflict, $"containers/{box}/close", new { state = "Empty" });
    }

    [Test]
    public async Task A_use_belongs_to_the_container_of_its_pick()
    {
        var (lot, patient) = (await LotAsync(item: await BottleAsync()), await PatientAsync());
        var (one, other) = (Id(await OpenAsync(lot)), Id(await OpenAsync(lot)));
        var pick = Id(await PostAsync("picks", new { lotId = lot, patientId = patient, containerId = one }));
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "uses", new { lotId = lot, patientId = patient, pickId = pick, containerId = other });
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "uses", new { lotId = await LotAsync(), patientId = patient, containerId = one });
        var use = (long)(await PostAsync("uses", new { lotId = lot, patientId = patient, pickId = pick }))["useId"]!;
        Assert.That((long)(await GetAsync($"uses/{use}"))["containerId"]!, Is.EqualTo(one));
        await PostAsync($"uses/{use}/void", new { reason = "Wrong" });
        Assert.That((long)(await GetAsync($"containers/{one}"))["openPicks"]!, Is.EqualTo(1));
    }

    [Test]
    public async Task Needles_are_opened_one_by_one_not_as_containers() =>
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, "containers", new { lotId = await LotAsync() }), Does.Contain("Take units of it instead."));

    [Test]
    public async Task A_patients_allergy_is_asked_about_before_the_pick_and_flagged_after_the_use()
    {
        var lot = await LotAsync(item: await BottleAsync(contains: ["Nickel", "Latex"]));
        var (_, patient) = await SendAsync(HttpMethod.Post, "/api/patients", new
        {
            givenName = "Nora", familyName = "Allergic", birthDate = "1980-01-02", confirmedNew = true, allergies = new[] { new { substance = "Latex" } },
        });
        var id = (long)patient["id"]!;
        var (status, refused) = await SendAsync(HttpMethod.Post, "/api/needles/picks", new { lotId = lot, patientId = id });
        Assert.That((status, (string)refused["confirm"]!), Is.EqualTo((HttpStatusCode.Conflict, "confirmAllergy")), refused.ToJsonString());
        Assert.That((string)refused["detail"]!, Does.Contain("allergic to latex"));

        await PostAsync("picks", new { lotId = lot, patientId = id, confirmAllergy = true });
        Assert.That(Flags(await PostAsync("uses", new { lotId = lot, patientId = id })), Is.EqualTo(new[] { "Allergy" }));
        Assert.That((await GetAsync("/api/incidents?open=true")).ToJsonString(), Does.Contain("which contains what the patient is allergic to: latex."));
    }

    private Task<JsonNode> OpenAsync(long lot) => PostAsync("containers", new { lotId = lot });

    private async Task<(int OnHand, int Opened)> StockAsync(long lot)
    {
        var now = await LotOfAsync(lot);
        return ((int)now["onHand"]!, (int)now["opened"]!);
    }

    private static long Id(JsonNode thing) => (long)thing["id"]!;
}
