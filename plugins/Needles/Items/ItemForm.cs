using Microsoft.Extensions.Localization;
using Smp.Needles.Scanning;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Needles.Items;

/// <summary>An item as the fields of <see cref="ItemFields"/>: filled in, and read back.</summary>
internal static class ItemForm
{
    /// <summary>A new item, with what a code says of it.</summary>
    public static void Prefill(FormState form, ScannedCode? code = null)
    {
        form.Prefill("gtin", code?.Gtin);
        form.Prefill("ref", code?.Ref);
        form.Prefill("unitsPerBox", code?.Count ?? 1);
        form.Prefill("sterile", true);
        form.Prefill("active", true);
    }

    public static void Prefill(FormState form, Item item)
    {
        form.Prefill("rowVersion", item.RowVersion);
        form.Prefill("manufacturer", item.Manufacturer);
        form.Prefill("name", item.Name);
        form.Prefill("kind", item.Kind);
        form.Prefill("ref", item.Ref);
        form.Prefill("gtin", item.Gtin);
        form.Prefill("configuration", item.Configuration);
        form.Prefill("diameterMicrometres", item.DiameterMicrometres / 1000m);
        form.Prefill("unitsPerBox", item.UnitsPerBox);
        form.Prefill("sterile", item.Sterile);
        form.Prefill("active", item.Active);
        form.Prefill("discardAfterDays", item.DiscardAfterDays);
        form.Prefill("multiPatient", item.MultiPatient);
        form.Prefill("contentsMicrolitres", item.ContentsMicrolitres / 1000m);
        form.Prefill("contentsPieces", item.ContentsPieces);
        foreach (var substance in item.Contains) form.Prefill($"contains{substance}", true);
    }

    /// <exception cref="RefusedException">A field can't be read, or one that is needed is empty.</exception>
    public static ItemInput Read(FormState form)
    {
        var wide = form.Number("diameterMicrometres") * 1000;
        var holds = form.Number("contentsMicrolitres") * 1000;
        var input = new ItemInput
        {
            Manufacturer = form.Text("manufacturer"),
            Name = form.Text("name"),
            Kind = form.Choice<SupplyKind>("kind"),
            Ref = form.Text("ref"),
            Gtin = form.Text("gtin"),
            Configuration = form.Text("configuration"),
            // Three digits follow the mark at most, so that nothing is lost.
            DiameterMicrometres = wide is { } micrometres ? (int)Math.Clamp(micrometres, int.MinValue, int.MaxValue) : null,
            UnitsPerBox = Numbers.Int(form.Whole("unitsPerBox")),
            Sterile = form.Ticked("sterile"),
            Active = form.Ticked("active"),
            DiscardAfterDays = Numbers.Int(form.Whole("discardAfterDays")),
            MultiPatient = form.Ticked("multiPatient"),
            ContentsMicrolitres = holds is { } microlitres ? (long)Math.Clamp(microlitres, long.MinValue, long.MaxValue) : null,
            ContentsPieces = Numbers.Int(form.Whole("contentsPieces")),
            Contains = [.. Enum.GetValues<Substance>().Where(s => form.Ticked($"contains{s}"))],
        };
        form.Check();
        return input;
    }

    /// <summary>What stands in the item otherwise than in the form: the field's label, what the item has, and what was typed.</summary>
    public static IReadOnlyList<(string Label, string Recorded, string Typed)> Differences(
        FormState form, Item item, IStringLocalizer<NeedlesTexts> texts, Words words)
    {
        var recorded = new FormState();
        Prefill(recorded, item);
        (string Label, Func<FormState, string> Shown)[] fields =
        [
            (texts["Manufacturer"], f => f.Text("manufacturer")),
            (texts["Name"], f => f.Text("name")),
            (texts["Kind"], f => f.Choice<SupplyKind>("kind") is { } kind ? words.Name(kind) : ""),
            (texts["REF"], f => f.Text("ref")),
            (texts["GTIN"], f => f.Text("gtin")),
            (texts["Configuration"], f => f.Text("configuration")),
            (texts["Diameter"], f => f.Text("diameterMicrometres")),
            (texts["In a box"], f => f.Text("unitsPerBox")),
            (texts["Sterile"], f => texts[f.Ticked("sterile") ? "yes" : "no"]),
            (texts["The clinic buys it"], f => texts[f.Ticked("active") ? "yes" : "no"]),
            (texts["Keeps once opened"], f => f.Text("discardAfterDays")),
            (texts["One bottle or box may serve several patients"], f => texts[f.Ticked("multiPatient") ? "yes" : "no"]),
            (texts["A bottle holds"], f => f.Text("contentsMicrolitres")),
            (texts["A box in use holds"], f => f.Text("contentsPieces")),
            (texts["Contains"], f => string.Join(", ", Enum.GetValues<Substance>().Where(s => f.Ticked($"contains{s}")).Select(s => words.Name(s)))),
        ];
        return [.. fields.Select(f => (f.Label, f.Shown(recorded), f.Shown(form))).Where(f => f.Item2 != f.Item3)];
    }
}
