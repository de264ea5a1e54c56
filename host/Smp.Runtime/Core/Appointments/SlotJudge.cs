using System.Data.Common;
using Dapper;
using Smp.Runtime.Core.Places;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Runtime.Core.Appointments;

/// <summary>What stands in the way of a time.</summary>
/// <param name="Field">Which field would have to be another one.</param>
/// <param name="Sentence">What is so, in the clinic's language.</param>
/// <param name="StartsAt">Since when it is taken.</param>
/// <param name="EndsAt">Until when.</param>
/// <param name="AppointmentId">By which appointment, for who may see it.</param>
public sealed record Clash(string Field, string Sentence, DateTimeOffset? StartsAt = null, DateTimeOffset? EndsAt = null, long? AppointmentId = null);

/// <summary>Says whether an appointment can be at a time and a place: opening hours, closed times, and what is taken, by the clock on the location's wall.</summary>
internal sealed class SlotJudge(ICurrentActor actor, Words words, TimeProvider time)
{
    /// <summary>The shortest and the longest appointment, in minutes.</summary>
    public const int MinMinutes = 5, MaxMinutes = 1440;

    private const int MaxTeam = 30;

    /// <summary>The slot with its texts trimmed and its moment on a whole minute, and the zone of its location.</summary>
    /// <exception cref="RefusedException">Something in it is wrong; the fields say what.</exception>
    public static async Task<(AppointmentSlot Slot, Location Location, TimeZoneInfo Zone)> CheckedAsync(DbConnection db, AppointmentSlot slot)
    {
        var checks = new Checks();
        checks.That(slot.Minutes is >= MinMinutes and <= MaxMinutes, "minutes", $"An appointment takes {MinMinutes} to {MaxMinutes} minutes.");
        checks.That(slot.Team is not null && slot.Team.All(m => m is not null), "team", $"Each of the team is somebody.");
        var location = await db.QuerySingleOrDefaultAsync<Location>("SELECT id, name, address, time_zone, active FROM locations WHERE id = @LocationId", new { slot.LocationId });
        checks.That(location is not null, "locationId", $"There is no location {slot.LocationId}.");
        checks.Throw();
        var right = slot with
        {
            StartsAt = new DateTimeOffset(slot.StartsAt.UtcTicks - slot.StartsAt.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero),
            Team = [.. slot.Team!.Select(m => m with { Part = checks.Require(m.Part, "team", 50) })],
        };
        checks.That(right.Team.Count <= MaxTeam, "team", $"At most {MaxTeam} people.");
        checks.That(right.Team.Select(m => m.StaffId).Append(right.PerformedBy ?? 0).GroupBy(id => id).All(g => g.Count() == 1), "team", $"Everybody takes part once.");
        if (right.RoomId is { } room)
        {
            var its = await db.ExecuteScalarAsync<long?>("SELECT location_id FROM rooms WHERE id = @room", new { room });
            checks.That(its is not null, "roomId", $"There is no room {room}.");
            checks.That(its is null || its == right.LocationId, "roomId", $"This room is at another location.");
        }

        foreach (var id in Staff(right))
        {
            var known = await db.ExecuteScalarAsync<bool>("SELECT count(*) FROM staff WHERE id = @id", new { id });
            checks.That(known, id == right.PerformedBy ? "performedBy" : "team", $"There is no member of staff {id}.");
        }

        checks.Throw();
        return (right, location!, WallClock.Zone(location!.TimeZone) ?? TimeZoneInfo.Utc);
    }

    /// <summary>Everybody whose time a slot takes.</summary>
    public static IEnumerable<long> Staff(AppointmentSlot slot) => [.. slot.PerformedBy is { } hands ? (long[])[hands] : [], .. slot.Team.Select(m => m.StaffId)];

    /// <summary>Refuses a time that can't be had.</summary>
    /// <param name="db">Inside the unit of work.</param>
    /// <param name="slot">As <see cref="CheckedAsync"/> gave it.</param>
    /// <param name="location">Where.</param>
    /// <param name="zone">Its zone.</param>
    /// <param name="except">The appointment that it is the time of.</param>
    /// <exception cref="RefusedException">With every reason; the detail <c>clashes</c> has them, too.</exception>
    public async Task RequireAsync(DbConnection db, AppointmentSlot slot, Location location, TimeZoneInfo zone, long except)
    {
        if (WallClock.DayOf(zone, slot.StartsAt) < WallClock.DayOf(zone, time.GetUtcNow())) throw Refuse.Field("day", $"That day has passed.");
        List<(string Field, FormattableString Sentence, Taken? Taken)> found = [];
        var ends = slot.StartsAt.AddMinutes(slot.Minutes);
        await HoursAsync(db, slot, ends, location, zone, found);
        await ClosedAsync(db, slot, ends, zone, found);
        await TakenAsync(db, slot, ends, zone, except, found);
        if (found.Count == 0) return;
        throw new RefusedException(RefusalKind.Refused, found[0].Sentence, [.. found.Select(f => new FieldError(f.Field, f.Sentence))])
        {
            Details = new Dictionary<string, object?>
            {
                ["clashes"] = found.Select(f => new Clash(f.Field, words.Say(f.Sentence), f.Taken?.StartsAt, f.Taken?.EndsAt, MaySee ? f.Taken?.Id : null)).ToList(),
            },
        };
    }

    private bool MaySee => actor.May(CorePermissions.AppointmentsView) && actor.May(CorePermissions.PatientsView);

    // It begins and ends while it is open. A break in between doesn't end a surgery.
    private static async Task HoursAsync(
        DbConnection db, AppointmentSlot slot, DateTimeOffset ends, Location location, TimeZoneInfo zone, List<(string, FormattableString, Taken?)> found)
    {
        if (!location.Active)
        {
            found.Add(("locationId", $"{location.Name} isn’t in use any more. Choose another place.", null));
            return;
        }

        var closedRoom = slot.RoomId is null ? null : await db.ExecuteScalarAsync<string?>("SELECT name FROM rooms WHERE id = @RoomId AND active = 0", new { slot.RoomId });
        if (closedRoom is not null) found.Add(("roomId", $"{closedRoom} isn’t in use any more. Choose another room.", null));
        var day = WallClock.DayOf(zone, slot.StartsAt);
        var open = WallClock.Openings(zone, await PlaceBook.HoursAsync(db, location.Id), day);
        if (open.Any(o => o.Holds(slot.StartsAt)) && open.Any(o => o.From < ends && ends <= o.Until)) return;
        if (open.Count == 0) found.Add(("day", $"{location.Name} is closed on {day}. Choose another day.", null));
        else found.Add(("time", $"{location.Name} is open {string.Join(", ", open.Select(o => WallClock.Text(zone, o.From, o.Until)))} on {day}. Choose a time within.", null));
    }

    private static async Task ClosedAsync(
        DbConnection db, AppointmentSlot slot, DateTimeOffset ends, TimeZoneInfo zone, List<(string Field, FormattableString Sentence, Taken?)> found)
    {
        var staff = Staff(slot).ToHashSet();
        foreach (var closed in (await ClosedTimes.AboutAsync(db, slot.StartsAt, ends)).Where(c => c.Meets(zone, slot.StartsAt, ends)))
        {
            var (until, at) = (DateOnly.FromDateTime(closed.Until), closed.UntilWall[^5..]);
            if (closed.StaffId is { } who && staff.Contains(who))
            {
                var name = await db.ExecuteScalarAsync<string>("SELECT name FROM staff WHERE id = @who", new { who });
                found.Add((who == slot.PerformedBy ? "performedBy" : "team", $"{name} isn’t there until {until} {at}: {closed.Reason}.", null));
            }
            else if (closed.RoomId is { } room ? room == slot.RoomId : closed.LocationId == slot.LocationId)
            {
                found.Add((closed.RoomId is null ? "day" : "roomId", $"It is closed there until {until} {at}: {closed.Reason}.", null));
            }
        }
    }

    private async Task TakenAsync(
        DbConnection db, AppointmentSlot slot, DateTimeOffset ends, TimeZoneInfo zone, long except, List<(string Field, FormattableString Sentence, Taken?)> found)
    {
        foreach (var taken in await OverlappingAsync(db, slot.StartsAt, ends, except))
        {
            var when = WallClock.Text(zone, taken.StartsAt, taken.EndsAt);
            // Whose appointment it is, only for those who may see that.
            var what = MaySee ? $"{when}, {taken.Title}, {taken.FamilyName}, {taken.GivenName}" : when;
            if (taken.StaffId is { } who && Staff(slot).Contains(who)) found.Add((who == slot.PerformedBy ? "performedBy" : "team", $"{taken.StaffName} is taken: {what}.", taken));
            else if (taken.StaffId is null && taken.RoomId is { } room && room == slot.RoomId) found.Add(("roomId", $"{taken.RoomName} is taken: {what}.", taken));
        }
    }

    /// <summary>What holds its time between two moments, a row for the room and one for each member of staff.</summary>
    public static async Task<IReadOnlyList<Taken>> OverlappingAsync(DbConnection db, DateTimeOffset from, DateTimeOffset until, long except) => (await db.QueryAsync<Taken>("""
        SELECT a.id, a.title, a.starts_at, a.ends_at, a.room_id, r.name AS room_name, x.staff_id, x.staff_name, p.given_name, p.family_name
        FROM appointments a
        JOIN patients p ON p.id = a.patient_id
        LEFT JOIN rooms r ON r.id = a.room_id
        JOIN (SELECT NULL AS appointment_id, NULL AS staff_id, NULL AS staff_name
              UNION ALL SELECT s.appointment_id, s.staff_id, t.name FROM appointment_staff s JOIN staff t ON t.id = s.staff_id
              WHERE s.appointment_id IN (SELECT id FROM appointments WHERE starts_at > @before AND starts_at < @until)) x
            ON x.appointment_id IS NULL OR x.appointment_id = a.id
        WHERE a.starts_at > @before AND a.starts_at < @until AND a.ends_at > @from AND a.status IN ('Pending', 'Booked', 'Arrived', 'CheckedIn') AND a.id <> @except
        ORDER BY a.starts_at, a.id
        """, new { from, until, before = from.AddDays(-1), except })).AsList();

    /// <summary>What holds a room or somebody's time.</summary>
    internal sealed record Taken(
        long Id, string Title, DateTimeOffset StartsAt, DateTimeOffset EndsAt, long? RoomId, string? RoomName, long? StaffId, string? StaffName, string GivenName, string FamilyName);
}
