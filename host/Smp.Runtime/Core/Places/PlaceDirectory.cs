using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Places;

/// <summary>Locations and rooms, for modules.</summary>
internal sealed class PlaceDirectory(IStore<CorePlugin> store) : IPlaces
{
    private const string Columns = "id, name, address, time_zone, active";
    private const string RoomColumns = "id, location_id, name, active";

    public async Task<IReadOnlyList<Location>> ListAsync(CancellationToken token = default) => (await store.ReadAsync(db => db.QueryAsync<Location>(
        $"SELECT {Columns} FROM locations WHERE active = 1 ORDER BY name COLLATE NOCASE, id"), token)).AsList();

    public Task<Location?> FindAsync(long id, IUnitOfWork? unit = null, CancellationToken token = default) =>
        store.ReadAsync(unit, db => db.QuerySingleOrDefaultAsync<Location>($"SELECT {Columns} FROM locations WHERE id = @id", new { id }), token);

    public async Task<IReadOnlyList<Room>> RoomsOfAsync(long locationId, CancellationToken token = default) => (await store.ReadAsync(db => db.QueryAsync<Room>(
        $"SELECT {RoomColumns} FROM rooms WHERE location_id = @locationId AND active = 1 ORDER BY name COLLATE NOCASE, id", new { locationId }), token)).AsList();

    public Task<Room?> FindRoomAsync(long id, IUnitOfWork? unit = null, CancellationToken token = default) =>
        store.ReadAsync(unit, db => db.QuerySingleOrDefaultAsync<Room>($"SELECT {RoomColumns} FROM rooms WHERE id = @id", new { id }), token);

    public async Task<IReadOnlyList<Opening>> OpeningsOfAsync(long locationId, DateOnly day, IUnitOfWork? unit = null, CancellationToken token = default) =>
        await FindAsync(locationId, unit, token) is { Active: true } location
            ? WallClock.Openings(ZoneOf(location), await HoursAsync(locationId, unit, token), day)
            : [];

    public async Task<bool> IsOpenAsync(long locationId, DateTimeOffset moment, IUnitOfWork? unit = null, CancellationToken token = default)
    {
        if (await FindAsync(locationId, unit, token) is not { Active: true } location) return false;
        var zone = ZoneOf(location);
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);
        return WallClock.Openings(zone, await HoursAsync(locationId, unit, token), day).Any(o => o.Holds(moment));
    }

    // Checked when it was written; another machine may know fewer.
    public TimeZoneInfo ZoneOf(Location location) => WallClock.Zone(location.TimeZone) ?? TimeZoneInfo.Utc;

    private Task<IReadOnlyList<OpeningHours>> HoursAsync(long locationId, IUnitOfWork? unit, CancellationToken token) =>
        store.ReadAsync(unit, db => PlaceBook.HoursAsync(db, locationId), token);
}
