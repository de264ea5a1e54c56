using Smp.Sdk;

namespace Smp.Needles.Lots;

/// <summary>How a lot was sterilised, as the symbols of ISO 15223-1 say it.</summary>
public enum Sterilisation
{
    /// <summary>Ethylene oxide (STERILE EO).</summary>
    EO,

    /// <summary>Irradiation (STERILE R).</summary>
    Irradiation,

    /// <summary>Steam or dry heat (STERILE and a thermometer).</summary>
    SteamDryHeat,

    /// <summary>Aseptic processing (STERILE A).</summary>
    Aseptic,
}

/// <summary>Units of an item that were made together and carry one number.</summary>
public sealed record Lot
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Of which item.</summary>
    public required long ItemId { get; init; }

    /// <summary>The item as shown: "Kwadron 3RL 0.30 mm".</summary>
    public required string Item { get; init; }

    /// <summary>What kind of thing it is.</summary>
    public required SupplyKind Kind { get; init; }

    /// <summary>As printed on the box; one of its kind for each item.</summary>
    public required string Number { get; init; }

    /// <summary>The last day it can be used on (ISO 15223-1); null when it doesn't expire.</summary>
    public DateOnly? Expiry { get; init; }

    /// <summary>When it was made.</summary>
    public DateOnly? Manufactured { get; init; }

    /// <summary>How it was sterilised, where that is known.</summary>
    public Sterilisation? Sterilisation { get; init; }

    /// <summary>From whom it was bought.</summary>
    public string? Supplier { get; init; }

    /// <summary>Where it stands on the day it was read: the date has its say already.</summary>
    public required LotState State { get; init; }

    /// <summary>Since when it is in the state that was last written: a lot that expires is there before anybody touches it.</summary>
    public required DateTimeOffset StateSince { get; init; }

    /// <summary>Where it goes back to when its quarantine is lifted.</summary>
    public LotState? HeldFrom { get; init; }

    /// <summary>Who received it first.</summary>
    public string? ReceivedBy { get; init; }

    /// <summary>When it was received first.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Who inspected it last.</summary>
    public string? InspectedBy { get; init; }

    /// <summary>When it was inspected last.</summary>
    public DateTimeOffset? InspectedAt { get; init; }

    /// <summary>What the inspection found.</summary>
    public string? InspectionNote { get; init; }

    /// <summary>Units received in all.</summary>
    public required long Received { get; init; }

    /// <summary>Units here: sterile ones and opened ones.</summary>
    public required long OnHand { get; init; }

    /// <summary>Units that were picked and are neither used nor wasted yet, and bottles and boxes in use.</summary>
    public required long Opened { get; init; }

    /// <summary>Whether the book is known to be wrong: more was used than it had.</summary>
    public required bool CountDue { get; init; }

    /// <summary>The steriliser load that it came out of, for sets that are sterilised here.</summary>
    public long? LoadId { get; init; }

    /// <summary>Whether that load failed.</summary>
    public bool LoadFailed { get; init; }

    /// <summary>Counts the changes.</summary>
    public required long RowVersion { get; init; }

    /// <summary>Units that are here sealed.</summary>
    internal long Unopened => OnHand - Opened;

    /// <summary>Units that are kept for patients, today or later.</summary>
    public required long Held { get; init; }

    /// <summary>Sealed units that came in a box that nobody has inspected yet.</summary>
    public required long ToInspect { get; init; }

    /// <summary>Units that can still be taken for anybody: sealed, inspected, and kept for nobody.</summary>
    public long Available => Math.Max(0, Unopened - ToInspect - Held);

    /// <summary>Where it stands on a day. The use-by date itself is usable (ISO 15223-1); from the next day on the lot is expired, whatever was written.</summary>
    /// <remarks>A recall outweighs the date, and of a depleted lot nothing is left to expire.</remarks>
    public LotState StateOn(DateOnly day) => IsExpiredOn(day) ? LotStates.Next(State, LotEvent.Expire) ?? State : State;

    /// <summary>Whether its use-by date still matters: there are units, which nothing else keeps from use for good.</summary>
    internal bool ExpiryMatters => OnHand > 0 && State is not (LotState.Recalled or LotState.Disposed);

    /// <summary>Whether its use-by date has passed on a day.</summary>
    public bool IsExpiredOn(DateOnly day) => Expiry < day;
}
