using System.Globalization;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Needles.Injuries;

/// <summary>Reads a moment from a day and a time of the clinic's wall clock.</summary>
internal static class Moments
{
    /// <summary>The moment; null, with an error beside the field, when the time can't be read or the day is missing.</summary>
    public static DateTimeOffset? Read(FormState form, string day, string time, IClinicClock clock)
    {
        var date = form.Date(day);
        if (!TimeOnly.TryParseExact(form.Text(time), ["HH:mm", "H:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at))
        {
            form.Error(time, $"Write the time with a colon, for example 14:05.");
            return null;
        }

        if (date is null) return null;
        var local = date.Value.ToDateTime(at);
        return new(local, clock.Zone.GetUtcOffset(local));
    }
}
