using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace Smp.Needles.Tests.Api;

public sealed class ReservationTests : NeedlesApi
{
    [Test]
    public async Task What_is_kept_for_one_patient_cannot_be_picked_for_another()
    {
        var (lot, hers, his) = (await LotAsync(quantity: 5), await PatientAsync(), await PatientAsync());
        var made = (await PostAsync("reservations", new { lotId = lot, patientId = hers, quantity = 4, day = Today.AddDays(3) })).AsArray().Single()!;
        Assert.That((int)(await LotOfAsync(lot))["available"]!, Is.EqualTo(1));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, "picks", new { lotId = lot, patientId = his, quantity = 2 }), Does.Contain("4 of lot A213B1 are kept for patients"));

        await PostAsync("picks", new { lotId = lot, patientId = hers, quantity = 3 });
        Assert.That(await HeldAsync(lot), Is.EqualTo(1));
        await PostAsync("picks", new { lotId = lot, patientId = hers, quantity = 2 });
        Assert.That(await HeldAsync(lot), Is.Zero);
        await RefusedAsync(HttpStatusCode.Conflict, $"reservations/{made["id"]}/release");
    }

    [Test]
    public async Task An_items_units_are_kept_of_the_lots_that_expire_first_and_can_be_used_on_the_day()
    {
        var (item, patient) = (await ItemAsync(), await PatientAsync());
        await LotAsync(quantity: 9, item: item, expiry: Today.AddDays(2), number: "TOOSOON");
        var (later, sooner) = (await LotAsync(3, Today.AddDays(90), item, number: "LATER"), await LotAsync(2, Today.AddDays(30), item, number: "SOONER"));
        var made = (await PostAsync("reservations", new { itemId = item, patientId = patient, quantity = 4, day = Today.AddDays(10) })).AsArray();
        Assert.That(made.Select(r => ((long)r!["lotId"]!, (int)r["quantity"]!)), Is.EqualTo(new[] { (sooner, 2), (later, 2) }));
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "reservations", new { itemId = item, patientId = patient, quantity = 2, day = Today.AddDays(10) });
    }

    [Test]
    public async Task Many_at_a_time_never_keep_more_than_is_there()
    {
        var (lot, patient) = (await LotAsync(quantity: 10), await PatientAsync());
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(async _ =>
            (await SendAsync(HttpMethod.Post, "/api/needles/reservations", new { lotId = lot, patientId = patient, day = Today })).Status));
        Assert.That(answers.Count(s => s == HttpStatusCode.OK), Is.EqualTo(10));
        Assert.That(await HeldAsync(lot), Is.EqualTo(10));
    }

    [Test]
    public async Task When_its_day_has_passed_units_are_free_again()
    {
        var (lot, patient) = (await LotAsync(quantity: 5), await PatientAsync());
        await PostAsync("reservations", new { lotId = lot, patientId = patient, quantity = 5, day = Today });
        Clinic.Clock.Advance(TimeSpan.FromDays(1));
        try
        {
            Assert.That((int)(await LotOfAsync(lot))["available"]!, Is.EqualTo(5));
            Assert.That((await GetAsync($"reservations?lot={lot}"))["items"]!.AsArray(), Is.Empty);
            Assert.That((string)(await GetAsync($"reservations?lot={lot}&all=true"))["items"]![0]!["state"]!, Is.EqualTo("Released"));
        }
        finally
        {
            Clinic.Clock.Advance(TimeSpan.FromDays(-1));
        }
    }

    [Test]
    public async Task A_recall_lists_the_bookings_that_would_use_its_lots()
    {
        var (lot, patient) = (await LotAsync(), await PatientAsync());
        await PostAsync("reservations", new { lotId = lot, patientId = patient, quantity = 2, day = Today.AddDays(5) });
        var item = (long)(await LotOfAsync(lot))["itemId"]!;
        var recall = (long)(await PostAsync("recalls", new { itemId = item, allLots = true, @class = "II", source = "Maker", reason = "Not sterile" }))["notice"]!["id"]!;
        Assert.That((await GetAsync($"recalls/{recall}/reservations")).AsArray().Select(r => (long)r!["patientId"]!), Is.EqualTo(new[] { patient }));
        Assert.That((await GetAsync($"/api/worklist?patient={patient}")).ToJsonString(), Does.Contain("Reserve other units"));
    }

    [Test]
    public async Task Another_module_keeps_units_and_lets_them_go_in_its_own_unit_of_work()
    {
        var (lot, patient) = (await LotAsync(quantity: 5), await PatientAsync());
        var ids = await Clinic.RunAsync(services => services.GetRequiredService<IStore<NeedlesPlugin>>().WriteAsync(new("Booked"), unit =>
            services.GetRequiredService<ISupplyLedger>().ReserveAsync(unit, new(patient, 2) { LotId = lot, Day = Today })));
        Assert.That(await HeldAsync(lot), Is.EqualTo(2));
        await Clinic.RunAsync(services => services.GetRequiredService<IStore<NeedlesPlugin>>().WriteAsync(new("Cancelled"), async unit =>
        {
            await services.GetRequiredService<ISupplyLedger>().ReleaseAsync(unit, ids.Single());
            return true;
        }));
        Assert.That(await HeldAsync(lot), Is.Zero);
    }

    [Test]
    public async Task A_reservation_that_makes_no_sense_is_refused()
    {
        var (lot, patient) = (await LotAsync(expiry: Today.AddDays(4)), await PatientAsync());
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "reservations", new { lotId = lot, patientId = patient });
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "reservations", new { lotId = lot, patientId = patient, day = Today.AddDays(-1) });
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "reservations", new { lotId = lot, patientId = patient, day = Today.AddDays(5) });
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "reservations", new { patientId = patient, day = Today });
        await RefusedAsync(HttpStatusCode.NotFound, "reservations", new { lotId = lot, patientId = 99999, day = Today });
        await RefusedAsync(HttpStatusCode.NotFound, "reservations", new { lotId = lot, patientId = patient, day = Today, procedureId = 99999 });
    }

    private async Task<int> HeldAsync(long lot) => (int)(await LotOfAsync(lot))["held"]!;
}
