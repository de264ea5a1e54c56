using Smp.Sdk;

namespace Smp.Sessions.Plans;

/// <summary>A zone of a plan.</summary>
/// <param name="Zone">Which.</param>
/// <param name="DensityPercent">How dense it shall look, in percent of the hair around it: 1 to 100.</param>
public sealed record PlanZone(ScalpZone Zone, int DensityPercent);

/// <summary>A pigment of a plan.</summary>
/// <param name="Id">Key; 0 in an input.</param>
/// <param name="Shade">The shade, as the maker calls it; 1 to 50 characters.</param>
/// <param name="Brand">The brand: REACH (EC 1907/2006), annex XVII entry 75 wants it on record. 1 to 100 characters.</param>
public sealed record PlanPigment(long Id, string Shade, string Brand)
{
    /// <summary>As shown: "Charcoal, Ravenna".</summary>
    public string Name => $"{Shade}, {Brand}";
}

/// <summary>What is to be treated, how, and how far it has come.</summary>
public sealed record TreatmentPlan
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Whose.</summary>
    public required long PatientId { get; init; }

    /// <summary>What it is for.</summary>
    public required Indication Indication { get; init; }

    /// <summary>How the hairline ends, where there is one.</summary>
    public HairlineStyle? Hairline { get; init; }

    /// <summary>What is to be reached, in words.</summary>
    public string? Target { get; init; }

    /// <summary>2 to 4.</summary>
    public required int EstimatedSessions { get; init; }

    /// <summary>Where it stands.</summary>
    public required PlanState State { get; init; }

    /// <summary>Where it stood before the hold that it is in.</summary>
    public PlanState? HeldFrom { get; init; }

    /// <summary>Why it stands so, where that was said.</summary>
    public string? StateReason { get; init; }

    /// <summary>Counts what the client is shown and signs: zones, hairline and pigments.</summary>
    public required int DesignVersion { get; init; }

    /// <summary>When the result was right.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>How content the client is, 1 to 5.</summary>
    public int? Satisfaction { get; init; }

    /// <summary>From when on it is freshened up.</summary>
    public DateOnly? TouchUpDue { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Counts its changes.</summary>
    public required long RowVersion { get; init; }

    /// <summary>Its zones, from the front to the nape.</summary>
    public IReadOnlyList<PlanZone> Zones { get; init; } = [];

    /// <summary>Its pigments.</summary>
    public IReadOnlyList<PlanPigment> Pigments { get; init; } = [];

    /// <summary>What can happen to it now by somebody's act.</summary>
    public IReadOnlyList<PlanEvent> Next => PlanStates.From(State);
}

/// <summary>A plan in a list.</summary>
/// <param name="Id">Key.</param>
/// <param name="PatientId">Whose.</param>
/// <param name="Patient">Their name, family name first.</param>
/// <param name="Indication">What it is for.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Sessions">How many sessions took place.</param>
/// <param name="EstimatedSessions">How many it is estimated to have.</param>
/// <param name="TouchUpDue">From when on it is freshened up.</param>
/// <param name="ChangedAt">When it was changed last.</param>
public sealed record PlanRow(
    long Id, long PatientId, string Patient, Indication Indication, PlanState State, long Sessions, int EstimatedSessions, DateOnly? TouchUpDue, DateTimeOffset ChangedAt);

/// <summary>What a plan is made of: all of it is replaced.</summary>
public sealed record PlanInput
{
    /// <summary>Whose. It can't be changed.</summary>
    public long? PatientId { get; init; }

    /// <summary>What it is for.</summary>
    public Indication? Indication { get; init; }

    /// <summary>How the hairline ends, where there is one.</summary>
    public HairlineStyle? Hairline { get; init; }

    /// <summary>What is to be reached, in words; at most 1,000 characters.</summary>
    public string? Target { get; init; }

    /// <summary>2 to 4; 3 when left out.</summary>
    public int? EstimatedSessions { get; init; }

    /// <summary>1 to 13 zones, each once.</summary>
    public IReadOnlyList<PlanZone>? Zones { get; init; }

    /// <summary>1 to 10 pigments.</summary>
    public IReadOnlyList<PlanPigment>? Pigments { get; init; }

    /// <summary>The input with its texts trimmed.</summary>
    /// <exception cref="RefusedException">Something is wrong with it; the fields say what.</exception>
    internal PlanInput Checked()
    {
        var checks = new Checks();
        checks.That(PatientId is not null, "patientId", $"Say which patient.");
        checks.That(Indication is not null, "indication", $"Say what it is for.");
        checks.That(EstimatedSessions is null or >= Course.LeastSessions and <= Course.MostSessions, "estimatedSessions", $"{Course.LeastSessions} to {Course.MostSessions} sessions.");
        checks.That(Zones is { Count: > 0 }, "zones", $"Choose at least one zone.");
        checks.That(Zones is null || Zones.All(z => z is { DensityPercent: >= 1 and <= 100 } && Enum.IsDefined(z.Zone)), "zones", $"A density is 1 to 100 %.");
        checks.That(Zones is null || Zones.DistinctBy(z => z.Zone).Count() == Zones.Count, "zones", $"A zone stands in it twice.");
        checks.That(Pigments is { Count: >= 1 and <= 10 }, "pigments", $"Name 1 to 10 pigments, each with shade and brand.");
        var target = checks.Optional(Target, "target", 1000);
        List<PlanPigment> pigments = [];
        foreach (var pigment in Pigments ?? []) pigments.Add(new(pigment.Id, checks.Require(pigment.Shade, "pigments", 50), checks.Require(pigment.Brand, "pigments", 100)));
        checks.Throw();
        return this with { Target = target, EstimatedSessions = EstimatedSessions ?? Course.UsualSessions, Pigments = [.. pigments.DistinctBy(p => p.Name)] };
    }
}

/// <summary>What happens to a plan, as a body.</summary>
/// <param name="Event">What.</param>
/// <param name="Reason">Why, where it says so: at most 500 characters.</param>
/// <param name="Satisfaction">How content the client is, 1 to 5, when it is completed.</param>
public sealed record PlanStepInput(PlanEvent? Event, string? Reason = null, int? Satisfaction = null);

/// <summary>One step of a plan's history.</summary>
/// <param name="Event">What happened.</param>
/// <param name="State">Where it stood then.</param>
/// <param name="Reason">Why.</param>
/// <param name="Actor">Who.</param>
/// <param name="At">When.</param>
public sealed record PlanHistory(PlanEvent Event, PlanState State, string? Reason, string Actor, DateTimeOffset At);
