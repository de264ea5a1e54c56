using System.Buffers;
using Smp.Needles.Items;
using Smp.Needles.Scanning;
using Smp.Sdk;

namespace Smp.Needles.Lots;

/// <summary>What somebody found when they looked at boxes that came in.</summary>
/// <param name="Passed">Whether they may be used.</param>
/// <param name="Note">What was found; at most 500 characters, needed when the inspection failed.</param>
public sealed record Inspection(bool Passed, string? Note = null);

/// <summary>Boxes that came in: what the scanner read, and what somebody adds to it.</summary>
public sealed record Receipt
{
    /// <summary>The barcode on the box. What it says needn't be said again; where it's said all the same, it must be the same.</summary>
    public string? Code { get; init; }

    /// <summary>Of which item; needed where the code names none.</summary>
    public long? ItemId { get; init; }

    /// <summary>The lot number: 1 to 20 characters of GS1 set 82.</summary>
    public string? Number { get; init; }

    /// <summary>The last day it can be used on; needed for a sterile item.</summary>
    public DateOnly? Expiry { get; init; }

    /// <summary>When it was made.</summary>
    public DateOnly? Manufactured { get; init; }

    /// <summary>How many units, 1 to 100,000. Without it, the code's count or the item's units per box, times the boxes.</summary>
    public int? Quantity { get; init; }

    /// <summary>How many boxes, 1 to 1,000. Default 1.</summary>
    public int? Boxes { get; init; }

    /// <summary>How it was sterilised.</summary>
    public Sterilisation? Sterilisation { get; init; }

    /// <summary>From whom it was bought; at most 100 characters.</summary>
    public string? Supplier { get; init; }

    /// <summary>The inspection, where it was done at once.</summary>
    public Inspection? Inspected { get; init; }

    /// <summary>When it came in, not in the future; now where nothing is said.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>Fills in what a code says.</summary>
    /// <exception cref="RefusedException">Something was said that the code contradicts.</exception>
    internal Receipt With(ScannedCode? code)
    {
        if (code is null) return this;
        var checks = new Checks();
        checks.That(Number is null || code.Lot is null || Number.Trim() == code.Lot, "number",
            $"The barcode says lot {code.Lot}, the field says {Number}. Compare with the box.");
        checks.That(Expiry is null || code.Expiry is null || Expiry == code.Expiry, "expiry",
            $"The barcode says {code.Expiry:d MMMM yyyy}, the field says {Expiry:d MMMM yyyy}. Compare with the box.");
        checks.That(Manufactured is null || code.Production is null || Manufactured == code.Production, "manufactured",
            $"The barcode says {code.Production:d MMMM yyyy}, the field says {Manufactured:d MMMM yyyy}. Compare with the box.");
        checks.Throw();
        return this with
        {
            Number = code.Lot ?? Number,
            Expiry = code.Expiry ?? Expiry,
            Manufactured = code.Production ?? Manufactured,
            Quantity = Quantity ?? (code.Count is { } count and <= 100_000 ? count * Boxes.GetValueOrDefault(1) : code.Count),
        };
    }

    /// <summary>Checks and tidies every field, once the item is known.</summary>
    /// <exception cref="RefusedException">With every field that needs another look.</exception>
    internal Receipt Checked(Item item, DateOnly today, DateTimeOffset now)
    {
        var checks = new Checks();
        var boxes = Boxes ?? 1;
        checks.That(boxes is >= 1 and <= 1000, "boxes", $"Boxes are counted from 1 to 1,000.");
        var result = this with
        {
            Number = checks.Require(Number, "number", 20),
            Supplier = checks.Optional(Supplier, "supplier", 100),
            Quantity = Quantity ?? (boxes is >= 1 and <= 1000 ? boxes * item.UnitsPerBox : 1),
            ReceivedAt = ReceivedAt ?? now,
            Inspected = Inspected is null ? null : Inspected with { Note = checks.Optional(Inspected.Note, "inspected.note", 500) },
        };
        checks.That(!result.Number.AsSpan().ContainsAnyExcept(Set82), "number",
            $"A lot number has the digits 0 to 9, the letters A to Z and a to z and ! \" % & ' ( ) * + , - . / : ; < = > ? _ only.");
        checks.That(result.Quantity is >= 1 and <= 100_000, "quantity", $"1 to 100,000 units can be received at a time.");
        checks.That(Expiry is not null || !item.Sterile, "expiry", $"A sterile item has a use-by date: it is on the box.");
        checks.That(!(Expiry > today.AddYears(50)), "expiry", $"{Expiry:d MMMM yyyy} is more than 50 years from now. Compare it with the box.");
        checks.That(!(Manufactured > today), "manufactured", $"{Manufactured:d MMMM yyyy} is in the future.");
        checks.That(!(Manufactured > Expiry), "manufactured", $"It can't have been made after its use-by date, {Expiry:d MMMM yyyy}.");
        checks.That(!(ReceivedAt > now.AddMinutes(5)), "receivedAt", $"This is in the future.");
        checks.That(result.Inspected is not { Passed: false, Note: null }, "inspected.note", $"Say what the inspection found.");
        checks.Throw();
        return result;
    }

    /// <summary>GS1 General Specifications, figure 7.11-1.</summary>
    private static readonly SearchValues<char> Set82 = SearchValues.Create(
        "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");
}
