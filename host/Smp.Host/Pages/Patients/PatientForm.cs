using System.Globalization;
using Microsoft.Extensions.Localization;
using Smp.Runtime.Core.Patients;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Pages.Patients;

/// <summary>A patient's record as the fields of <see cref="PatientFields"/>: filled in, and read back.</summary>
internal static class PatientForm
{
    /// <summary>How many rows of allergies a form has; a record holds no more.</summary>
    public const int Rows = 20;

    /// <summary>The name of the field that says what an allergy is to. Rows count from 1.</summary>
    public static string SubstanceIn(int row) => string.Create(CultureInfo.InvariantCulture, $"allergy{row}");

    /// <summary>The name of the field with more about an allergy.</summary>
    public static string DetailIn(int row) => string.Create(CultureInfo.InvariantCulture, $"allergy{row}Detail");

    /// <summary>Fills the form with a record.</summary>
    public static void Prefill(FormState form, Patient patient)
    {
        form.Prefill("givenName", patient.GivenName);
        form.Prefill("familyName", patient.FamilyName);
        form.Prefill("preferredName", patient.PreferredName);
        form.Prefill("birthDate", patient.BirthDate);
        form.Prefill("sexAtBirth", patient.SexAtBirth);
        form.Prefill("phone", patient.Phone);
        form.Prefill("email", patient.Email);
        form.Prefill("address", patient.Address);
        form.Prefill("language", patient.Language);
        form.Prefill("fitzpatrick", patient.Fitzpatrick);
        form.Prefill("medications", patient.Medications);
        form.Prefill("conditions", patient.Conditions);
        form.Prefill("alerts", patient.Alerts);
        for (var i = 0; i < patient.Allergies.Count; i++)
        {
            form.Prefill(SubstanceIn(i + 1), patient.Allergies[i].Substance);
            form.Prefill(DetailIn(i + 1), patient.Allergies[i].Detail);
        }
    }

    /// <summary>Reads the form.</summary>
    /// <exception cref="RefusedException">A field can't be read, or one that is needed is empty.</exception>
    public static PatientInput Read(FormState form)
    {
        var input = new PatientInput
        {
            GivenName = form.Text("givenName"),
            FamilyName = form.Text("familyName"),
            PreferredName = form.Text("preferredName"),
            BirthDate = form.Date("birthDate"),
            SexAtBirth = form.Choice<SexAtBirth>("sexAtBirth"),
            Phone = form.Text("phone"),
            Email = form.Text("email"),
            Address = form.Text("address"),
            Language = form.Text("language"),
            Fitzpatrick = form.Choice<Fitzpatrick>("fitzpatrick"),
            Medications = form.Text("medications"),
            Conditions = form.Text("conditions"),
            Alerts = form.Text("alerts"),
            Allergies = [.. Enumerable.Range(1, Rows).Select(row => AllergyIn(form, row)).OfType<Allergy>()],
            ConfirmedNew = form.Ticked("confirmedNew"),
        };
        form.Check();
        return input;
    }

    /// <summary>How many rows of allergies are seen without a script: those that are filled, one more, and four at least.</summary>
    public static int RowsOf(FormState form)
    {
        var last = Enumerable.Range(1, Rows).LastOrDefault(row => form.Text(SubstanceIn(row)).Length > 0 || form.Text(DetailIn(row)).Length > 0);
        return Math.Clamp(last + 1, 4, Rows);
    }

    /// <summary>What stands in the record otherwise than in the form: the field's label, what the record has, and what was typed.</summary>
    public static IReadOnlyList<(string Label, string Recorded, string Typed)> Differences(
        FormState form, Patient patient, IStringLocalizer<HostTexts> T, Words words)
    {
        var recorded = new FormState();
        Prefill(recorded, patient);
        (string Label, Func<FormState, string> Shown)[] fields =
        [
            (T["Given name"], f => f.Text("givenName")),
            (T["Family name"], f => f.Text("familyName")),
            (T["Likes to be called"], f => f.Text("preferredName")),
            (T["Birth date"], f => f.Date("birthDate") is { } day ? words.Date(day) : ""),
            (T["Sex at birth"], f => f.Choice<SexAtBirth>("sexAtBirth") is { } sex ? words.Name(sex) : ""),
            (T["Phone"], f => f.Text("phone")),
            (T["E-mail"], f => f.Text("email")),
            (T["Address"], f => f.Text("address")),
            (T["Language"], f => f.Text("language") is { Length: > 0 } tag ? Languages.NameOf(tag) : ""),
            (T["Skin type"], f => f.Text("fitzpatrick")),
            (T["Allergies"], f => string.Join("; ", Enumerable.Range(1, Rows)
                .Where(row => f.Text(SubstanceIn(row)).Length > 0)
                .Select(row => Shown(f.Choice<AllergySubstance>(SubstanceIn(row)), f.Text(DetailIn(row)), words)))),
            (T["Medications"], f => f.Text("medications")),
            (T["Conditions"], f => f.Text("conditions")),
            (T["Alerts"], f => f.Text("alerts")),
        ];
        return [.. fields.Select(f => (f.Label, f.Shown(recorded), f.Shown(form))).Where(f => f.Item2 != f.Item3)];
    }

    private static string Shown(AllergySubstance? substance, string detail, Words words) => substance is not { } to ? detail
        : detail.Length == 0 ? words.Text(AllergyWords.Of(to))
        : $"{words.Text(AllergyWords.Of(to))} ({detail})";

    private static Allergy? AllergyIn(FormState form, int row)
    {
        var substance = form.Choice<AllergySubstance>(SubstanceIn(row));
        var detail = form.Text(DetailIn(row));
        if (detail.Length > 100) form.Error(DetailIn(row), $"At most {100} characters; this has {detail.Length}.");
        if (substance is AllergySubstance.Other && detail.Length == 0) form.Error(DetailIn(row), $"Say what the other allergy is to.");
        if (substance is null && detail.Length > 0) form.Error(SubstanceIn(row), $"Choose what the allergy is to. If it isn't in the list, choose “Other”.");
        return substance is { } to ? new(to, detail.Length == 0 ? null : detail) : null;
    }
}
