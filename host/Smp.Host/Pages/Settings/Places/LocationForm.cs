using Smp.Runtime.Core.Places;
using Smp.Sdk.Web;

namespace Smp.Host.Pages.Settings.Places;

/// <summary>A location as its form holds it.</summary>
internal static class LocationForm
{
    /// <summary>Fills the form.</summary>
    public static void Prefill(FormState form, LocationRecord location)
    {
        form.Prefill("rowVersion", location.RowVersion);
        form.Prefill("name", location.Name);
        form.Prefill("address", location.Address);
        form.Prefill("timeZone", location.TimeZone);
        foreach (var day in OpeningHours.Week) form.Prefill(OpeningHours.FieldOf(day), OpeningHours.Write(location.Hours, day));
    }

    /// <summary>Reads the form; what is wrong with the fields the service says.</summary>
    public static LocationInput Read(FormState form, bool active)
    {
        var input = new LocationInput
        {
            Name = form.Text("name"), Address = form.Text("address"), TimeZone = form.Text("timeZone"), Active = active,
            Hours = [.. OpeningHours.Week.SelectMany(day => OpeningHours.Read(day, form.Text(OpeningHours.FieldOf(day))))],
        };
        form.Check();
        return input;
    }
}
