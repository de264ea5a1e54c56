using System.Data.Common;
using System.Globalization;
using Dapper;
using Smp.Runtime.Core.Places;
using Smp.Sdk;

namespace Smp.Runtime.Core.Appointments;

/// <summary>A time in which nothing is booked: at a location, in one of its rooms, or with somebody who isn't there. By the clock on the wall.</summary>
/// <param name="Id">Key.</param>
/// <param name="LocationId">The location; null for a member of staff.</param>
/// <param name="RoomId">The room, where it is one room alone.</param>
/// <param name="StaffId">The member of staff, who is nowhere then.</param>
/// <param name="FromWall">From when: <c>2026-12-24T12:00</c>.</param>
/// <param name="UntilWall">Until when; at this moment it is open again.</param>
/// <param name="Reason">Why, as shown.</param>
public sealed record ClosedTime(long Id, long? LocationId, long? RoomId, long? StaffId, string FromWall, string UntilWall, string Reason)
{
    internal const string Format = "yyyy-MM-dd'T'HH:mm";

    /// <summary>From when on the wall.</summary>
    public DateTime From => DateTime.ParseExact(FromWall, Format, CultureInfo.InvariantCulture);

    /// <summary>Until when on the wall.</summary>
    public DateTime Until => DateTime.ParseExact(UntilWall, Format, CultureInfo.InvariantCulture);

    /// <summary>Whether some of it lies between two moments, by the wall of a zone.</summary>
    internal bool Meets(TimeZoneInfo zone, DateTimeOffset startsAt, DateTimeOffset endsAt) =>
        WallClock.Moment(zone, From) < endsAt && WallClock.Moment(zone, Until) > startsAt;
}

/// <summary>A time that somebody wants to close.</summary>
public sealed record ClosedTimeInput
{
    /// <summary>The location; left out for a member of staff.</summary>
    public long? LocationId { get; init; }

    /// <summary>One room of it alone.</summary>
    public long? RoomId { get; init; }

    /// <summary>The member of staff who isn't there.</summary>
    public long? StaffId { get; init; }

    /// <summary>The first day.</summary>
    public DateOnly? FromDay { get; init; }

    /// <summary>From when on that day, <c>HH:MM</c>; from its beginning when left out.</summary>
    public string? FromTime { get; init; }

    /// <summary>The last day; the first when left out.</summary>
    public DateOnly? UntilDay { get; init; }

    /// <summary>Until when on that day, <c>HH:MM</c>; until its end when left out.</summary>
    public string? UntilTime { get; init; }

    /// <summary>Why: 1 to 100 characters.</summary>
    public string? Reason { get; init; }
}

/// <summary>The times in which nothing is booked. What was booked already stays, and is named.</summary>
public sealed class ClosedTimes(IStore<CorePlugin> store, IClinicClock clock)
{
    private const string Columns = "id, location_id, room_id, staff_id, from_wall, until_wall, reason";

    /// <summary>Those that aren't over, in their order.</summary>
    public Task<IReadOnlyList<ClosedTime>> ListAsync(CancellationToken token = default) => store.ReadAsync<IReadOnlyList<ClosedTime>>(async db =>
        (await db.QueryAsync<ClosedTime>($"SELECT {Columns} FROM core__closed_times WHERE until_wall > @today ORDER BY from_wall, id LIMIT 500",
            new { today = Wall(clock.Today.ToDateTime(TimeOnly.MinValue)) })).AsList(), token);

    /// <summary>Closes a time.</summary>
    /// <exception cref="RefusedException">A field needs another look.</exception>
    public Task<ClosedTime> AddAsync(ClosedTimeInput input, CancellationToken token = default)
    {
        var checks = new Checks();
        var reason = checks.Require(input.Reason, "reason", 100);
        checks.That(input.LocationId is null != (input.StaffId is null), "locationId", $"Choose a location or a member of staff.");
        checks.That(input.RoomId is null || input.LocationId is not null, "roomId", $"A room is closed together with its location.");
        checks.That(input.FromDay is not null, "fromDay", $"Say from which day.");
        var from = Read(input.FromDay, input.FromTime, "fromTime", wholeDay: false);
        var until = Read(input.UntilDay ?? input.FromDay, input.UntilTime, "untilTime", wholeDay: true);
        checks.That(from is null || until is null || from < until, "untilDay", $"It ends before it begins.");
        checks.Throw();
        return store.WriteAsync(new("Closed a time in the calendar"), async unit =>
        {
            var db = unit.Connection;
            var known = await db.ExecuteScalarAsync<bool>("""
                SELECT (@LocationId IS NULL OR EXISTS (SELECT 1 FROM locations WHERE id = @LocationId))
                    AND (@RoomId IS NULL OR EXISTS (SELECT 1 FROM rooms WHERE id = @RoomId AND location_id = @LocationId))
                    AND (@StaffId IS NULL OR EXISTS (SELECT 1 FROM staff WHERE id = @StaffId))
                """, new { input.LocationId, input.RoomId, input.StaffId });
            if (!known) throw Refuse.Field("locationId", $"There is no such location, room or member of staff.");
            return await db.QuerySingleAsync<ClosedTime>($"""
                INSERT INTO core__closed_times (location_id, room_id, staff_id, from_wall, until_wall, reason)
                VALUES (@LocationId, @RoomId, @StaffId, @from, @until, @reason) RETURNING {Columns}
                """, new { input.LocationId, input.RoomId, input.StaffId, from = Wall(from!.Value), until = Wall(until!.Value), reason });
        }, token);

        DateTime? Read(DateOnly? day, string? time, string field, bool wholeDay)
        {
            if (day is not { } on) return null;
            if (string.IsNullOrWhiteSpace(time)) return on.AddDays(wholeDay ? 1 : 0).ToDateTime(TimeOnly.MinValue);
            if (TimeOnly.TryParseExact(time.Trim(), ["HH:mm", "H:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)) return on.ToDateTime(at);
            checks.Add(field, $"Write the time with a colon, for example 14:05.");
            return null;
        }
    }

    /// <summary>Opens it again.</summary>
    /// <exception cref="RefusedException">There is no such closed time.</exception>
    public Task RemoveAsync(long id, CancellationToken token = default) => store.WriteAsync(new("Opened a time in the calendar again"), async unit =>
        await unit.Connection.ExecuteAsync("DELETE FROM core__closed_times WHERE id = @id", new { id }) == 1 ? id : throw Refuse.Missing($"There is no closed time {id}."), token);

    /// <summary>Those that may lie between two moments, anywhere: a day is added on both sides, since the same moment is another time on another wall.</summary>
    internal static async Task<IReadOnlyList<ClosedTime>> AboutAsync(DbConnection db, DateTimeOffset from, DateTimeOffset until) => (await db.QueryAsync<ClosedTime>(
        $"SELECT {Columns} FROM core__closed_times WHERE until_wall > @from AND from_wall < @until ORDER BY from_wall, id",
        new { from = Wall(from.UtcDateTime.AddDays(-1)), until = Wall(until.UtcDateTime.AddDays(1)) })).AsList();

    private static string Wall(DateTime wall) => wall.ToString(ClosedTime.Format, CultureInfo.InvariantCulture);
}
