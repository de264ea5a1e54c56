using Smp.Sdk.Web;

namespace Smp.Sessions.Plans;

/// <summary>Indications in words: two of them hold abbreviations, which their names can't.</summary>
internal static class Indications
{
    /// <summary>As shown.</summary>
    public static string Said(this Indication indication, Words words) => indication switch
    {
        Indication.ScarCamouflageFut => words.Text("Scar camouflage (FUT)"),
        Indication.ScarCamouflageFue => words.Text("Scar camouflage (FUE)"),
        _ => words.Name(indication),
    };

    /// <summary>Every one, to choose from.</summary>
    public static IReadOnlyList<Option> Options(Words words) => [.. Enum.GetValues<Indication>().Select(i => new Option(i.ToString(), i.Said(words)))];
}
