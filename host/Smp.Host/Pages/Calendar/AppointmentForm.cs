using System.Globalization;
using Smp.Host.Pages.Procedures;
using Smp.Runtime.Core.Appointments;
using Smp.Runtime.Core.Places;
using Smp.Runtime.Core.Procedures;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Pages.Calendar;

/// <summary>What stands in the form of an appointment: read in one place, for those that are booked and those that are moved.</summary>
internal static class AppointmentForm
{
    /// <summary>A kind as the form posts it: whose it is, and its name after a slash.</summary>
    public static string Kind(string? plugin, string? kind) => kind is null ? "" : $"{plugin}/{kind}";

    /// <summary>The same the other way round.</summary>
    public static (string? Plugin, string? Kind) KindOf(string text) => text.Split('/', 2) is [var plugin, var kind] ? (plugin, kind) : (null, null);

    public static void Prefill(FormState form, Appointment a, TimeZoneInfo zone)
    {
        form.Prefill("place", ProcedureForm.Place(a.LocationId, a.RoomId));
        form.Prefill("performedBy", a.PerformedBy);
        if (a.StartsAt is { } at && a.EndsAt is { } end)
        {
            form.Prefill("day", CalendarWords.DayOf(zone, at));
            form.Prefill("time", TimeZoneInfo.ConvertTime(at, zone).ToString("HH:mm", CultureInfo.InvariantCulture));
            form.Prefill("minutes", (long)(end - at).TotalMinutes);
        }

        foreach (var (index, member) in a.Team.Take(ProcedureForm.Rows).Index())
        {
            form.Prefill(ProcedureForm.StaffIn(index + 1), member.StaffId);
            form.Prefill(ProcedureForm.PartIn(index + 1), member.Part);
        }
    }

    public static SlotInput Read(FormState form, IReadOnlyList<ProcedurePlace> places)
    {
        var (location, room) = ProcedureForm.PlaceOf(form, places);
        return new()
        {
            LocationId = location, RoomId = room, Day = form.Date("day"), Time = form.Text("time"), Which = form.Choice<TwiceHour>("which"), Minutes = (int?)form.Whole("minutes"),
            PerformedBy = form.Key("performedBy"), Team = ProcedureForm.TeamOf(form),
        };
    }

    /// <summary>A refusal with the names that the form has for what the service calls otherwise.</summary>
    public static RefusedException Named(RefusedException refused) => new(refused.Kind, refused.Sentence, [.. refused.Errors.Select(e => e with
    {
        Field = e.Field switch { "locationId" or "roomId" => "place", "team" => ProcedureForm.StaffIn(1), var field => field },
    })])
    { Details = refused.Details };
}
