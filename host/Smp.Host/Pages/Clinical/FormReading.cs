using System.Globalization;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Pages.Clinical;

/// <summary>What the clinical forms read in the same way.</summary>
internal static class FormReading
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>A number in the unit that people use, as a whole number of the unit that is stored. Exact: the field allows no more digits than there are.</summary>
    public static long? Scaled(FormState form, string field, long factor)
    {
        if (form.Number(field) is not { } number) return null;
        if (Math.Abs(number) <= 1_000_000_000m) return (long)(number * factor);
        form.Error(field, $"This number is too large.");
        return null;
    }

    /// <summary>Fills the day and the time of <see cref="WhenAndWho"/> with now, and who with whoever is signed in.</summary>
    public static void PrefillNow(FormState form, IClinicClock clock, Words words, ICurrentActor actor)
    {
        form.Prefill("day", clock.Today);
        form.Prefill("time", words.Clock(clock.Now));
        form.Prefill("who", actor.Actor.StaffId);
    }

    /// <summary>The moment of the fields day and time, on the clinic's wall clock; null with an error when it can't be read or lies ahead.</summary>
    public static DateTimeOffset? Moment(FormState form, IClinicClock clock)
    {
        var day = form.Date("day");
        TimeOnly? time = TimeOnly.TryParseExact(form.Text("time"), ["HH:mm", "H:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? read : null;
        if (time is null) form.Error("time", $"Write the time with a colon, for example 14:05.");
        if (day is not { } date || time is not { } clockTime) return null;
        var local = date.ToDateTime(clockTime);
        var moment = new DateTimeOffset(local, clock.Zone.GetUtcOffset(local));
        if (moment > clock.Now + ClockSkew) form.Error(date > clock.Today ? "day" : "time", $"This is in the future.");
        return moment;
    }

    /// <summary>Everybody who works here, to choose from.</summary>
    public static async Task<IReadOnlyList<Option>> StaffAsync(IStaff staff) =>
        [.. (await staff.ListAsync()).Where(s => s.Role is not Role.Auditor).Select(s => new Option(Keyset.Of(s.Id), s.Name))];
}
