using System.Data.Common;
using Dapper;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Smp.Needles.Lots;
using Smp.Needles.Uses;
using Smp.Sdk;

namespace Smp.Needles.Tests.Api;

public sealed class EquationTests : NeedlesApi
{
    private long[] patients = [];
    private long staff;

    [Test]
    public async Task Whatever_happens_received_adjusted_and_returned_equal_on_hand_used_wasted_and_disposed()
    {
        patients = [await PatientAsync(), await PatientAsync()];
        staff = await Clinic.RunAsync(async services => (await services.GetRequiredService<IStaff>().ListAsync())[0].Id);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(ArbMap.Default.ArbFor<(byte Act, byte Number)[]>(), acts =>
        {
            var lot = LotAsync(quantity: 12).GetAwaiter().GetResult();
            // Each act in a scope of its own, as requests are; refusals are part of life.
            foreach (var (act, number) in acts) Clinic.RunAsync(services => DoAsync(services, lot, act, number)).GetAwaiter().GetResult();
            return Clinic.RunAsync(services => services.GetRequiredService<IStore<NeedlesPlugin>>().SnapshotAsync(c => HoldsAsync(c, lot))).GetAwaiter().GetResult();
        }));
    }

    private async Task<bool> DoAsync(IServiceProvider services, long lot, byte act, byte number)
    {
        var (picking, log, care) = (services.GetRequiredService<Picking>(), services.GetRequiredService<UseLog>(), services.GetRequiredService<LotCare>());
        var (patient, quantity) = (patients[number % 2], 1 + number % 7);
        var pick = (await picking.OpenAsync(patient)).LastOrDefault(p => p.LotId == lot);
        var use = (await log.PageAsync(new(LotId: lot), null, 200)).Items.ElementAtOrDefault(number % 5);
        try
        {
            switch (act % 10)
            {
                case 0: await picking.PickAsync(new(lot, patient, quantity)); break;
                case 1 or 2: await log.RecordAsync(Use(pick?.Id)); break;
                case 3: await log.RecordAsync(Use(null)); break;
                case 4 when pick is not null: await picking.WasteAsync(pick.Id, null, WasteReason.Dropped); break;
                case 5 or 6 when use is not null: await log.VoidAsync(use.Id, "Wrong"); break;
                case 7: await care.QuarantineAsync(lot, "Held"); break;
                case 8: await care.LiftQuarantineAsync(lot, "Fine"); break;
                case 9: await (number % 2 == 0 ? care.CountAsync(lot, number % 20, null) : care.DisposeAsync(lot, "Out")); break;
            }
        }
        catch (RefusedException)
        {
            return false;
        }

        return true;

        UseInput Use(long? pickId) => new() { LotId = lot, PatientId = patient, Quantity = quantity, PerformedBy = staff, PickId = pickId, Confirm = true };
    }

    private static async Task<bool> HoldsAsync(DbConnection connection, long lot)
    {
        var (left, right, onHand, opened, open) = await connection.QuerySingleAsync<(long, long, long, long, long)>("""
            SELECT
                sum(CASE m.kind WHEN 'Adjust' THEN m.on_hand_delta WHEN 'Receive' THEN m.quantity WHEN 'Return' THEN m.quantity ELSE 0 END),
                sum(CASE WHEN m.kind IN ('Use', 'Waste', 'Dispose') THEN m.quantity ELSE 0 END),
                l.on_hand, l.opened, (SELECT coalesce(sum(quantity - used - wasted), 0) FROM needles__picks WHERE lot_id = l.id)
            FROM needles__movements m JOIN needles__lots l ON l.id = m.lot_id WHERE m.lot_id = @lot GROUP BY l.id, l.on_hand, l.opened
            """, new { lot });
        return left == onHand + right && opened == open && opened <= onHand;
    }
}
