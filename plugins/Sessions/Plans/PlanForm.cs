using System.Globalization;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Sessions.Plans;

/// <summary>The form of a plan, filled and read.</summary>
internal static class PlanForm
{
    /// <summary>How many pigments have a line.</summary>
    public const int Lines = 4;

    private const long UsualDensity = 60;

    /// <summary>The field of a zone's density, where it isn't that of all.</summary>
    public static string Zone(ScalpZone zone) => $"zone.{zone}";

    public static void Fill(FormState form, TreatmentPlan? plan)
    {
        form.Prefill("estimatedSessions", plan?.EstimatedSessions ?? Course.UsualSessions);
        form.Prefill("indication", plan?.Indication);
        form.Prefill("hairline", plan?.Hairline);
        form.Prefill("target", plan?.Target);
        foreach (var zone in plan?.Zones ?? []) form.Prefill(Zone(zone.Zone), zone.DensityPercent);
        for (var i = 0; i < Lines && i < plan?.Pigments.Count; i++)
        {
            form.Prefill(Shade(i), plan.Pigments[i].Shade);
            form.Prefill(Brand(i), plan.Pigments[i].Brand);
        }

        if (plan is null) form.Prefill("density", UsualDensity);
        form.Prefill("rowVersion", plan?.RowVersion);
    }

    public static PlanInput Read(FormState form, long? patientId)
    {
        List<PlanZone> zones = [];
        var usual = Numbers.Int(form.Whole("density"));
        foreach (var zone in Enum.GetValues<ScalpZone>().Where(z => form.Many("zones").Contains(z.ToString())))
        {
            var density = Numbers.Int(form.Whole(Zone(zone))) ?? usual;
            if (density is null or < 1 or > 100) form.Error("density", $"Say how dense each shall be: 1 to 100 %.");
            else zones.Add(new(zone, density.Value));
        }

        List<PlanPigment> pigments = [];
        for (var i = 0; i < Lines; i++)
        {
            var (shade, brand) = (form.Text(Shade(i)), form.Text(Brand(i)));
            if (shade.Length == 0 && brand.Length == 0) continue;
            if (shade.Length == 0) form.Error(Shade(i), $"This is needed.");
            if (brand.Length == 0) form.Error(Brand(i), $"This is needed.");
            pigments.Add(new(0, shade, brand));
        }

        var input = new PlanInput
        {
            PatientId = patientId, Indication = form.Choice<Indication>("indication"), Hairline = form.Choice<HairlineStyle>("hairline"), Target = form.Text("target"),
            EstimatedSessions = Numbers.Int(form.Whole("estimatedSessions")), Zones = zones, Pigments = pigments,
        };
        form.Check();
        return input;
    }

    public static string Shade(int line) => string.Create(CultureInfo.InvariantCulture, $"shade{line}");

    public static string Brand(int line) => string.Create(CultureInfo.InvariantCulture, $"brand{line}");
}
