using System.Globalization;
using Smp.Runtime.Core.Appointments;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Pages.Calendar;

/// <summary>How appointments are shown on every page.</summary>
internal static class CalendarWords
{
    /// <summary>From when to when on a wall: <c>09:00–10:30</c>; with the distance to UTC where the hour comes twice.</summary>
    public static string Span(TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset until) => $"{Clock(zone, from)}–{Clock(zone, until)}";

    /// <summary>A time on a wall.</summary>
    public static string Clock(TimeZoneInfo zone, DateTimeOffset at)
    {
        var wall = TimeZoneInfo.ConvertTime(at, zone);
        return wall.ToString(zone.IsAmbiguousTime(wall.DateTime) ? "HH:mm '(UTC'zzz')'" : "HH:mm", CultureInfo.InvariantCulture);
    }

    /// <summary>A day on a wall.</summary>
    public static DateOnly DayOf(TimeZoneInfo zone, DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>The patient's name, family name first as in every list.</summary>
    public static string Name(CalendarEntry entry) => $"{entry.FamilyName}, {entry.GivenName}";

    /// <summary>How urgent it looks.</summary>
    public static Meaning MeaningOf(AppointmentStatus status) => status switch
    {
        AppointmentStatus.Arrived or AppointmentStatus.CheckedIn => Meaning.Notice,
        AppointmentStatus.Fulfilled => Meaning.Good,
        AppointmentStatus.NoShow => Meaning.Warning,
        _ => Meaning.Neutral,
    };

    /// <summary>What stands for it.</summary>
    public static string IconOf(AppointmentStatus status) => status switch
    {
        AppointmentStatus.Arrived => "person",
        AppointmentStatus.CheckedIn or AppointmentStatus.Fulfilled => "check",
        AppointmentStatus.NoShow => "alert",
        AppointmentStatus.Cancelled or AppointmentStatus.EnteredInError => "cross",
        AppointmentStatus.Booked => "calendar",
        _ => "clock",
    };
}
