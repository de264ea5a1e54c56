using Dapper;
using Smp.Sdk;

namespace Smp.Needles.Lots;

/// <summary>What is done with lots on the shelf: released, held back, let go, disposed of, counted.</summary>
public sealed class LotCare(IStore<NeedlesPlugin> store, IClinicClock clock)
{
    /// <summary>Releases what waits of a lot: its inspection found nothing wrong.</summary>
    /// <param name="id">Which lot.</param>
    /// <param name="note">What there is to say about the inspection; at most 500 characters.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">No such lot, or it doesn't wait for an inspection.</exception>
    public Task<Lot> ReleaseAsync(long id, string? note, CancellationToken token = default)
    {
        var checks = new Checks();
        var text = checks.Optional(note, "note", 500);
        checks.Throw();
        return DoAsync(id, new("Released a lot", text), async (book, lot) =>
        {
            if (lot.LoadId is not null) throw Refuse.Because($"Lot {lot.Number} came out of a steriliser load. It is released with the load.");
            if (LotStates.Next(lot.State, LotEvent.InspectionPassed) is null && !(lot.State is LotState.Released or LotState.InUse && lot.ToInspect > 0))
            {
                throw lot.State switch
                {
                    LotState.Expired => Refuse.Because($"Lot {lot.Number} expired on {lot.Expiry:d MMMM yyyy}. It can't be released."),
                    LotState.Recalled => Refuse.Because($"Lot {lot.Number} was recalled. It never returns to use."),
                    LotState.Disposed => Refuse.Because($"Lot {lot.Number} was disposed of. It never returns to use."),
                    LotState.Quarantined => Refuse.Because($"Lot {lot.Number} is in quarantine. Lift the quarantine first."),
                    _ => Refuse.Because($"Lot {lot.Number} was released already."),
                };
            }

            return await Receiving.InspectAsync(book, id, new(Passed: true, text), book.Unit.Now, units: null);
        }, token);
    }

    /// <summary>Holds a lot back until somebody has looked into it.</summary>
    /// <param name="id">Which lot.</param>
    /// <param name="reason">Why; 1 to 500 characters.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">No reason, no such lot, or nothing is left of it to hold back.</exception>
    public Task<Lot> QuarantineAsync(long id, string? reason, CancellationToken token = default)
    {
        var why = Reason(reason);
        return DoAsync(id, new("Quarantined a lot", why), async (book, lot) =>
        {
            if (await book.TryStepAsync(lot, LotEvent.Quarantine) is null)
            {
                throw lot.State switch
                {
                    LotState.Quarantined => Refuse.Because($"Lot {lot.Number} is in quarantine already."),
                    LotState.Depleted => Refuse.Because($"Nothing is left of lot {lot.Number}."),
                    _ => Refuse.Because($"Lot {lot.Number} can't be used any more: it needs no quarantine, but disposal."),
                };
            }

            await book.BookAsync(id, MovementKind.Quarantine, lot.OnHand, new() { Reason = why });
            return await book.RequireAsync(id);
        }, token);
    }

    /// <summary>Lets a lot out of quarantine: it goes back to where it came from.</summary>
    /// <param name="id">Which lot.</param>
    /// <param name="reason">What was found; 1 to 500 characters.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">No reason, no such lot, or it isn't in quarantine, or expired or was recalled meanwhile.</exception>
    public Task<Lot> LiftQuarantineAsync(long id, string? reason, CancellationToken token = default)
    {
        var why = Reason(reason);
        return DoAsync(id, new("Lifted a lot's quarantine", why), async (book, lot) =>
        {
            if (lot.LoadFailed) throw Refuse.Because($"The steriliser load of lot {lot.Number} failed. Sterilise the sets again, in a new load.");
            if (await book.TryStepAsync(lot, LotEvent.Lift) is null)
            {
                throw lot.State switch
                {
                    LotState.Expired => Refuse.Because($"Lot {lot.Number} expired on {lot.Expiry:d MMMM yyyy}. It can't return to use."),
                    LotState.Recalled => Refuse.Because($"Lot {lot.Number} was recalled. It never returns to use."),
                    _ => Refuse.Because($"Lot {lot.Number} isn't in quarantine."),
                };
            }

            await book.BookAsync(id, MovementKind.Release, lot.OnHand, new() { Reason = $"Quarantine lifted: {why}" });
            return await book.SettleAsync(id);
        }, token);
    }

    /// <summary>Disposes of all that is here of a lot that can't be used: expired, recalled or in quarantine.</summary>
    /// <param name="id">Which lot.</param>
    /// <param name="reason">How, or why; 1 to 500 characters.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">No reason, no such lot, it can still be used, or opened units of it aren't accounted for yet.</exception>
    public Task<Lot> DisposeAsync(long id, string? reason, CancellationToken token = default)
    {
        var why = Reason(reason);
        return DoAsync(id, new("Disposed of a lot", why), async (book, lot) =>
        {
            if (LotStates.Next(lot.State, LotEvent.Dispose) is null)
                throw Refuse.Because($"Lot {lot.Number} can still be used. Put it in quarantine first.");
            if (lot.Opened > 0)
                throw Refuse.Because($"{lot.Opened} units of lot {lot.Number} are opened. Record them as used or wasted, and close open containers, first.");
            await book.BookAsync(id, MovementKind.Dispose, lot.OnHand, new() { OnHand = -lot.OnHand, Reason = why });
            return (await book.TryStepAsync(lot, LotEvent.Dispose))!;
        }, token);
    }

    /// <summary>Puts the book right after somebody counted.</summary>
    /// <param name="id">Which lot.</param>
    /// <param name="counted">Every unit that is here, opened ones too; 0 to 100,000.</param>
    /// <param name="note">What explains the difference; at most 500 characters.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">No such lot, or fewer were counted than are picked for patients.</exception>
    public Task<Lot> CountAsync(long id, int? counted, string? note, CancellationToken token = default)
    {
        var checks = new Checks();
        var text = checks.Optional(note, "note", 500);
        checks.That(counted is >= 0 and <= 100_000, "counted", $"Say how many are here: 0 to 100,000.");
        checks.Throw();
        return DoAsync(id, new("Counted a lot", text), async (book, lot) =>
        {
            if (counted < lot.Opened)
            {
                throw Refuse.Field("counted",
                    $"{lot.Opened} units of lot {lot.Number} are opened, more than you counted. Record them as used or wasted, and close open containers, first.");
            }

            var difference = counted!.Value - lot.OnHand;
            if (difference != 0)
                await book.BookAsync(id, MovementKind.Adjust, Math.Abs(difference), new() { OnHand = difference, Reason = text ?? "Counted" });
            await book.Connection.ExecuteAsync(
                "UPDATE needles__lots SET count_due = 0, row_version = row_version + 1 WHERE id = @id", new { id });
            return counted > 0 ? await book.SettleAsync(id, LotEvent.GiveBack) : await book.SettleAsync(id);
        }, token);
    }

    /// <summary>Puts sealed units back that had left the book and are here again.</summary>
    /// <param name="id">Which lot.</param>
    /// <param name="quantity">How many, 1 to 100,000. What was opened never goes back.</param>
    /// <param name="reason">Where they were; 1 to 500 characters.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">No reason, no such lot, or no number of units.</exception>
    public Task<Lot> ReturnAsync(long id, int? quantity, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        var why = checks.Require(reason, "reason", 500);
        checks.That(quantity is >= 1 and <= 100_000, "quantity", $"Say how many came back: 1 to 100,000.");
        checks.Throw();
        return DoAsync(id, new("Put units back", why), async (book, lot) =>
        {
            await book.BookAsync(id, MovementKind.Return, quantity!.Value, new() { OnHand = quantity.Value, Reason = why });
            return await book.SettleAsync(id, LotEvent.GiveBack);
        }, token);
    }

    /// <summary>Corrects the book by a number of units, where somebody knows what is wrong with it.</summary>
    /// <param name="id">Which lot.</param>
    /// <param name="difference">How many more (or, below 0, fewer) are here than the book has; not 0, at most 100,000 either way.</param>
    /// <param name="reason">Why; 1 to 500 characters.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">No reason, no such lot, no difference, or fewer would be left than are opened.</exception>
    public Task<Lot> AdjustAsync(long id, int? difference, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        var why = checks.Require(reason, "reason", 500);
        checks.That(difference is >= -100_000 and <= 100_000 and not 0, "difference", $"Say how many more or fewer there are: up to 100,000, and not 0.");
        checks.Throw();
        return DoAsync(id, new("Corrected a lot's book", why), async (book, lot) =>
        {
            if (lot.OnHand + difference!.Value < lot.Opened)
                throw Refuse.Field("difference", $"{lot.OnHand} of lot {lot.Number} are here, and {lot.Opened} of them are opened. No more than {lot.Unopened} can go.");
            await book.BookAsync(id, MovementKind.Adjust, Math.Abs(difference.Value), new() { OnHand = difference.Value, Reason = why });
            return difference > 0 ? await book.SettleAsync(id, LotEvent.GiveBack) : await book.SettleAsync(id);
        }, token);
    }

    private static string Reason(string? reason)
    {
        var checks = new Checks();
        var text = checks.Require(reason, "reason", 500);
        checks.Throw();
        return text;
    }

    private Task<Lot> DoAsync(long id, Act act, Func<StockBook, Lot, Task<Lot>> change, CancellationToken token) =>
        store.WriteAsync(act, async unit =>
        {
            var book = new StockBook(unit.Connection, unit, clock);
            return await change(book, await book.RequireAsync(id));
        }, token);
}
