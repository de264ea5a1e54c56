using System.Data.Common;
using System.Globalization;
using Dapper;
using Smp.Runtime.Core.Places;
using Smp.Runtime.Core.Procedures;
using Smp.Sdk;

namespace Smp.Runtime.Core.Appointments;

/// <summary>An appointment in a calendar.</summary>
public sealed record CalendarEntry
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Whose.</summary>
    public required long PatientId { get; init; }

    /// <summary>The patient's given name.</summary>
    public required string GivenName { get; init; }

    /// <summary>The patient's family name.</summary>
    public required string FamilyName { get; init; }

    /// <summary>What it is for.</summary>
    public required string Title { get; init; }

    /// <summary>How it stands.</summary>
    public required AppointmentStatus Status { get; init; }

    /// <summary>Where.</summary>
    public long? LocationId { get; init; }

    /// <summary>In which room.</summary>
    public long? RoomId { get; init; }

    /// <summary>What the room is called.</summary>
    public string? RoomName { get; init; }

    /// <summary>When it begins; null for who waits.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>The procedure it leads to.</summary>
    public long? ProcedureId { get; init; }

    /// <summary>Counts its changes.</summary>
    public required long RowVersion { get; init; }

    /// <summary>Everybody who takes part, whose hands it is first.</summary>
    public IReadOnlyList<CalendarStaff> Staff { get; init; } = [];
}

/// <summary>Somebody who takes part.</summary>
/// <param name="Id">Who.</param>
/// <param name="Name">What they are called.</param>
/// <param name="Part">What they do in it; null for whoever's hands it is.</param>
public sealed record CalendarStaff(long Id, string Name, string? Part);

/// <summary>A time at which an appointment could begin.</summary>
/// <param name="StartsAt">From when.</param>
/// <param name="EndsAt">Until when.</param>
/// <param name="Time">The same on the location's wall: <c>09:15</c>.</param>
/// <param name="Rooms">The rooms that are free then and have what the kind needs; empty where the location has none.</param>
/// <param name="Staff">Who is free then and could perform it.</param>
public sealed record FreeTime(DateTimeOffset StartsAt, DateTimeOffset EndsAt, string Time, IReadOnlyList<long> Rooms, IReadOnlyList<long> Staff);

/// <summary>A day or more of a location, as its wall has them.</summary>
/// <param name="Zone">The location's zone.</param>
/// <param name="From">The first moment.</param>
/// <param name="Until">The moment after the last.</param>
/// <param name="Openings">When it is open, in order.</param>
/// <param name="Closed">What is closed in between.</param>
/// <param name="Entries">Every appointment that isn't called off, in order.</param>
/// <param name="More">Whether there are more than are shown.</param>
public sealed record CalendarSheet(
    TimeZoneInfo Zone, DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<Opening> Openings, IReadOnlyList<ClosedTime> Closed, IReadOnlyList<CalendarEntry> Entries, bool More);

/// <summary>The calendar: appointments by day, place and person. Reads only.</summary>
public sealed class CalendarBook(IStore<CorePlugin> store, IClinicClock clock)
{
    /// <summary>How many days one question may span.</summary>
    public const int MaxDays = 92;

    // More than a clinic has in a week of every room.
    private const int MaxSheet = 2000;
    private const int Step = 15;

    private const string Columns = """
        a.id, a.patient_id, p.given_name, p.family_name, a.title, a.status, a.location_id, a.room_id, r.name AS room_name, a.starts_at, a.ends_at, a.procedure_id, a.row_version
        FROM appointments a JOIN patients p ON p.id = a.patient_id LEFT JOIN rooms r ON r.id = a.room_id
        """;

    /// <summary>One page of the appointments that begin on some days, in their order; also those that were called off.</summary>
    /// <param name="from">The first day, by the wall of the location; by the clinic's where none is named.</param>
    /// <param name="until">The last day.</param>
    /// <param name="location">At which location; null for all.</param>
    /// <param name="staff">In which somebody takes part; null for everybody's.</param>
    /// <param name="after">Where the page begins.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="RefusedException">The days make no sense, there is no such location, or the cursor isn't one of this list.</exception>
    public async Task<Page<CalendarEntry>> PageAsync(DateOnly from, DateOnly until, long? location, long? staff, string? after, int limit, CancellationToken token = default)
    {
        RequireDays(from, until);
        var key = Keyset.Decode(after, 2) ?? ["", "0"];
        return await store.SnapshotAsync(async db =>
        {
            var zone = location is { } at ? await RequireZoneAsync(db, at) : clock.Zone;
            var rows = await db.QueryAsync<CalendarEntry>($"""
                SELECT {Columns}
                WHERE a.starts_at >= @from AND a.starts_at < @until AND (a.starts_at, a.id) > (@at, @id) AND (@location IS NULL OR a.location_id = @location)
                    AND (@staff IS NULL OR EXISTS (SELECT 1 FROM appointment_staff s WHERE s.appointment_id = a.id AND s.staff_id = @staff))
                ORDER BY a.starts_at, a.id LIMIT @limit + 1
                """, new { from = WallClock.Begin(zone, from), until = WallClock.Begin(zone, until.AddDays(1)), at = key[0], id = Keyset.Key(key[1]), location, staff, limit });
            return Keyset.ToPage(await WithStaffAsync(db, rows.AsList()), limit, e => [Keyset.Of(e.StartsAt!.Value), Keyset.Of(e.Id)]);
        }, token);
    }

    /// <summary>One page of a patient's appointments, the latest first; who waits comes last.</summary>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<CalendarEntry>> OfPatientAsync(long patient, string? after, int limit, CancellationToken token = default)
    {
        var key = Keyset.Decode(after, 2) ?? ["9999", long.MaxValue.ToString(CultureInfo.InvariantCulture)];
        return await store.SnapshotAsync(async db =>
        {
            var rows = await db.QueryAsync<CalendarEntry>($"""
                SELECT {Columns} WHERE a.patient_id = @patient AND (coalesce(a.starts_at, ''), a.id) < (@at, @id)
                ORDER BY coalesce(a.starts_at, '') DESC, a.id DESC LIMIT @limit + 1
                """, new { patient, at = key[0], id = Keyset.Key(key[1]), limit });
            return Keyset.ToPage(await WithStaffAsync(db, rows.AsList()), limit, e => [e.StartsAt is { } at ? Keyset.Of(at) : "", Keyset.Of(e.Id)]);
        }, token);
    }

    /// <summary>Some days of a location, all at once, for its calendar.</summary>
    /// <exception cref="RefusedException">The days make no sense, or there is no such location.</exception>
    public Task<CalendarSheet> SheetAsync(long location, DateOnly from, DateOnly until, long? staff = null, CancellationToken token = default)
    {
        RequireDays(from, until);
        return store.SnapshotAsync(async db =>
        {
            var zone = await RequireZoneAsync(db, location);
            var (begins, ends) = (WallClock.Begin(zone, from), WallClock.Begin(zone, until.AddDays(1)));
            var hours = await PlaceBook.HoursAsync(db, location);
            var openings = Enumerable.Range(0, until.DayNumber - from.DayNumber + 1).SelectMany(day => WallClock.Openings(zone, hours, from.AddDays(day))).ToList();
            // Whoever is somewhere else at that time is shown there: of one person all is shown.
            var rows = (await db.QueryAsync<CalendarEntry>($"""
                SELECT {Columns}
                WHERE a.starts_at > @before AND a.starts_at < @ends AND a.ends_at > @begins AND a.status NOT IN ('Cancelled', 'EnteredInError', 'Waitlist')
                    AND (a.location_id = @location OR @staff IS NOT NULL)
                    AND (@staff IS NULL OR EXISTS (SELECT 1 FROM appointment_staff s WHERE s.appointment_id = a.id AND s.staff_id = @staff))
                ORDER BY a.starts_at, a.id LIMIT @most + 1
                """, new { begins, ends, before = begins.AddDays(-1), location, staff, most = MaxSheet })).AsList();
            var closed = (await ClosedTimes.AboutAsync(db, begins, ends)).Where(c => c.Meets(zone, begins, ends) && (c.LocationId is null || c.LocationId == location)).ToList();
            return new CalendarSheet(zone, begins, ends, openings, closed, await WithStaffAsync(db, rows.Take(MaxSheet).AsList()), rows.Count > MaxSheet);
        }, token);
    }

    /// <summary>The times of a day at which an appointment could begin, every quarter of an hour: while it is open, with a room and somebody free.</summary>
    /// <param name="location">Where.</param>
    /// <param name="day">The day there.</param>
    /// <param name="minutes">How long it takes: 5 to 1440.</param>
    /// <param name="kind">What it is, which says what room and whom it needs; null for no procedure.</param>
    /// <param name="staff">Whose hands it shall be; null for anybody who can.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="RefusedException">There is no such location, or no appointment is that long.</exception>
    public Task<IReadOnlyList<FreeTime>> FreeAsync(long location, DateOnly day, int minutes, ProcedureKind? kind, long? staff, CancellationToken token = default)
    {
        if (minutes is < SlotJudge.MinMinutes or > SlotJudge.MaxMinutes) throw Refuse.Field("minutes", $"An appointment takes {SlotJudge.MinMinutes} to {SlotJudge.MaxMinutes} minutes.");
        return store.SnapshotAsync<IReadOnlyList<FreeTime>>(async db =>
        {
            var zone = await RequireZoneAsync(db, location);
            var openings = WallClock.Openings(zone, await PlaceBook.HoursAsync(db, location), day);
            if (openings.Count == 0) return [];
            var (first, last) = (openings[0].From, openings.Max(o => o.Until));
            var features = await PlaceBook.FeaturesAsync(db, location);
            var rooms = (await db.QueryAsync<long>("SELECT id FROM rooms WHERE location_id = @location AND active = 1 ORDER BY name COLLATE NOCASE, id", new { location })).AsList();
            var fit = rooms.Where(room => kind is null || NeedsGuard.Lacks(kind, features[room]).Count == 0).ToList();
            var people = (await db.QueryAsync<(long Id, Role Role)>("SELECT id, role FROM staff WHERE active = 1 ORDER BY name COLLATE NOCASE, id")).AsList()
                .Where(s => staff is { } wanted ? s.Id == wanted : kind is { Staff: [var hands, ..] } ? hands.Roles.Contains(s.Role) : s.Role is Role.Physician or Role.Technician)
                .Select(s => s.Id).ToList();
            var taken = await SlotJudge.OverlappingAsync(db, first, last, except: 0);
            var closed = await ClosedTimes.AboutAsync(db, first, last);
            return
            [
                .. Starts(openings, minutes, clock.Now).Select(start => Look(start, start.AddMinutes(minutes)))
                    .Where(free => free.Staff.Count > 0 && (free.Rooms.Count > 0 || rooms.Count == 0)),
            ];

            FreeTime Look(DateTimeOffset from, DateTimeOffset until)
            {
                var now = taken.Where(t => t.StartsAt < until && t.EndsAt > from).ToList();
                var shut = closed.Where(c => c.Meets(zone, from, until)).ToList();
                var whole = shut.Any(c => c.RoomId is null && c.LocationId == location);
                return new(from, until, WallClock.Text(zone, from),
                    whole ? [] : [.. fit.Where(room => !now.Any(t => t.StaffId is null && t.RoomId == room) && !shut.Any(c => c.RoomId == room))],
                    whole ? [] : [.. people.Where(who => !now.Any(t => t.StaffId == who) && !shut.Any(c => c.StaffId == who))]);
            }
        }, token);
    }

    // From each opening on, every quarter; what begins in one may end in a later one, over the break.
    private static IEnumerable<DateTimeOffset> Starts(IReadOnlyList<Opening> openings, int minutes, DateTimeOffset now)
    {
        foreach (var opening in openings)
        {
            for (var at = opening.From; at < opening.Until; at = at.AddMinutes(Step))
            {
                var end = at.AddMinutes(minutes);
                if (at >= now && openings.Any(o => o.From < end && end <= o.Until)) yield return at;
            }
        }
    }

    private static void RequireDays(DateOnly from, DateOnly until)
    {
        if (until < from) throw Refuse.Field("until", $"It ends before it begins.");
        if (until.DayNumber - from.DayNumber >= MaxDays) throw Refuse.Field("until", $"Ask for at most {MaxDays} days at once.");
    }

    private static async Task<TimeZoneInfo> RequireZoneAsync(DbConnection db, long location) =>
        await PlaceBook.ZoneAsync(db, location) ?? throw Refuse.Missing($"There is no location {location}.");

    private static async Task<IReadOnlyList<CalendarEntry>> WithStaffAsync(DbConnection db, List<CalendarEntry> entries)
    {
        if (entries.Count == 0) return entries;
        var staff = (await db.QueryAsync<(long AppointmentId, long Id, string Name, string? Part)>("""
            SELECT s.appointment_id, t.id, t.name, s.part FROM appointment_staff s JOIN staff t ON t.id = s.staff_id
            WHERE s.appointment_id IN (SELECT value FROM json_each(@keys)) ORDER BY s.part IS NOT NULL, s.id
            """, new { keys = $"[{string.Join(',', entries.Select(e => e.Id))}]" })).ToLookup(s => s.AppointmentId, s => new CalendarStaff(s.Id, s.Name, s.Part));
        return [.. entries.Select(e => e with { Staff = [.. staff[e.Id]] })];
    }
}
