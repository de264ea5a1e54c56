using System.Globalization;
using Smp.Runtime.Core.Procedures;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Pages.Procedures;

/// <summary>What stands in the form of a procedure: read in one place, for those that are planned, changed, and entered afterwards.</summary>
internal static class ProcedureForm
{
    /// <summary>How many people besides the performer the form takes; the API takes more.</summary>
    public const int Rows = 4;

    public static string StaffIn(int row) => $"team{row}";

    public static string PartIn(int row) => $"part{row}";

    /// <summary>A place as the form posts it: the location, and the room after a dash.</summary>
    public static string Place(long? location, long? room) => location is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{location}-{room}");

    public static void Prefill(FormState form, Procedure procedure, IClinicClock clock)
    {
        form.Prefill("title", procedure.Title);
        form.Prefill("performedBy", procedure.PerformedBy);
        form.Prefill("place", Place(procedure.LocationId, procedure.RoomId));
        if (procedure.PlannedFor is { } at)
        {
            form.Prefill("day", clock.DayOf(at));
            form.Prefill("time", clock.ToLocal(at).ToString("HH:mm", CultureInfo.InvariantCulture));
        }

        foreach (var (index, member) in procedure.Team.Take(Rows).Index())
        {
            form.Prefill(StaffIn(index + 1), member.StaffId);
            form.Prefill(PartIn(index + 1), member.Part);
        }
    }

    /// <summary>The location and the room that were chosen.</summary>
    public static (long? Location, long? Room) PlaceOf(FormState form, IReadOnlyList<ProcedurePlace> places)
    {
        var chosen = form.Text("place");
        if (chosen.Length == 0) return (null, null);
        if (places.FirstOrDefault(p => Place(p.LocationId, p.RoomId) == chosen) is { } place) return (place.LocationId, place.RoomId);
        form.Error("place", $"Choose one from the list.");
        return (null, null);
    }

    /// <summary>Everybody besides the performer.</summary>
    public static IReadOnlyList<TeamMember> TeamOf(FormState form)
    {
        List<TeamMember> team = [];
        for (var row = 1; row <= Rows; row++)
        {
            var (staff, part) = (form.Key(StaffIn(row)), form.Text(PartIn(row)));
            if (staff is null && part.Length > 0) form.Error(StaffIn(row), $"Choose who it was.");
            else if (staff is not null && part.Length == 0) form.Error(PartIn(row), $"Say what they do in it, for example Assistant.");
            else if (staff is { } id) team.Add(new(id, part));
        }

        return team;
    }

    /// <summary>A moment on the clinic's wall clock from a day and a time; null where neither was given.</summary>
    public static DateTimeOffset? MomentOf(FormState form, string day, string time, IClinicClock clock)
    {
        var (on, at) = (form.Date(day), form.Text(time));
        if (at.Length == 0 && on is null) return null;
        if (on is null) form.Error(day, $"Say on which day.");
        if (!TimeOnly.TryParseExact(at, ["HH:mm", "H:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var read))
        {
            form.Error(time, $"Write the time with a colon, for example 14:05.");
            return null;
        }

        if (on is not { } date) return null;
        var local = date.ToDateTime(read);
        if (!clock.Zone.IsInvalidTime(local)) return new(local, clock.Zone.GetUtcOffset(local));
        form.Error(time, $"There is no such time on that day: the clocks go forward.");
        return null;
    }

    /// <summary>A refusal with the names that the form has for what the service knows as one moment or one place.</summary>
    public static RefusedException Named(RefusedException refused) => refused.Kind is not RefusalKind.Invalid ? refused : Refuse.Fields([.. refused.Errors.Select(e => e with
    {
        Field = e.Field switch
        {
            "plannedFor" or "startedAt" => "day",
            "endedAt" => "endTime",
            "locationId" or "roomId" => "place",
            "team" => StaffIn(1),
            var field => field,
        },
    })]);
}
