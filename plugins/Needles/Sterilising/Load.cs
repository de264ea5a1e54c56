using Smp.Needles.Lots;
using Smp.Sdk;

namespace Smp.Needles.Sterilising;

/// <summary>What an indicator says.</summary>
public enum IndicatorResult
{
    /// <summary>It hasn't been read yet.</summary>
    Pending,

    /// <summary>It shows that the cycle did what it should.</summary>
    Pass,

    /// <summary>It doesn't.</summary>
    Fail,
}

/// <summary>How a load stands.</summary>
public enum LoadState
{
    /// <summary>Its sets wait for the indicators.</summary>
    Waiting,

    /// <summary>Its sets may be used.</summary>
    Released,

    /// <summary>An indicator failed: its sets are in quarantine.</summary>
    Failed,
}

/// <summary>One cycle of a steriliser, and the sets that were in it. The sets of one item are a lot of that item.</summary>
public sealed record SteriliserLoad
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Which steriliser.</summary>
    public required string Steriliser { get; init; }

    /// <summary>The number that it printed.</summary>
    public required long Cycle { get; init; }

    /// <summary>The program: "134 °C, 5 min, porous".</summary>
    public required string Program { get; init; }

    /// <summary>When the cycle began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>What the chemical indicator says.</summary>
    public required IndicatorResult Chemical { get; init; }

    /// <summary>What the biological indicator says.</summary>
    public required IndicatorResult Biological { get; init; }

    /// <summary>How it stands.</summary>
    public required LoadState State { get; init; }

    /// <summary>Who wrote it down.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Who released it.</summary>
    public string? ReleasedBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? ReleasedAt { get; init; }

    /// <summary>Who read the indicator that failed.</summary>
    public string? FailedBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>What there is to say about it.</summary>
    public string? Note { get; init; }

    /// <summary>Sets in it.</summary>
    public required long SetCount { get; init; }

    /// <summary>Sets of it that are still here.</summary>
    public required long OnHand { get; init; }

    /// <summary>Counts the changes.</summary>
    public required long RowVersion { get; init; }

    /// <summary>The number of its lots: "A1-42".</summary>
    public string Number => NumberOf(Steriliser, Cycle);

    internal static string NumberOf(string steriliser, long cycle) =>
        FormattableString.Invariant($"{steriliser.Replace(' ', '_')}-{cycle}");
}

/// <summary>Sets of one label in a load.</summary>
/// <param name="LotId">The lot that they are.</param>
/// <param name="ItemId">Of which item.</param>
/// <param name="Item">The item as shown.</param>
/// <param name="Label">The serial number or label on them.</param>
/// <param name="Count">How many.</param>
/// <param name="LotState">Where the lot stands today.</param>
/// <param name="OnHand">How many sets of the lot are still here.</param>
public sealed record LoadSet(long LotId, long ItemId, string Item, string Label, long Count, LotState LotState, long OnHand);

/// <summary>A load with what was in it.</summary>
/// <param name="Load">The load.</param>
/// <param name="Sets">Its sets, by item and label.</param>
public sealed record LoadDetails(SteriliserLoad Load, IReadOnlyList<LoadSet> Sets);

/// <summary>Sets to put into a load, as somebody enters them.</summary>
/// <param name="ItemId">Of which item: one of kind SterilisedSet.</param>
/// <param name="Label">The serial number or label on them; 1 to 50 characters.</param>
/// <param name="Count">How many, 1 to 1,000. Default 1.</param>
public sealed record LoadSetInput(long? ItemId, string? Label, int? Count = null);

/// <summary>A load, as somebody enters it.</summary>
public sealed record LoadInput
{
    /// <summary>Which steriliser: 1 to 12 letters, digits, spaces and hyphens, as it is known in the clinic.</summary>
    public string? Steriliser { get; init; }

    /// <summary>The number that it printed, 1 to 999,999.</summary>
    public int? Cycle { get; init; }

    /// <summary>The program; 1 to 100 characters.</summary>
    public string? Program { get; init; }

    /// <summary>When the cycle began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended: not in the future, nor before it began.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What was in it, 1 to 100 lines.</summary>
    public IReadOnlyList<LoadSetInput>? Sets { get; init; }

    /// <summary>What there is to say about it; at most 500 characters.</summary>
    public string? Note { get; init; }

    /// <exception cref="RefusedException">With every field that needs another look.</exception>
    internal LoadInput Checked(DateTimeOffset now)
    {
        var checks = new Checks();
        var result = this with
        {
            Steriliser = checks.Require(Steriliser, "steriliser", 12),
            Program = checks.Require(Program, "program", 100),
            Note = checks.Optional(Note, "note", 500),
            Sets = [.. (Sets ?? []).Select(set => set ?? new(null, null)).Select((set, at) => set with { Label = checks.Require(set.Label, $"sets[{at}].label", 50), Count = set.Count ?? 1 })],
        };
        checks.That(result.Steriliser.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-'), "steriliser", $"Letters, digits, spaces and hyphens only: it is part of the lot number.");
        checks.That(Cycle is >= 1 and <= 999_999, "cycle", $"Say which cycle it was: the number that the steriliser printed, 1 to 999,999.");
        checks.That(StartedAt is not null, "startedAt", $"Say when the cycle began.");
        checks.That(EndedAt is not null, "endedAt", $"Say when the cycle ended.");
        checks.That(!(EndedAt < StartedAt), "endedAt", $"It can't have ended before it began.");
        checks.That(!(EndedAt > now.AddMinutes(5)), "endedAt", $"This is in the future.");
        checks.That(result.Sets.Count is >= 1 and <= 100, "sets", $"Say what was in it: 1 to 100 lines.");
        for (var at = 0; at < result.Sets.Count; at++)
        {
            checks.That(result.Sets[at].ItemId is not null, $"sets[{at}].itemId", $"Say which item.");
            checks.That(result.Sets[at].Count is >= 1 and <= 1000, $"sets[{at}].count", $"1 to 1,000 sets.");
        }

        checks.That(result.Sets.DistinctBy(s => (s.ItemId, s.Label)).Count() == result.Sets.Count, "sets", $"A label of an item stands in it twice. Say it once, with the count.");
        checks.Throw();
        return result;
    }
}
