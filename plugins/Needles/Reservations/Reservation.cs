using Smp.Needles.Lots;

namespace Smp.Needles.Reservations;

/// <summary>How a reservation stands.</summary>
public enum ReservationState
{
    /// <summary>The units are kept for the patient.</summary>
    Held,

    /// <summary>They were taken for the patient.</summary>
    Taken,

    /// <summary>They are free again: let go, or their day has passed.</summary>
    Released,
}

/// <summary>Sealed units of a lot that are kept for a patient until the end of a day.</summary>
public sealed record Reservation
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Of which lot.</summary>
    public required long LotId { get; init; }

    /// <summary>The lot's number.</summary>
    public required string LotNumber { get; init; }

    /// <summary>Where the lot stands today.</summary>
    public required LotState LotState { get; init; }

    /// <summary>The last day the lot can be used on.</summary>
    public DateOnly? Expiry { get; init; }

    /// <summary>The item as shown.</summary>
    public required string Item { get; init; }

    /// <summary>For whom.</summary>
    public required long PatientId { get; init; }

    /// <summary>For which procedure.</summary>
    public long? ProcedureId { get; init; }

    /// <summary>For which day.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>How many units.</summary>
    public required long Quantity { get; init; }

    /// <summary>How many of them were taken.</summary>
    public required long Taken { get; init; }

    /// <summary>How it stands today: one whose day has passed is released.</summary>
    public required ReservationState State { get; init; }

    /// <summary>Who made it.</summary>
    public required string MadeBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Whether its lot can be used on its day.</summary>
    public bool Usable => LotState is LotState.Released or LotState.InUse && !(Expiry < Day);
}

/// <summary>Which reservations a list shows; null shows all.</summary>
/// <param name="PatientId">For this patient.</param>
/// <param name="LotId">Of this lot.</param>
/// <param name="HeldOnly">Only those that are held.</param>
public sealed record ReservationQuery(long? PatientId = null, long? LotId = null, bool HeldOnly = true);

/// <summary>A reservation, as somebody makes it.</summary>
public sealed record ReservationInput
{
    /// <summary>Of which item: those of its lots that expire first, and can be used on the day. Either this, or <see cref="LotId"/>.</summary>
    public long? ItemId { get; init; }

    /// <summary>Of which lot.</summary>
    public long? LotId { get; init; }

    /// <summary>For whom.</summary>
    public long? PatientId { get; init; }

    /// <summary>How many units, 1 to 1,000. Default 1.</summary>
    public int? Quantity { get; init; }

    /// <summary>For which day, from today to two years from now. Default: that of the procedure.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>For which procedure.</summary>
    public long? ProcedureId { get; init; }
}
