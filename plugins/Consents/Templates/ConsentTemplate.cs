using System.Text.Json.Serialization;
using Smp.Consents.Records;
using Smp.Sdk;

namespace Smp.Consents.Templates;

/// <summary>How far a version of a form has come.</summary>
public enum VersionState
{
    /// <summary>Being written.</summary>
    Draft,

    /// <summary>Presented to clients. Never changed from here on.</summary>
    Published,

    /// <summary>Not presented any more; what was signed under it stays.</summary>
    Retired,
}

/// <summary>What the form does with clients who aren't of age.</summary>
public enum MinorsRule
{
    /// <summary>It can't be used for them. SMP: UK Tattooing of Minors Act 1969.</summary>
    Refused,

    /// <summary>A guardian signs after them.</summary>
    Guardian,
}

/// <summary>A question that shows whether the client has understood.</summary>
/// <param name="Text">The question.</param>
/// <param name="Answers">2 to 6 answers to choose from.</param>
/// <param name="Right">The place of the right one, from 0.</param>
public sealed record Question(string Text, IReadOnlyList<string> Answers, int Right);

/// <summary>A version's text in one language.</summary>
/// <param name="Language">Two small letters of ISO 639-1.</param>
/// <param name="Title">What the client reads above it. 1 to 200 characters.</param>
/// <param name="Source">Markdown with fields, as <see cref="TemplateText"/> reads it. At most 100,000 characters.</param>
/// <param name="Questions">At most 20; the same number in each language.</param>
public sealed record VersionText(string Language, string Title, string Source, IReadOnlyList<Question> Questions);

/// <summary>A form.</summary>
public sealed record ConsentTemplate
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Names a form that comes with the module; null for the clinic's own.</summary>
    public string? Shipped { get; init; }

    /// <summary>What staff call it.</summary>
    public required string Title { get; init; }

    /// <summary>What it is about.</summary>
    public required ConsentKind Kind { get; init; }

    /// <summary>The kinds of procedures that can't begin without it.</summary>
    public IReadOnlyList<string> Procedures { get; init; } = [];

    /// <summary>The version that is presented now; null when none is.</summary>
    public long? PublishedId { get; init; }

    /// <summary>Its number.</summary>
    public long? PublishedNumber { get; init; }

    /// <summary>The version that is being written; null when none is.</summary>
    public long? DraftId { get; init; }

    /// <summary>How many consents under it are in force.</summary>
    public required long InForce { get; init; }

    /// <summary>Counts its changes.</summary>
    public required long RowVersion { get; init; }
}

/// <summary>What a version says beside its texts: what is frozen with them.</summary>
public sealed record VersionRules
{
    /// <summary>Days between presentation and the first signature; 0 for none. AHPRA 2023 asks for 7 before a cosmetic procedure.</summary>
    public required int CoolingOffDays { get; init; }

    /// <summary>Months after which it isn't in force any more; 0 when it stays.</summary>
    public required int ExpiresMonths { get; init; }

    /// <summary>What it does with those who aren't of age.</summary>
    public required MinorsRule Minors { get; init; }

    /// <summary>Who signs, in this order. The client is among them.</summary>
    public required IReadOnlyList<SignatureMeaning> Signatures { get; init; }

    /// <summary>Whether the change to the version before matters so much that consents under it aren't in force any more.</summary>
    public bool MaterialChange { get; init; }

    /// <summary>What has changed, in a sentence; at most 500 characters.</summary>
    public string? ChangeNote { get; init; }
}

/// <summary>A version of a form.</summary>
public sealed record TemplateVersion
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>The form's key.</summary>
    public required long TemplateId { get; init; }

    /// <summary>1, 2, 3, …</summary>
    public required long Number { get; init; }

    /// <summary>How far it has come.</summary>
    public required VersionState State { get; init; }

    /// <summary>Days between presentation and the first signature.</summary>
    public required long CoolingOffDays { get; init; }

    /// <summary>Months after which it isn't in force any more; 0 when it stays.</summary>
    public required long ExpiresMonths { get; init; }

    /// <summary>What it does with those who aren't of age.</summary>
    public required MinorsRule Minors { get; init; }

    /// <summary>Who signs, as stored.</summary>
    [JsonIgnore]
    public string SignatureList { get; init; } = "";

    /// <summary>Who signs, in this order.</summary>
    public IReadOnlyList<SignatureMeaning> Signatures => [.. SignatureList.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<SignatureMeaning>)];

    /// <summary>Whether consents under the version before aren't in force any more.</summary>
    public required bool MaterialChange { get; init; }

    /// <summary>What has changed.</summary>
    public string? ChangeNote { get; init; }

    /// <summary>Counts its changes.</summary>
    public required long RowVersion { get; init; }

    /// <summary>Who began it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who published it.</summary>
    public string? PublishedBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>When another one took its place, or none.</summary>
    public DateTimeOffset? RetiredAt { get; init; }

    /// <summary>Its texts, by language.</summary>
    public IReadOnlyList<VersionText> Texts { get; init; } = [];

    /// <summary>What it says beside its texts.</summary>
    [JsonIgnore]
    public VersionRules Rules => new()
    {
        CoolingOffDays = (int)CoolingOffDays, ExpiresMonths = (int)ExpiresMonths, Minors = Minors, Signatures = Signatures, MaterialChange = MaterialChange, ChangeNote = ChangeNote,
    };
}
