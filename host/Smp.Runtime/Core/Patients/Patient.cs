using System.Text;
using Smp.Sdk;

namespace Smp.Runtime.Core.Patients;

/// <summary>Sex at birth, as it bears on dosing and hair-loss patterns.</summary>
public enum SexAtBirth
{
    /// <summary>Female.</summary>
    Female,

    /// <summary>Male.</summary>
    Male,

    /// <summary>Intersex.</summary>
    Intersex,

    /// <summary>Not known.</summary>
    Unknown,
}

/// <summary>Skin type after Fitzpatrick (1988).</summary>
public enum Fitzpatrick
{
    /// <summary>Always burns, never tans.</summary>
    I,

    /// <summary>Burns easily, tans little.</summary>
    II,

    /// <summary>Burns sometimes, tans evenly.</summary>
    III,

    /// <summary>Burns little, tans well.</summary>
    IV,

    /// <summary>Rarely burns, tans deeply.</summary>
    V,

    /// <summary>Never burns.</summary>
    VI,
}

/// <summary>What a patient may be allergic to that touches patients here. Coded, so that items and drugs can be checked against it.</summary>
public enum AllergySubstance
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

    /// <summary>Something else, said in the detail.</summary>
    Other,
}

/// <summary>One allergy.</summary>
/// <param name="Substance">To what.</param>
/// <param name="Detail">More about it, such as the reaction; at most 100 characters. Needed for <see cref="AllergySubstance.Other"/>.</param>
public sealed record Allergy(AllergySubstance Substance, string? Detail = null);

/// <summary>A patient's record, as stored.</summary>
public sealed record Patient
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>The file number as printed: <c>P-000123</c>.</summary>
    public string Number => PatientSummary.NumberOf(Id);

    /// <summary>First names.</summary>
    public required string GivenName { get; init; }

    /// <summary>Last name.</summary>
    public required string FamilyName { get; init; }

    /// <summary>What they like to be called.</summary>
    public string? PreferredName { get; init; }

    /// <summary>Date of birth.</summary>
    public required DateOnly BirthDate { get; init; }

    /// <summary>Sex at birth.</summary>
    public SexAtBirth? SexAtBirth { get; init; }

    /// <summary>Phone, as given.</summary>
    public string? Phone { get; init; }

    /// <summary>E-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>Postal address.</summary>
    public string? Address { get; init; }

    /// <summary>Language they read, as a BCP 47 tag: <c>de-AT</c>.</summary>
    public string? Language { get; init; }

    /// <summary>Skin type.</summary>
    public Fitzpatrick? Fitzpatrick { get; init; }

    /// <summary>Medicines they take.</summary>
    public string? Medications { get; init; }

    /// <summary>Conditions they have.</summary>
    public string? Conditions { get; init; }

    /// <summary>What everybody must know, one alert a line.</summary>
    public string? Alerts { get; init; }

    /// <summary>Allergies; empty when none is known.</summary>
    public IReadOnlyList<Allergy> Allergies { get; init; } = [];

    /// <summary>When the record was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Counts the changes; an edit says which one it was made from.</summary>
    public required long RowVersion { get; init; }

    /// <summary>As other modules know them.</summary>
    public PatientSummary Summary() => new(Id, GivenName, FamilyName, PreferredName, BirthDate);
}

/// <summary>A patient's record, as somebody enters it.</summary>
public sealed record PatientInput
{
    /// <summary>First names; 1 to 100 characters.</summary>
    public string? GivenName { get; init; }

    /// <summary>Last name; 1 to 100 characters.</summary>
    public string? FamilyName { get; init; }

    /// <summary>What they like to be called; at most 100 characters.</summary>
    public string? PreferredName { get; init; }

    /// <summary>Date of birth; not in the future, not over 130 years ago.</summary>
    public DateOnly? BirthDate { get; init; }

    /// <summary>Sex at birth.</summary>
    public SexAtBirth? SexAtBirth { get; init; }

    /// <summary>Phone: digits, spaces, <c>+ - ( ) / .</c>; 5 to 20 digits.</summary>
    public string? Phone { get; init; }

    /// <summary>E-mail address; at most 254 characters.</summary>
    public string? Email { get; init; }

    /// <summary>Postal address; at most 500 characters.</summary>
    public string? Address { get; init; }

    /// <summary>Language they read, as a BCP 47 tag.</summary>
    public string? Language { get; init; }

    /// <summary>Skin type.</summary>
    public Fitzpatrick? Fitzpatrick { get; init; }

    /// <summary>Medicines they take; at most 2,000 characters.</summary>
    public string? Medications { get; init; }

    /// <summary>Conditions they have; at most 2,000 characters.</summary>
    public string? Conditions { get; init; }

    /// <summary>What everybody must know, one alert a line; at most 500 characters.</summary>
    public string? Alerts { get; init; }

    /// <summary>Allergies; at most 20.</summary>
    public IReadOnlyList<Allergy>? Allergies { get; init; }

    /// <summary>Said after the likely duplicates were shown: this is somebody else.</summary>
    public bool ConfirmedNew { get; init; }

    /// <summary>Checks and tidies every field.</summary>
    /// <exception cref="RefusedException">With every field that needs another look.</exception>
    public PatientInput Checked(DateOnly today)
    {
        var checks = new Checks();
        var result = this with
        {
            GivenName = checks.Require(GivenName, "givenName", 100),
            FamilyName = checks.Require(FamilyName, "familyName", 100),
            PreferredName = checks.Optional(PreferredName, "preferredName", 100),
            Phone = checks.Optional(Phone, "phone", 40),
            Email = checks.Optional(Email, "email", 254),
            Address = checks.Optional(Address, "address", 500),
            Language = checks.Optional(Language, "language", 35),
            Medications = checks.Optional(Medications, "medications", 2000),
            Conditions = checks.Optional(Conditions, "conditions", 2000),
            Alerts = checks.Optional(Alerts, "alerts", 500),
            Allergies = [.. (Allergies ?? []).OfType<Allergy>().Select(a => a with { Detail = checks.Optional(a.Detail, "allergies", 100) }).Distinct()],
        };
        if (BirthDate is not { } born) checks.Add("birthDate", $"This is needed.");
        else if (born > today) checks.Add("birthDate", $"{born} is in the future.");
        else if (born < today.AddYears(-130)) checks.Add("birthDate", $"{born} is over 130 years ago.");

        if (result.Phone is { } phone)
        {
            var digits = phone.Count(char.IsAsciiDigit);
            checks.That(phone.All(c => char.IsAsciiDigit(c) || " +-()/.".Contains(c)), "phone",
                $"A phone number has digits, spaces and + - ( ) / . only.");
            checks.That(digits is >= 5 and <= 20, "phone", $"A phone number has 5 to 20 digits; this has {digits}.");
        }

        if (result.Email is { } email)
        {
            var at = email.IndexOf('@');
            checks.That(at > 0 && at == email.LastIndexOf('@') && email.IndexOf('.', at) > at + 1 && !email.EndsWith('.')
                && !email.Any(char.IsWhiteSpace), "email", $"An e-mail address looks like name@example.org.");
        }

        if (result.Language is { } language)
        {
            checks.That(language.Length >= 2 && language.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'), "language",
                $"A language is a tag such as en, de-AT or ar.");
        }

        checks.That(result.Allergies.Count <= 20, "allergies", $"At most 20 allergies.");
        checks.That(result.Allergies.All(a => a.Substance != AllergySubstance.Other || a.Detail is not null), "allergies",
            $"Say what the other allergy is to.");
        checks.Throw();
        return result;
    }

    /// <summary>The phone's digits without an international prefix's zeros, as duplicates are found by; null without a phone.</summary>
    internal static string? PhoneKey(string? phone)
    {
        if (phone is null) return null;
        var digits = string.Concat(phone.Where(char.IsAsciiDigit)).TrimStart('0');
        // The last nine digits are the subscriber's, with or without country and area prefixes.
        return digits.Length > 9 ? digits[^9..] : digits;
    }

    /// <summary>
    /// The phone's digits as somebody may begin to type them: as given, and without a country code, which has one to three digits.
    /// </summary>
    internal static IEnumerable<string> PhoneWords(string? phone)
    {
        if (phone is null) return [];
        var digits = string.Concat(phone.Where(char.IsAsciiDigit)).TrimStart('0');
        var international = phone.StartsWith('+') || phone.StartsWith("00", StringComparison.Ordinal);
        return international && digits.Length > 6 ? [digits, digits[1..], digits[2..], digits[3..]] : [digits];
    }

    /// <summary>A name without case and diacritics, letters only, as names are compared.</summary>
    internal static string NameKey(string name)
    {
        var plain = new StringBuilder();
        foreach (var c in name.Normalize(NormalizationForm.FormD))
        {
            if (char.IsLetter(c)) plain.Append(char.ToLowerInvariant(c));
        }

        return plain.ToString();
    }
}

/// <summary>Somebody who may be the same person.</summary>
/// <param name="Id">Key.</param>
/// <param name="Name">Family name first.</param>
/// <param name="BirthDate">Date of birth.</param>
/// <param name="Because">What is alike: <c>name</c>, <c>phone</c>, <c>email</c>.</param>
public sealed record LikelyDuplicate(long Id, string Name, DateOnly BirthDate, IReadOnlyList<string> Because);
