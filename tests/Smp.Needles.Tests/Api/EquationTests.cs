using System.Data.Common;
using System.Net;
using Dapper;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Smp.Needles.Containers;
using Smp.Needles.Counting;
using Smp.Needles.Lots;
using Smp.Needles.Reservations;
using Smp.Needles.Uses;
using Smp.Sdk;

namespace Smp.Needles.Tests.Api;

public sealed class EquationTests : NeedlesApi
{
    private long[] patients = [];
    private long staff;

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        patients = [await PatientAsync(), await PatientAsync()];
        staff = await Clinic.RunAsync(async services => (await services.GetRequiredService<IStaff>().ListAsync())[0].Id);
    }

    /// <summary>Over three lots of one item, with movements of every kind; asked after each step.</summary>
    [Test]
    public void Whatever_happens_received_adjusted_and_returned_equal_on_hand_used_wasted_and_disposed() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(30), Prop.ForAll(ArbMap.Default.ArbFor<(byte Act, byte Lot, byte Number)[]>(), acts =>
        {
            var lots = MadeAsync().GetAwaiter().GetResult();
            foreach (var (act, lot, number) in acts)
            {
                // Each act in a scope of its own, as requests are; refusals are part of life.
                Clinic.RunAsync(services => DoAsync(services, lots[lot % lots.Length], act, number)).GetAwaiter().GetResult();
                if (!Clinic.RunAsync(services => HoldsAsync(services, lots)).GetAwaiter().GetResult()) return false;
            }

            return true;
        }));

    [Test]
    public async Task Sixty_four_at_a_time_leave_a_lot_exact()
    {
        var lot = await LotAsync(quantity: 100);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(async Task<(int Picked, int Used, int Wasted)> (n) =>
        {
            var patient = patients[n % 2];
            var (status, pick) = await SendAsync(HttpMethod.Post, "/api/needles/picks", new { lotId = lot, patientId = patient, quantity = 2 });
            if (status != HttpStatusCode.Created) return (0, 0, 0);
            var id = (long)pick["id"]!;
            await PostAsync("uses", new { lotId = lot, patientId = patient, pickId = id });
            if (n % 3 == 0) return (2, 1, 0);
            await PostAsync($"picks/{id}/waste", new { reason = "Surplus" });
            return (2, 1, 1);
        }));

        var (used, wasted, picked) = (outcomes.Sum(o => o.Used), outcomes.Sum(o => o.Wasted), outcomes.Sum(o => o.Picked));
        var now = await LotOfAsync(lot);
        Assert.That(picked, Is.EqualTo(100), "every unit was picked, and none twice");
        Assert.That(((int)now["onHand"]!, (int)now["opened"]!, (int)now["available"]!), Is.EqualTo((100 - used - wasted, picked - used - wasted, 0)));
        Assert.That(await Clinic.RunAsync(services => HoldsAsync(services, [lot])), Is.True);
    }

    private async Task<long[]> MadeAsync()
    {
        var item = await BottleAsync();
        return [await LotAsync(12, item: item, number: "A"), await LotAsync(3, Today.AddDays(40), item, number: "B"), await LotAsync(6, item: item, inspected: false, number: "C")];
    }

    private async Task<bool> DoAsync(IServiceProvider services, long lot, byte act, byte number)
    {
        var (picking, log, care) = (services.GetRequiredService<Picking>(), services.GetRequiredService<UseLog>(), services.GetRequiredService<LotCare>());
        var (containers, counts) = (services.GetRequiredService<ContainerBook>(), services.GetRequiredService<CountBook>());
        var reservations = services.GetRequiredService<ReservationBook>();
        var (patient, quantity) = (patients[number % 2], 1 + number % 7);
        var pick = (await picking.OpenAsync(patient)).LastOrDefault(p => p.LotId == lot);
        var use = (await log.PageAsync(new(LotId: lot), null, 200)).Items.ElementAtOrDefault(number % 5);
        var open = (await containers.PageAsync(new(lot), null, 200)).Items.ElementAtOrDefault(number % 3);
        try
        {
            switch (act % 20)
            {
                case 0 or 1: await picking.PickAsync(new(lot, patient, quantity)); break;
                case 2 or 3: await log.RecordAsync(Use(pick?.Id)); break;
                case 4: await log.RecordAsync(Use(null)); break;
                case 5 when pick is not null: await picking.WasteAsync(pick.Id, null, WasteReason.Dropped); break;
                case 6 or 7 when use is not null: await log.VoidAsync(use.Id, "Wrong"); break;
                case 8: await care.QuarantineAsync(lot, "Held"); break;
                case 9: await care.LiftQuarantineAsync(lot, "Fine"); break;
                case 10: await care.DisposeAsync(lot, "Out"); break;
                case 11: await care.CountAsync(lot, number % 20, null); break;
                case 12: await care.ReleaseAsync(lot, null); break;
                case 13: await ReceiveAsync(services, lot, quantity, inspected: number % 2 == 0); break;
                case 14: await care.AdjustAsync(lot, number % 9 - 4, "Wrong"); break;
                case 15: await care.ReturnAsync(lot, quantity, "Found"); break;
                case 16: await containers.OpenAsync(lot, null, null); break;
                case 17 when open is not null: await picking.PickAsync(new(lot, patient, quantity) { ContainerId = open.Id }); break;
                case 18 when open is not null: await containers.CloseAsync(open.Id, number % 2 == 0 ? ContainerState.Empty : ContainerState.Discarded, "Old"); break;
                case 19 when number % 3 > 0: await reservations.ReserveAsync(new ReservationInput { LotId = lot, PatientId = patient, Quantity = quantity, Day = Today }); break;
                case 19: await CountAllAsync(counts, await ItemOfAsync(lot), number); break;
            }
        }
        catch (RefusedException)
        {
            return false;
        }

        return true;

        UseInput Use(long? pickId) => new()
        {
            LotId = lot, PatientId = patient, Quantity = quantity, PerformedBy = staff, PickId = pickId, ContainerId = pickId is null && number % 4 == 0 ? open?.Id : null,
            Confirm = true,
        };
    }

    private static async Task CountAllAsync(CountBook counts, long item, byte number)
    {
        var sheet = await counts.BeginAsync(item);
        await counts.EnterAsync(sheet.Count.Id, [.. sheet.Lines.Select((line, at) => new CountedLot(line.LotId, (number + at) % 15))]);
        await counts.ConfirmAsync(sheet.Count.Id, "Counted");
    }

    private async Task<long> ItemOfAsync(long lot) => (long)(await LotOfAsync(lot))["itemId"]!;

    private static async Task ReceiveAsync(IServiceProvider services, long id, int quantity, bool inspected)
    {
        var lot = (await services.GetRequiredService<LotDirectory>().FindAsync(id))!;
        await services.GetRequiredService<Receiving>().ReceiveAsync(new()
        {
            ItemId = lot.ItemId, Number = lot.Number, Expiry = lot.Expiry, Quantity = quantity, Inspected = inspected ? new(Passed: true) : null,
        });
    }

    private static async Task<bool> HoldsAsync(IServiceProvider services, long[] lots)
    {
        var directory = services.GetRequiredService<LotDirectory>();
        foreach (var id in lots)
        {
            var lot = (await directory.FindAsync(id))!;
            if (lot.Available < 0 || lot.Available > lot.OnHand - lot.Opened || lot.ToInspect > lot.OnHand - lot.Opened) return false;
            if (!await services.GetRequiredService<IStore<NeedlesPlugin>>().SnapshotAsync(c => HoldsAsync(c, id))) return false;
        }

        return true;
    }

    private static async Task<bool> HoldsAsync(DbConnection connection, long lot)
    {
        var (left, right, onHand, opened, open) = await connection.QuerySingleAsync<(long, long, long, long, long)>("""
            SELECT
                sum(CASE m.kind WHEN 'Adjust' THEN m.on_hand_delta WHEN 'Receive' THEN m.quantity WHEN 'Return' THEN m.quantity ELSE 0 END),
                sum(CASE WHEN m.kind IN ('Use', 'Waste', 'Dispose') THEN m.quantity ELSE 0 END),
                l.on_hand, l.opened,
                (SELECT coalesce(sum(quantity - used - wasted), 0) FROM needles__picks WHERE lot_id = l.id AND container_id IS NULL)
                    + (SELECT count(*) FROM needles__containers WHERE lot_id = l.id AND state = 'Open')
            FROM needles__movements m JOIN needles__lots l ON l.id = m.lot_id WHERE m.lot_id = @lot GROUP BY l.id, l.on_hand, l.opened
            """, new { lot });
        return left == onHand + right && opened == open && opened >= 0 && opened <= onHand;
    }
}
