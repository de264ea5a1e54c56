using System.Security.Cryptography;
using System.Text;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Pages.Clinical;

/// <summary>The fields of a dose, read strictly.</summary>
internal static class DoseFields
{
    /// <summary>The choice that stands for a drug that isn't in the list.</summary>
    public const string Another = "0";

    /// <summary>Reads the form.</summary>
    /// <exception cref="RefusedException">A field can't be read, or one that is needed is empty.</exception>
    public static DoseRecord Read(FormState form, long patient, IClinicClock clock)
    {
        var drug = form.Key("drug");
        var name = form.Text("drugName");
        var route = form.Choice<DoseRoute>("route");
        var concentration = FormReading.Scaled(form, "concentration", 10_000);
        var volume = FormReading.Scaled(form, "volume", 1000);
        var amount = FormReading.Scaled(form, "amount", 1_000_000);
        var area = form.Whole("area");
        var who = form.Key("who");
        var at = FormReading.Moment(form, clock);
        if (drug == 0 && name.Length == 0) form.Error("drugName", $"Write its name.");
        if (drug > 0 && name.Length > 0) form.Error("drugName", $"Leave this empty, or choose “Another”.");
        var solution = form.Text("concentration").Length > 0 || form.Text("volume").Length > 0;
        if (solution && form.Text("amount").Length > 0) form.Error("amount", $"Leave this empty: it is the strength times the volume.");
        if (!solution && form.Text("amount").Length == 0) form.Error("concentration", $"Write strength and volume; of a tablet its amount, below.");
        if (solution && form.Text("volume").Length == 0) form.Error("volume", $"Say how much of the solution it was.");
        if (solution && form.Text("concentration").Length == 0) form.Error("concentration", $"Say how strong the solution was.");
        if (concentration is <= 0 or > 1_000_000) form.Error("concentration", $"More than 0 and at most 100 %.");
        if (volume is <= 0 or > 10_000_000) form.Error("volume", $"More than 0 and at most 10,000 mL.");
        if (amount is <= 0 or > 100_000_000_000) form.Error("amount", $"More than 0 and at most 100,000 mg.");
        var topical = route == DoseRoute.Topical;
        if (!topical && area is not null) form.Error("area", $"Only what is laid on the skin has an area.");
        if (area is <= 0 or > 20_000) form.Error("area", $"An area is 1 to 20,000 cm².");
        form.Check();
        return new()
        {
            PatientId = patient, DrugId = drug == 0 ? null : drug, DrugName = drug == 0 ? name : null, ConcentrationMicrogramsPerMillilitre = concentration,
            VolumeMicrolitres = volume, AmountNanograms = amount, WithAdrenaline = form.Ticked("adrenaline"), Route = route!.Value, AreaSquareCentimetres = area,
            Occluded = topical ? form.Ticked("occluded") : null, Lot = form.Text("lot"), PerformedBy = who!.Value, GivenAt = at!.Value, Note = form.Text("note"),
        };
    }

    /// <summary>
    /// Names what was shown of a dose: it is recorded only as it stood on the page. Whoever changes a field, or gives a dose in another room
    /// meanwhile, sees the advice anew.
    /// </summary>
    public static string SealOf(DoseRecord dose, DoseAdvice advice) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('|',
        dose.DrugId, dose.ConcentrationMicrogramsPerMillilitre, dose.VolumeMicrolitres, dose.WithAdrenaline, dose.Route, Keyset.Of(dose.GivenAt),
        advice.Grade, advice.LeftNanograms, advice.PlannedMillionths, advice.WeightGrams))))[..16];
}
