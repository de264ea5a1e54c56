using System.Data.Common;
using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Places;

/// <summary>The clinic's locations and rooms: added, changed, taken out of use. None is ever deleted, since what was done there refers to it.</summary>
public sealed class PlaceBook(IStore<CorePlugin> store)
{
    private const string Columns = "id, name, address, time_zone, active, row_version";
    private const string RoomColumns = "id, location_id, name, active, row_version";

    /// <summary>All locations with their hours and rooms, those in use first, then by name.</summary>
    public Task<IReadOnlyList<LocationRecord>> ListAsync(CancellationToken token = default) => store.SnapshotAsync<IReadOnlyList<LocationRecord>>(async db =>
    {
        var locations = await db.QueryAsync<LocationRecord>($"SELECT {Columns} FROM locations ORDER BY active DESC, name COLLATE NOCASE, id");
        List<LocationRecord> whole = [];
        foreach (var location in locations.AsList()) whole.Add(await WithPartsAsync(db, location));
        return whole;
    }, token);

    /// <summary>A location with its hours and rooms.</summary>
    /// <exception cref="RefusedException">There is no such location.</exception>
    public Task<LocationRecord> FindAsync(long id, CancellationToken token = default) => store.SnapshotAsync(db => RequireAsync(db, id), token);

    /// <summary>Adds a location.</summary>
    /// <exception cref="RefusedException">A field needs another look.</exception>
    public Task<LocationRecord> AddAsync(LocationInput input, CancellationToken token = default)
    {
        var location = input.Checked();
        return store.WriteAsync(new("Added a location"), async unit =>
        {
            var db = unit.Connection;
            await RefuseNamesakeAsync(db, location.Name!, except: 0);
            var id = await db.ExecuteScalarAsync<long>(
                "INSERT INTO locations (name, address, time_zone, active) VALUES (@Name, @Address, @TimeZone, @Active) RETURNING id", location);
            await WriteHoursAsync(db, id, location.Hours!);
            return await RequireAsync(db, id);
        }, token);
    }

    /// <summary>Changes a location.</summary>
    /// <param name="id">Which.</param>
    /// <param name="rowVersion">The version the change was made from.</param>
    /// <param name="input">All of it as it shall be.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">A field needs another look, there is no such location, or somebody changed it meanwhile.</exception>
    public Task<LocationRecord> ChangeAsync(long id, long rowVersion, LocationInput input, CancellationToken token = default)
    {
        var location = input.Checked();
        return store.WriteAsync(new("Changed a location"), async unit =>
        {
            var db = unit.Connection;
            var now = await RequireAsync(db, id);
            if (now.RowVersion != rowVersion)
                throw Refuse.Stale($"Somebody else changed this location after you opened it. Load it again, and make your change there.");
            await RefuseNamesakeAsync(db, location.Name!, except: id);
            await db.ExecuteAsync("""
                UPDATE locations SET name = @Name, address = @Address, time_zone = @TimeZone, active = @Active, row_version = row_version + 1
                WHERE id = @id
                """, new { id, location.Name, location.Address, location.TimeZone, location.Active });
            if (!now.Hours.SequenceEqual(location.Hours!)) await WriteHoursAsync(db, id, location.Hours!);
            return await RequireAsync(db, id);
        }, token);
    }

    /// <summary>A room of a location.</summary>
    /// <exception cref="RefusedException">There is no such room there.</exception>
    public Task<RoomRecord> FindRoomAsync(long locationId, long id, CancellationToken token = default) =>
        store.ReadAsync(db => RequireRoomAsync(db, locationId, id), token);

    /// <summary>Adds a room to a location.</summary>
    /// <exception cref="RefusedException">A field needs another look, or there is no such location.</exception>
    public Task<RoomRecord> AddRoomAsync(long locationId, RoomInput input, CancellationToken token = default)
    {
        var room = input.Checked();
        return store.WriteAsync(new("Added a room"), async unit =>
        {
            var db = unit.Connection;
            await RequireAsync(db, locationId);
            await RefuseNamesakeAsync(db, locationId, room.Name!, except: 0);
            var id = await db.ExecuteScalarAsync<long>(
                "INSERT INTO rooms (location_id, name, active) VALUES (@locationId, @Name, @Active) RETURNING id", new { locationId, room.Name, room.Active });
            await WriteFeaturesAsync(db, id, room.Features);
            return await RequireRoomAsync(db, locationId, id);
        }, token);
    }

    /// <summary>Changes a room.</summary>
    /// <param name="locationId">Where it is.</param>
    /// <param name="id">Which.</param>
    /// <param name="rowVersion">The version the change was made from.</param>
    /// <param name="input">All of it as it shall be.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">A field needs another look, there is no such room, or somebody changed it meanwhile.</exception>
    public Task<RoomRecord> ChangeRoomAsync(long locationId, long id, long rowVersion, RoomInput input, CancellationToken token = default)
    {
        var room = input.Checked();
        return store.WriteAsync(new("Changed a room"), async unit =>
        {
            var db = unit.Connection;
            var now = await RequireRoomAsync(db, locationId, id);
            if (now.RowVersion != rowVersion)
                throw Refuse.Stale($"Somebody else changed this room after you opened it. Load it again, and make your change there.");
            await RefuseNamesakeAsync(db, locationId, room.Name!, except: id);
            await db.ExecuteAsync("UPDATE rooms SET name = @Name, active = @Active, row_version = row_version + 1 WHERE id = @id", new { id, room.Name, room.Active });
            await WriteFeaturesAsync(db, id, room.Features);
            return await RequireRoomAsync(db, locationId, id);
        }, token);
    }

    /// <summary>A location's time zone, or null where there is no such location.</summary>
    internal static async Task<TimeZoneInfo?> ZoneAsync(DbConnection db, long locationId) =>
        await db.ExecuteScalarAsync<string?>("SELECT time_zone FROM locations WHERE id = @locationId", new { locationId }) is { } name
            // Checked when it was written; another machine may know fewer.
            ? WallClock.Zone(name) ?? TimeZoneInfo.Utc
            : null;

    internal static async Task<IReadOnlyList<OpeningHours>> HoursAsync(DbConnection db, long locationId) =>
    [
        .. (await db.QueryAsync<(long Weekday, string Opens, string Closes)>(
                "SELECT weekday, opens_at, closes_at FROM core__opening_hours WHERE location_id = @locationId ORDER BY weekday, opens_at", new { locationId }))
            .Select(h => new OpeningHours(OpeningHours.DayOf(h.Weekday), h.Opens, h.Closes)),
    ];

    private static async Task<LocationRecord> RequireAsync(DbConnection db, long id) =>
        await db.QuerySingleOrDefaultAsync<LocationRecord>($"SELECT {Columns} FROM locations WHERE id = @id", new { id }) is { } location
            ? await WithPartsAsync(db, location)
            : throw Refuse.Missing($"There is no location {id}.");

    private static async Task<RoomRecord> RequireRoomAsync(DbConnection db, long locationId, long id) =>
        await db.QuerySingleOrDefaultAsync<RoomRecord>(
            $"SELECT {RoomColumns} FROM rooms WHERE id = @id AND location_id = @locationId", new { id, locationId }) is { } room
            ? room with { Features = (await FeaturesAsync(db, locationId))[id].AsList() }
            : throw Refuse.Missing($"There is no room {id} at this location.");

    /// <summary>What the rooms of a location are and have, by room.</summary>
    internal static async Task<ILookup<long, string>> FeaturesAsync(DbConnection db, long locationId) =>
        (await db.QueryAsync<(long RoomId, string Feature)>("""
            SELECT f.room_id, f.feature FROM core__room_features f JOIN rooms r ON r.id = f.room_id WHERE r.location_id = @locationId ORDER BY f.feature
            """, new { locationId })).ToLookup(f => f.RoomId, f => f.Feature);

    private static async Task<LocationRecord> WithPartsAsync(DbConnection db, LocationRecord location)
    {
        var features = await FeaturesAsync(db, location.Id);
        return location with
        {
            Hours = await HoursAsync(db, location.Id),
            Rooms =
            [
                .. (await db.QueryAsync<RoomRecord>(
                        $"SELECT {RoomColumns} FROM rooms WHERE location_id = @Id ORDER BY active DESC, name COLLATE NOCASE, id", new { location.Id }))
                    .Select(room => room with { Features = [.. features[room.Id]] }),
            ],
        };
    }

    private static async Task WriteFeaturesAsync(DbConnection db, long id, IReadOnlyList<string>? features)
    {
        if (features is null) return;
        var now = (await db.QueryAsync<string>("SELECT feature FROM core__room_features WHERE room_id = @id", new { id })).AsList();
        foreach (var gone in now.Except(features, StringComparer.OrdinalIgnoreCase))
            await db.ExecuteAsync("DELETE FROM core__room_features WHERE room_id = @id AND feature = @gone", new { id, gone });
        foreach (var added in features.Except(now, StringComparer.OrdinalIgnoreCase))
            await db.ExecuteAsync("INSERT INTO core__room_features (room_id, feature) VALUES (@id, @added)", new { id, added });
    }

    private static async Task RefuseNamesakeAsync(DbConnection db, string name, long except)
    {
        if (await db.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM locations WHERE name = @name COLLATE NOCASE AND id <> @except)", new { name, except }))
            throw Refuse.Field("name", $"There is a location {name} already.");
    }

    private static async Task RefuseNamesakeAsync(DbConnection db, long locationId, string name, long except)
    {
        if (await db.ExecuteScalarAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM rooms WHERE location_id = @locationId AND name = @name COLLATE NOCASE AND id <> @except)", new { locationId, name, except }))
            throw Refuse.Field("name", $"There is a room {name} here already.");
    }

    private static async Task WriteHoursAsync(DbConnection db, long id, IReadOnlyList<OpeningHours> hours)
    {
        await db.ExecuteAsync("DELETE FROM core__opening_hours WHERE location_id = @id", new { id });
        foreach (var h in hours)
        {
            await db.ExecuteAsync(
                "INSERT INTO core__opening_hours (location_id, weekday, opens_at, closes_at) VALUES (@id, @Weekday, @Opens, @Closes)",
                new { id, h.Weekday, h.Opens, h.Closes });
        }
    }
}
