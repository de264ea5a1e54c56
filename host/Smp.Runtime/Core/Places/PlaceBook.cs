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
        var name = Checked(input);
        return store.WriteAsync(new("Added a room"), async unit =>
        {
            var db = unit.Connection;
            await RequireAsync(db, locationId);
            await RefuseNamesakeAsync(db, locationId, name, except: 0);
            return await db.QuerySingleAsync<RoomRecord>(
                $"INSERT INTO rooms (location_id, name, active) VALUES (@locationId, @name, @Active) RETURNING {RoomColumns}", new { locationId, name, input.Active });
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
        var name = Checked(input);
        return store.WriteAsync(new("Changed a room"), async unit =>
        {
            var db = unit.Connection;
            var now = await RequireRoomAsync(db, locationId, id);
            if (now.RowVersion != rowVersion)
                throw Refuse.Stale($"Somebody else changed this room after you opened it. Load it again, and make your change there.");
            await RefuseNamesakeAsync(db, locationId, name, except: id);
            return await db.QuerySingleAsync<RoomRecord>(
                $"UPDATE rooms SET name = @name, active = @Active, row_version = row_version + 1 WHERE id = @id RETURNING {RoomColumns}", new { id, name, input.Active });
        }, token);
    }

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
            $"SELECT {RoomColumns} FROM rooms WHERE id = @id AND location_id = @locationId", new { id, locationId })
            ?? throw Refuse.Missing($"There is no room {id} at this location.");

    private static async Task<LocationRecord> WithPartsAsync(DbConnection db, LocationRecord location) => location with
    {
        Hours = await HoursAsync(db, location.Id),
        Rooms = (await db.QueryAsync<RoomRecord>(
            $"SELECT {RoomColumns} FROM rooms WHERE location_id = @Id ORDER BY active DESC, name COLLATE NOCASE, id", new { location.Id })).AsList(),
    };

    private static string Checked(RoomInput input)
    {
        var checks = new Checks();
        var name = checks.Require(input.Name, "name", 100);
        checks.Throw();
        return name;
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
