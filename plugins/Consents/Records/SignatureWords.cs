using Microsoft.Extensions.Localization;

namespace Smp.Consents.Records;

/// <summary>What signatures mean, in words.</summary>
internal static class SignatureWords
{
    /// <summary>As it stands beside the signature (21 CFR 11.50), in the clinic’s language.</summary>
    public static string Of(SignatureMeaning meaning, IStringLocalizer<ConsentsTexts> T) => meaning switch
    {
        SignatureMeaning.PatientConsent => T["The client consents"],
        SignatureMeaning.GuardianConsent => T["The guardian consents for the client"],
        SignatureMeaning.Witness => T["Witness of the signature"],
        SignatureMeaning.PractitionerDisclosure => T["Practitioner who explained it and answered questions"],
        SignatureMeaning.Interpreter => T["Interpreter who put it into the client’s language"],
        _ => throw new ArgumentOutOfRangeException(nameof(meaning)),
    };
}
