using Smp.Needles.Containers;
using Smp.Needles.Items;
using Smp.Needles.Lots;
using Smp.Sdk;

namespace Smp.Needles.Uses;

/// <summary>Units that were opened for one patient. Each is used or wasted, never put back.</summary>
public sealed record Pick
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>From which lot.</summary>
    public required long LotId { get; init; }

    /// <summary>From which bottle or box of it; null for sealed units.</summary>
    public long? ContainerId { get; init; }

    /// <summary>In which procedure.</summary>
    public long? ProcedureId { get; init; }

    /// <summary>For whom.</summary>
    public required long PatientId { get; init; }

    /// <summary>How many units.</summary>
    public required long Quantity { get; init; }

    /// <summary>How many of them were used.</summary>
    public required long Used { get; init; }

    /// <summary>How many of them were wasted.</summary>
    public required long Wasted { get; init; }

    /// <summary>Who picked them.</summary>
    public required string Actor { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset PickedAt { get; init; }

    /// <summary>How many are neither used nor wasted yet.</summary>
    public long Open => Quantity - Used - Wasted;
}

/// <summary>Why units can't be picked.</summary>
public enum PickObstacle
{
    /// <summary>The lot hasn't passed an inspection.</summary>
    NotReleased,

    /// <summary>Its use-by date has passed.</summary>
    Expired,

    /// <summary>It is held back.</summary>
    Quarantined,

    /// <summary>It was recalled.</summary>
    Recalled,

    /// <summary>It was disposed of.</summary>
    Disposed,

    /// <summary>Nothing is left of it.</summary>
    Depleted,

    /// <summary>It hasn't so many units.</summary>
    BeyondStock,

    /// <summary>The others are held for somebody else.</summary>
    Reserved,

    /// <summary>The bottle or box was to be thrown away before today.</summary>
    ContainerPastDiscard,

    /// <summary>The bottle or box is empty or was thrown away.</summary>
    ContainerClosed,

    /// <summary>The bottle or box is for one patient, and was taken from for another.</summary>
    SharedContainer,

    /// <summary>The patient is allergic to something in it, and nobody has confirmed that it is wanted all the same.</summary>
    Allergy,
}

/// <summary>What may be picked: a sterile unit of a lot that was released, isn't expired, held back or recalled, and is there.</summary>
internal static class PickRules
{
    /// <summary>What stands in the way of taking units from a lot as it stands today; null when nothing does.</summary>
    /// <param name="lot">The lot.</param>
    /// <param name="quantity">How many units; 0 asks of the lot alone.</param>
    /// <param name="own">How many of those that are held are held for whoever they are taken for.</param>
    public static PickObstacle? Obstacle(Lot lot, int quantity, long own = 0) => lot.State switch
    {
        LotState.Received => PickObstacle.NotReleased,
        LotState.Expired => PickObstacle.Expired,
        LotState.Quarantined => PickObstacle.Quarantined,
        LotState.Recalled => PickObstacle.Recalled,
        LotState.Disposed => PickObstacle.Disposed,
        LotState.Depleted => PickObstacle.Depleted,
        _ when quantity == 0 || lot.Unopened - lot.ToInspect - lot.Held + own >= quantity => null,
        _ when lot.Unopened < quantity => PickObstacle.BeyondStock,
        _ when lot.Unopened - lot.ToInspect < quantity => PickObstacle.NotReleased,
        _ => PickObstacle.Reserved,
    };

    /// <summary>What stands in the way of taking from a bottle or box today; null when nothing does.</summary>
    public static PickObstacle? Obstacle(Lot lot, Container container, long patientId, int quantity, DateOnly today)
    {
        // A lot whose last unit is this container is there, however little else is.
        if (Obstacle(lot, 0) is { } found) return found;
        if (container.State is not ContainerState.Open) return PickObstacle.ContainerClosed;
        if (container.IsPastDiscardOn(today)) return PickObstacle.ContainerPastDiscard;
        if (container.IsAnothers(patientId)) return PickObstacle.SharedContainer;
        return container.LeftPieces < quantity || container.LeftMicrolitres == 0 ? PickObstacle.BeyondStock : null;
    }

    /// <summary>An obstacle of a bottle or box in words.</summary>
    public static RefusedException Refusal(PickObstacle obstacle, Lot lot, Container container, int quantity) => obstacle switch
    {
        PickObstacle.ContainerClosed when container.State is ContainerState.Empty => Refuse.Because($"This container of lot {lot.Number} is empty. Open another."),
        PickObstacle.ContainerClosed => Refuse.Because($"This container of lot {lot.Number} was thrown away. Open another."),
        PickObstacle.ContainerPastDiscard => Refuse.Because(
            $"This container of lot {lot.Number} was to be used until {container.DiscardOn:d MMMM yyyy}. Discard it, and open another."),
        PickObstacle.SharedContainer => Refuse.Because($"This container of lot {lot.Number} is for one patient, and was taken from for another. Open another."),
        PickObstacle.BeyondStock when container.LeftPieces is > 0 and { } left =>
            Refuse.Because($"This container of lot {lot.Number} has {left} left; you asked for {quantity}. Take fewer, or open another."),
        PickObstacle.BeyondStock => Refuse.Because($"This container of lot {lot.Number} is used up. Open another."),
        _ => Refusal(obstacle, lot, quantity),
    };

    /// <summary>That the patient is allergic to something in it.</summary>
    public static RefusedException Refusal(Lot lot, IReadOnlyList<Substance> allergies) => new(RefusalKind.Refused,
        $"The patient is allergic to {Allergies.Words(allergies)}, and {lot.Item} contains it. Choose another item, or confirm that it is wanted all the same.")
    {
        Details = new Dictionary<string, object?> { ["confirm"] = "confirmAllergy", ["substances"] = allergies.Select(a => a.ToString()).ToList() },
    };

    /// <summary>The obstacle in words.</summary>
    public static RefusedException Refusal(PickObstacle obstacle, Lot lot, int quantity) => obstacle switch
    {
        PickObstacle.NotReleased when lot.State is not LotState.Received => Refuse.Because(
            $"{lot.ToInspect} of lot {lot.Number} came in a box that hasn't passed its inspection yet, and {lot.Available} can be taken. Inspect the box first, or choose another lot."),
        PickObstacle.Reserved => Refuse.Because(
            $"{lot.Held} of lot {lot.Number} are kept for patients, and {lot.Available} can be taken. Take fewer, choose another lot, or let a reservation go."),
        PickObstacle.NotReleased => Refuse.Because($"Lot {lot.Number} hasn't passed its inspection yet. Inspect and release it first, or choose another lot."),
        PickObstacle.Expired => Refuse.Because($"Lot {lot.Number} expired on {lot.Expiry:d MMMM yyyy}. It can't be used. Choose another lot."),
        PickObstacle.Quarantined => Refuse.Because($"Lot {lot.Number} is in quarantine. It can't be used. Choose another lot."),
        PickObstacle.Recalled => Refuse.Because($"Lot {lot.Number} was recalled. It can't be used. Choose another lot."),
        PickObstacle.Disposed => Refuse.Because($"Lot {lot.Number} was disposed of. It can't be used. Choose another lot."),
        PickObstacle.Depleted => Refuse.Because($"Nothing is left of lot {lot.Number}. Choose another lot."),
        _ when lot.Unopened == 0 => Refuse.Because($"Every unit of lot {lot.Number} is picked already. Choose another lot."),
        _ => Refuse.Because($"Lot {lot.Number} has {lot.Unopened} left; you asked for {quantity}. Take fewer, or choose another lot."),
    };
}
