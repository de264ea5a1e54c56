using Smp.Consents.Records;
using Smp.Sdk;

namespace Smp.Consents.Signing;

/// <summary>A signature that somebody gives.</summary>
public sealed record SignatureInput
{
    /// <summary>What it means: the one whose turn it is.</summary>
    public SignatureMeaning? Meaning { get; init; }

    /// <summary>What was drawn, as <see cref="Smp.Sdk.Strokes"/> reads it. This, a typed name, or a picture of the paper.</summary>
    public string? Strokes { get; init; }

    /// <summary>The name, typed in place of a drawing. At most 200 characters.</summary>
    public string? Typed { get; init; }

    /// <summary>A picture of what was signed on paper: JPEG or PNG, at most 8,000,000 bytes.</summary>
    public byte[]? Scan { get; init; }

    /// <summary>Whose signature it is. Left out for the client, and for staff: their names are known.</summary>
    public string? PrintedName { get; init; }

    /// <summary>What they are to the client: "mother", "sworn interpreter". At most 100 characters; a guardian says it.</summary>
    public string? Relation { get; init; }

    /// <summary>Whether whoever is signed in signs, as a witness or an interpreter. A practitioner always does.</summary>
    public bool AsStaff { get; init; }

    /// <summary>The password again, of staff who sign.</summary>
    public string? Password { get; init; }

    /// <summary>Whether staff sign it: with their password again.</summary>
    internal bool ByStaff => AsStaff || Meaning is SignatureMeaning.PractitionerDisclosure;

    /// <summary>What was given, read.</summary>
    /// <exception cref="RefusedException">Something in it needs another look.</exception>
    internal (SignatureMeaning Meaning, SignatureMethod Method, Strokes? Drawn) Checked()
    {
        var checks = new Checks();
        checks.That(Meaning is { } meaning && Enum.IsDefined(meaning), "meaning", $"Say what the signature means.");
        checks.That(!AsStaff || Meaning is not (SignatureMeaning.PatientConsent or SignatureMeaning.GuardianConsent), "asStaff", $"Nobody who works here signs for a client.");
        var typed = checks.Optional(Typed, "typed", 200);
        var drawn = Read(checks);
        checks.That(Scan is null || MediaType is not null, "scan", $"This is no JPEG or PNG.");
        checks.That(Scan is null || Scan.Length <= MaxScan, "scan", $"At most {MaxScan / 1_000_000} million bytes; this has {Scan?.Length ?? 0}.");
        if (drawn is null && typed is null && Scan is null && checks.Passed) checks.Add("strokes", $"Sign in the box, or type the name.");
        checks.Throw();
        return (Meaning!.Value, drawn is not null ? SignatureMethod.Drawn : typed is not null ? SignatureMethod.Typed : SignatureMethod.WetInkScan, drawn);
    }

    /// <summary>What the picture is, by its first bytes; null when it is none that is taken.</summary>
    internal string? MediaType => Scan switch { [0xFF, 0xD8, 0xFF, ..] => "image/jpeg", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png", _ => null };

    private const int MaxScan = 8_000_000;

    private Strokes? Read(Checks checks)
    {
        if (string.IsNullOrEmpty(Strokes)) return null;
        try
        {
            var drawn = Smp.Sdk.Strokes.Parse(Strokes);
            if (!drawn.IsBlank) return drawn;
            checks.Add("strokes", $"There is only a dot on the pad. Sign there, or type the name.");
        }
        catch (FormatException)
        {
            checks.Add("strokes", $"What was drawn can't be read. Clear the pad and sign again, or type the name.");
        }

        return null;
    }
}
