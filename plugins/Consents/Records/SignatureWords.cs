namespace Smp.Consents.Records;

/// <summary>What signatures mean, in words.</summary>
internal static class SignatureWords
{
    /// <summary>As it stands beside the signature (21 CFR 11.50), in English; translated where it is shown.</summary>
    public static string Of(SignatureMeaning meaning) => meaning switch
    {
        SignatureMeaning.PatientConsent => "The client consents",
        SignatureMeaning.GuardianConsent => "The guardian consents for the client",
        SignatureMeaning.Witness => "Witness of the signature",
        SignatureMeaning.PractitionerDisclosure => "Practitioner who explained it and answered questions",
        SignatureMeaning.Interpreter => "Interpreter who put it into the client’s language",
        _ => throw new ArgumentOutOfRangeException(nameof(meaning)),
    };
}
