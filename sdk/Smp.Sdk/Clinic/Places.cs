namespace Smp.Sdk;

/// <summary>A location of the clinic.</summary>
/// <param name="Id">Key in the contract table <c>locations</c>.</param>
/// <param name="Name">As shown.</param>
/// <param name="Address">Where it is, in lines.</param>
/// <param name="TimeZone">The IANA name of its time zone: <c>Europe/Zurich</c>.</param>
/// <param name="Active">Whether it is in use; one that isn't stays, for the record.</param>
public sealed record Location(long Id, string Name, string? Address, string TimeZone, bool Active);

/// <summary>A room of a location.</summary>
/// <param name="Id">Key in the contract table <c>rooms</c>.</param>
/// <param name="LocationId">Where it is.</param>
/// <param name="Name">As shown; each name once in a location.</param>
/// <param name="Active">Whether it is in use.</param>
public sealed record Room(long Id, long LocationId, string Name, bool Active);

/// <summary>A time during which a location is open.</summary>
/// <param name="From">When it opens, in UTC.</param>
/// <param name="Until">When it closes, in UTC; at this moment it isn't open any more.</param>
public sealed record Opening(DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>Whether it is open at a moment.</summary>
    public bool Holds(DateTimeOffset moment) => From <= moment && moment < Until;
}

/// <summary>The clinic's locations, their rooms, and when they are open.</summary>
/// <remarks>
/// Opening hours are those of the wall clock at the location, over changes to and from daylight-saving time too: open all day is 23 hours on the
/// one Sunday and 25 on the other. A time of opening or closing that the clock leaves out is the moment at which it jumps; one that
/// comes twice is meant the first time it comes.
/// </remarks>
public interface IPlaces
{
    /// <summary>The locations in use, by name.</summary>
    Task<IReadOnlyList<Location>> ListAsync(CancellationToken token = default);

    /// <summary>A location, also one that isn't in use any more, or null.</summary>
    /// <param name="id">Its key.</param>
    /// <param name="unit">Reads inside a unit of work; null to read by itself.</param>
    /// <param name="token">Gives up.</param>
    Task<Location?> FindAsync(long id, IUnitOfWork? unit = null, CancellationToken token = default);

    /// <summary>The rooms in use of a location, by name.</summary>
    Task<IReadOnlyList<Room>> RoomsOfAsync(long locationId, CancellationToken token = default);

    /// <summary>A room, also one that isn't in use any more, or null.</summary>
    /// <param name="id">Its key.</param>
    /// <param name="unit">Reads inside a unit of work; null to read by itself.</param>
    /// <param name="token">Gives up.</param>
    Task<Room?> FindRoomAsync(long id, IUnitOfWork? unit = null, CancellationToken token = default);

    /// <summary>When a location is open on a day of its own calendar, in order, without overlaps. Empty where it is closed, or isn't in use, or isn't there.</summary>
    /// <param name="locationId">Which.</param>
    /// <param name="day">The day at the location.</param>
    /// <param name="unit">Reads inside a unit of work; null to read by itself.</param>
    /// <param name="token">Gives up.</param>
    Task<IReadOnlyList<Opening>> OpeningsOfAsync(long locationId, DateOnly day, IUnitOfWork? unit = null, CancellationToken token = default);

    /// <summary>Whether a location is open at a moment.</summary>
    /// <param name="locationId">Which.</param>
    /// <param name="moment">When.</param>
    /// <param name="unit">Reads inside a unit of work; null to read by itself.</param>
    /// <param name="token">Gives up.</param>
    Task<bool> IsOpenAsync(long locationId, DateTimeOffset moment, IUnitOfWork? unit = null, CancellationToken token = default);

    /// <summary>A location's time zone; UTC where this machine doesn't know its name.</summary>
    TimeZoneInfo ZoneOf(Location location);
}
