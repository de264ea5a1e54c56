using System.Text.Json;
using System.Text.Json.Serialization;
using Smp.Consents.Presenting;
using Smp.Sdk;

namespace Smp.Consents.Records;

/// <summary>How a signature was given.</summary>
public enum SignatureMethod
{
    /// <summary>Drawn on the screen.</summary>
    Drawn,

    /// <summary>The name was typed.</summary>
    Typed,

    /// <summary>On paper, of which there is a picture.</summary>
    WetInkScan,
}

/// <summary>A consent, as stored.</summary>
public sealed record ConsentRecord
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Whose.</summary>
    public required long PatientId { get; init; }

    /// <summary>The form's key.</summary>
    public required long TemplateId { get; init; }

    /// <summary>The key of the form's version.</summary>
    public required long VersionId { get; init; }

    /// <summary>Its number.</summary>
    public required long Version { get; init; }

    /// <summary>What it is about.</summary>
    public required ConsentKind Kind { get; init; }

    /// <summary>The form's title, as the client reads it.</summary>
    public required string Title { get; init; }

    /// <summary>Two small letters of ISO 639-1.</summary>
    public required string Language { get; init; }

    /// <summary>Where it stands.</summary>
    public required ConsentState State { get; init; }

    /// <summary>What the client was shown, as JSON.</summary>
    [JsonIgnore]
    public string? Presented { get; init; }

    /// <summary>SHA-256 of what the client was shown.</summary>
    public string? PresentedHash { get; init; }

    /// <summary>When they were.</summary>
    public DateTimeOffset? PresentedAt { get; init; }

    /// <summary>By whom.</summary>
    public string? PresentedBy { get; init; }

    /// <summary>From when on it can be signed.</summary>
    public DateTimeOffset? SignFrom { get; init; }

    /// <summary>The client's answers, as JSON.</summary>
    [JsonIgnore]
    public string AnswersJson { get; init; } = "{}";

    /// <summary>The client's answers, by field.</summary>
    public IReadOnlyDictionary<string, string> Answers => JsonSerializer.Deserialize(AnswersJson, ConsentJson.Default.SortedDictionaryStringString)!;

    /// <summary>When the last signature was given.</summary>
    public DateTimeOffset? SignedAt { get; init; }

    /// <summary>The last day in force; null when it stays.</summary>
    public DateOnly? ExpiresOn { get; init; }

    /// <summary>SHA-256 of the signed document.</summary>
    public string? DocumentSha256 { get; init; }

    /// <summary>SHA-256 of its print; null until it was printed.</summary>
    public string? PdfSha256 { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Who ended it.</summary>
    public string? EndedBy { get; init; }

    /// <summary>Why, where that was said.</summary>
    public string? EndReason { get; init; }

    /// <summary>The consent in its place.</summary>
    public long? SupersededBy { get; init; }

    /// <summary>Counts its changes.</summary>
    public required long RowVersion { get; init; }

    /// <summary>Who prepared it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether it can go on towards a signature.</summary>
    public bool Open => State is ConsentState.Draft or ConsentState.Presented or ConsentState.Understood or ConsentState.CoolingOff;

    /// <summary>Whether it counts on a day: in force, and not past its last day.</summary>
    public bool CountsOn(DateOnly day) => State is ConsentState.Active && (ExpiresOn is null || day <= ExpiresOn);

    internal const string Columns = """
        r.id, r.patient_id, r.template_id, r.version_id, v.number AS version, r.kind, r.title, r.language, r.state, r.presented, r.presented_hash, r.presented_at, r.presented_by, r.sign_from,
        r.answers AS answers_json, r.signed_at, r.expires_on, r.document_sha256, r.pdf_sha256, r.ended_at, r.ended_by, r.end_reason, r.superseded_by, r.row_version, r.created_by, r.created_at
        FROM consents__records r JOIN consents__versions v ON v.id = r.version_id
        """;
}

/// <summary>A signature, as stored. Printed name, time and meaning stand wherever it is shown (21 CFR 11.50).</summary>
public sealed record Signature
{
    /// <summary>What it means.</summary>
    public required SignatureMeaning Meaning { get; init; }

    /// <summary>How it was given.</summary>
    public required SignatureMethod Method { get; init; }

    /// <summary>Whose.</summary>
    public required string PrintedName { get; init; }

    /// <summary>What they are to the client, where they are neither the client nor staff.</summary>
    public string? Relation { get; init; }

    /// <summary>The member of staff.</summary>
    public long? StaffId { get; init; }

    /// <summary>What was drawn, as JSON.</summary>
    public string? Strokes { get; init; }

    /// <summary>SHA-256 of the picture of what was signed on paper.</summary>
    public string? ScanSha256 { get; init; }

    /// <summary>Whether it was given at home, by a link.</summary>
    public required bool Remote { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset SignedAt { get; init; }

    internal const string Select = "SELECT meaning, method, printed_name, relation, staff_id, strokes, scan_sha256, remote, signed_at FROM consents__signatures WHERE record_id = @id ORDER BY position";
}

/// <summary>A try at the questions.</summary>
/// <param name="RightCount">How many were right.</param>
/// <param name="QuestionCount">Of how many.</param>
/// <param name="At">When.</param>
public sealed record QuizTry(long RightCount, long QuestionCount, DateTimeOffset At);

/// <summary>Whether the client is able to decide, as somebody found.</summary>
/// <param name="Able">Whether they are.</param>
/// <param name="Note">How that was found.</param>
/// <param name="By">Who found so.</param>
/// <param name="At">When.</param>
public sealed record Capacity(bool Able, string Note, string By, DateTimeOffset At);

/// <summary>That a consent was taken back.</summary>
/// <param name="Way">How the client said so.</param>
/// <param name="Reason">Why, if they said that; nobody has to.</param>
/// <param name="RecordedBy">Who wrote it down.</param>
/// <param name="At">When.</param>
/// <param name="SeenAt">When what it brings about was seen to.</param>
/// <param name="SeenBy">By whom.</param>
/// <param name="SeenNote">What was done.</param>
public sealed record Withdrawal(WithdrawalWay Way, string? Reason, string RecordedBy, DateTimeOffset At, DateTimeOffset? SeenAt, string? SeenBy, string? SeenNote);

/// <summary>How a client takes a consent back.</summary>
public enum WithdrawalWay
{
    /// <summary>They said so here.</summary>
    InPerson,

    /// <summary>By phone.</summary>
    Phone,

    /// <summary>By letter.</summary>
    Letter,

    /// <summary>By e-mail.</summary>
    Email,

    /// <summary>By the link that they got.</summary>
    Link,
}

/// <summary>A consent with everything that belongs to it.</summary>
/// <param name="Record">Itself.</param>
/// <param name="Signatures">Given so far, in order.</param>
/// <param name="Tries">At the questions, in order.</param>
/// <param name="Capacities">What was found about the client's being able to decide, in order.</param>
/// <param name="Withdrawal">That it was taken back.</param>
public sealed record ConsentFile(ConsentRecord Record, IReadOnlyList<Signature> Signatures, IReadOnlyList<QuizTry> Tries, IReadOnlyList<Capacity> Capacities, Withdrawal? Withdrawal)
{
    /// <summary>What the client was shown; null in a draft.</summary>
    [JsonIgnore]
    public PresentedForm? Form => form ??= Record.Presented is { } json ? PresentedForm.Parse(json) : null;

    private PresentedForm? form;

    /// <summary>Its life; null in a draft.</summary>
    internal Consent? Life => Form is { } shown
        ? Consent.Kept(shown.Completeness(), shown.Questions.Count > 0, TimeSpan.FromDays(shown.CoolingOffDays), Record.State, Record.PresentedAt!.Value, Record.Answers, [.. Signatures.Select(s => s.Meaning)])
        : null;

    /// <summary>Whether somebody found the client unable to decide, and nobody found otherwise since.</summary>
    internal bool Unable => Capacities is [.., { Able: false }] && Form is { } shown && !shown.Signatures.Contains(SignatureMeaning.GuardianConsent);

    /// <summary>The fields that still need something, by name; empty in a draft.</summary>
    public IReadOnlyList<string> Missing => Record.Open && Life is { } life ? [.. life.Form.Missing(life.Answers).Select(f => f.Name)] : [];

    /// <summary>Who signs next; null when nobody does.</summary>
    public SignatureMeaning? Next => Record.Open && Life is { } life ? life.Form.Next(life.Signatures) : null;
}
