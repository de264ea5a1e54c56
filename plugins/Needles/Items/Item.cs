using System.Globalization;
using Smp.Needles.Scanning;
using Smp.Sdk;

namespace Smp.Needles.Items;

/// <summary>Something that is bought by the box and comes in lots.</summary>
public sealed record Item
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Who makes it.</summary>
    public required string Manufacturer { get; init; }

    /// <summary>Its trade name.</summary>
    public required string Name { get; init; }

    /// <summary>Name, configuration and diameter, as shown: "Kwadron 3RL 0.30 mm".</summary>
    public required string Title { get; init; }

    /// <summary>The maker's number for it (REF on the label).</summary>
    public string? Ref { get; init; }

    /// <summary>GTIN of the box, 14 digits.</summary>
    public string? Gtin { get; init; }

    /// <summary>What kind of thing it is.</summary>
    public required SupplyKind Kind { get; init; }

    /// <summary>Needle configuration: <c>3RL</c>.</summary>
    public string? Configuration { get; init; }

    /// <summary>Diameter in micrometres: 300 is 0.30 mm.</summary>
    public int? DiameterMicrometres { get; init; }

    /// <summary>How many units are in a box.</summary>
    public required int UnitsPerBox { get; init; }

    /// <summary>Whether it comes sterile: its lots then have a use-by date.</summary>
    public required bool Sterile { get; init; }

    /// <summary>Whether the clinic still buys it. Lots of one that it doesn't can be used up.</summary>
    public required bool Active { get; init; }

    /// <summary>How many days a bottle or box keeps once opened, 0 for the same day; null when only its lot's use-by date counts.</summary>
    public int? DiscardAfterDays { get; init; }

    /// <summary>Whether one bottle or box may serve several patients.</summary>
    public bool MultiPatient { get; init; }

    /// <summary>What a bottle holds, in microlitres: 15,000 is 15 ml.</summary>
    public long? ContentsMicrolitres { get; init; }

    /// <summary>How many pieces a box in use holds.</summary>
    public int? ContentsPieces { get; init; }

    /// <summary>What it contains that patients are allergic to.</summary>
    public IReadOnlyList<Substance> Contains { get; init; } = [];

    /// <summary>Counts the changes; an edit says which one it was made from.</summary>
    public required long RowVersion { get; init; }

    /// <summary>Whether it can be opened as a bottle or box that is taken from more than once.</summary>
    public bool ComesInContainers => InContainers(Kind);

    internal static bool InContainers(SupplyKind kind) =>
        kind is SupplyKind.Pigment or SupplyKind.Anaesthetic or SupplyKind.Diluent or SupplyKind.HoldingSolution or SupplyKind.Other;
}

/// <summary>What patients are allergic to, in the words of the contract table <c>patient_allergies</c>.</summary>
public enum Substance
{
    /// <summary>Lidocaine.</summary>
    Lidocaine,

    /// <summary>Another amide anaesthetic: bupivacaine, ropivacaine, …</summary>
    OtherAmideAnaesthetic,

    /// <summary>An ester anaesthetic: tetracaine, benzocaine, …</summary>
    EsterAnaesthetic,

    /// <summary>Adrenaline.</summary>
    Adrenaline,

    /// <summary>Latex.</summary>
    Latex,

    /// <summary>A pigment.</summary>
    Pigment,

    /// <summary>Nickel.</summary>
    Nickel,

    /// <summary>An antibiotic.</summary>
    Antibiotic,

    /// <summary>An antiseptic: chlorhexidine, iodine, …</summary>
    Antiseptic,

    /// <summary>An adhesive.</summary>
    Adhesive,
}

/// <summary>An item, as somebody enters it.</summary>
public sealed record ItemInput
{
    /// <summary>Who makes it; 1 to 100 characters.</summary>
    public string? Manufacturer { get; init; }

    /// <summary>Its trade name; 1 to 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>The maker's number for it (REF on the label); at most 30 characters, one of its kind for each manufacturer.</summary>
    public string? Ref { get; init; }

    /// <summary>GTIN of the box: 8, 12, 13 or 14 digits with a right check digit; kept as 14.</summary>
    public string? Gtin { get; init; }

    /// <summary>What kind of thing it is.</summary>
    public SupplyKind? Kind { get; init; }

    /// <summary>Needle configuration, a count and RL, RS, M or F; only for cartridges and bars.</summary>
    public string? Configuration { get; init; }

    /// <summary>Diameter in micrometres, 50 to 5,000; only for cartridges, bars and punches.</summary>
    public int? DiameterMicrometres { get; init; }

    /// <summary>How many units are in a box, 1 to 10,000. Default 1.</summary>
    public int? UnitsPerBox { get; init; }

    /// <summary>Whether it comes sterile. Default true.</summary>
    public bool? Sterile { get; init; }

    /// <summary>Whether the clinic still buys it. Default true.</summary>
    public bool? Active { get; init; }

    /// <summary>How many days a bottle or box keeps once opened, 0 (the same day) to 3,650; only for what comes in bottles or boxes.</summary>
    public int? DiscardAfterDays { get; init; }

    /// <summary>Whether one bottle or box may serve several patients. Default false.</summary>
    public bool? MultiPatient { get; init; }

    /// <summary>What a bottle holds, 1 to 10,000,000 microlitres.</summary>
    public long? ContentsMicrolitres { get; init; }

    /// <summary>How many pieces a box in use holds, 1 to 10,000; not of a bottle.</summary>
    public int? ContentsPieces { get; init; }

    /// <summary>What it contains that patients are allergic to.</summary>
    public IReadOnlyList<Substance>? Contains { get; init; }

    /// <summary>Name, configuration and diameter, as shown.</summary>
    internal string Title => string.Join(' ', new[]
    {
        Name, Configuration,
        DiameterMicrometres is { } wide ? string.Create(CultureInfo.InvariantCulture, $"{wide / 1000m:0.00##} mm") : null,
    }.Where(part => part is not null));

    /// <summary>Checks and tidies every field.</summary>
    /// <exception cref="RefusedException">With every field that needs another look.</exception>
    public ItemInput Checked()
    {
        var checks = new Checks();
        var result = this with
        {
            Manufacturer = checks.Require(Manufacturer, "manufacturer", 100),
            Name = checks.Require(Name, "name", 100),
            Ref = checks.Optional(Ref, "ref", 30),
            Gtin = checks.Optional(Gtin?.Replace(" ", "", StringComparison.Ordinal), "gtin", 14),
            Configuration = checks.Optional(Configuration, "configuration", 10),
            UnitsPerBox = UnitsPerBox ?? 1,
            Sterile = Sterile ?? true,
            Active = Active ?? true,
            MultiPatient = MultiPatient ?? false,
            Contains = [.. (Contains ?? []).Distinct().Order()],
        };
        checks.That(Kind is not null, "kind", $"Say what kind of thing it is.");
        checks.That(result.UnitsPerBox is >= 1 and <= 10_000, "unitsPerBox", $"A box holds 1 to 10,000 units.");

        if (result.Gtin is { Length: <= 14 } gtin)
        {
            var reading = new Reading(default);
            if (Gs1Code.IsGtin(gtin)) reading.Gtin("GTIN", gtin);
            checks.That(Gs1Code.IsGtin(gtin), "gtin", $"A GTIN has 8, 12, 13 or 14 digits.");
            checks.That(!reading.Failed, "gtin", $"The last digit of {gtin} doesn't fit the others. Compare with the box.");
            result = result with { Gtin = gtin.PadLeft(14, '0') };
        }

        var needles = Kind is SupplyKind.NeedleCartridge or SupplyKind.NeedleBar;
        if (result.Configuration is { } text)
        {
            checks.That(needles, "configuration", $"Only needle cartridges and bars have a configuration.");
            if (NeedleConfiguration.TryParse(text, out var configuration)) result = result with { Configuration = configuration.ToString() };
            else checks.Add("configuration", $"A configuration is a count of 1 to 99 and RL, RS, M or F, such as 3RL.");
        }

        if (DiameterMicrometres is { } diameter)
        {
            checks.That(needles || Kind is SupplyKind.PunchTip, "diameterMicrometres", $"Only needles and punches have a diameter.");
            checks.That(diameter is >= 50 and <= 5000, "diameterMicrometres", $"A diameter is 0.05 to 5 mm: 50 to 5,000 micrometres.");
        }

        CheckContainers(checks);
        checks.Throw();
        return result;
    }

    private void CheckContainers(Checks checks)
    {
        var inContainers = Kind is not { } kind || Item.InContainers(kind);
        checks.That(inContainers || DiscardAfterDays is null, "discardAfterDays", $"Only what comes in bottles or boxes keeps for some days once opened.");
        checks.That(inContainers || MultiPatient is not true, "multiPatient", $"This is for one patient in one procedure.");
        checks.That(inContainers || ContentsMicrolitres is null, "contentsMicrolitres", $"Only what comes in bottles has a volume.");
        checks.That(inContainers || ContentsPieces is null, "contentsPieces", $"Only what comes in boxes that are taken from has pieces in it.");
        checks.That(DiscardAfterDays is null or >= 0 and <= 3650, "discardAfterDays", $"0 to 3,650 days; 0 is the same day.");
        checks.That(ContentsMicrolitres is null or >= 1 and <= 10_000_000, "contentsMicrolitres", $"A bottle holds up to 10,000 ml: 1 to 10,000,000 microlitres.");
        checks.That(ContentsPieces is null or >= 1 and <= 10_000, "contentsPieces", $"A box holds 1 to 10,000 pieces.");
        checks.That(ContentsMicrolitres is null || ContentsPieces is null, "contentsPieces", $"It holds a volume or pieces, not both.");
        checks.That((Contains ?? []).All(Enum.IsDefined), "contains", $"This is no substance that allergies are coded with.");
    }
}
