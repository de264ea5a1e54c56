using Smp.Sdk;

namespace Smp.Runtime.Core.Places;

/// <summary>A location with all that is known of it.</summary>
public sealed record LocationRecord
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>As shown.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is, in lines.</summary>
    public string? Address { get; init; }

    /// <summary>The IANA name of its time zone.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Whether it is in use.</summary>
    public required bool Active { get; init; }

    /// <summary>Counts its changes, those of its hours too.</summary>
    public required long RowVersion { get; init; }

    /// <summary>When it is open, from Monday on.</summary>
    public IReadOnlyList<OpeningHours> Hours { get; init; } = [];

    /// <summary>Its rooms, those in use first, then by name.</summary>
    public IReadOnlyList<RoomRecord> Rooms { get; init; } = [];
}

/// <summary>A room with its version.</summary>
/// <param name="Id">Key.</param>
/// <param name="LocationId">Where it is.</param>
/// <param name="Name">As shown.</param>
/// <param name="Active">Whether it is in use.</param>
/// <param name="RowVersion">Counts its changes.</param>
public sealed record RoomRecord(long Id, long LocationId, string Name, bool Active, long RowVersion)
{
    /// <summary>What it is and has, by name: surgery, operating light. What procedures need is compared with it.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];
}

/// <summary>A location as it shall be.</summary>
public sealed record LocationInput
{
    /// <summary>As shown: at most 100 characters, each name once.</summary>
    public string? Name { get; init; }

    /// <summary>Where it is, in lines; at most 500 characters.</summary>
    public string? Address { get; init; }

    /// <summary>The IANA name of its time zone: <c>Europe/Zurich</c>.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Whether it is in use. Default true.</summary>
    public bool Active { get; init; } = true;

    /// <summary>When it is open; a day that isn't there is closed. The hours of a day may touch each other and not overlap.</summary>
    public IReadOnlyList<OpeningHours>? Hours { get; init; }

    /// <summary>The same, trimmed and checked.</summary>
    /// <exception cref="RefusedException">With what is wrong.</exception>
    internal LocationInput Checked()
    {
        var checks = new Checks();
        var right = new LocationInput
        {
            Name = checks.Require(Name, "name", 100),
            Address = checks.Optional(Address, "address", 500),
            TimeZone = checks.Require(TimeZone, "timeZone", 100),
            Active = Active,
            Hours = OpeningHours.Check(checks, Hours),
        };
        if (right.TimeZone.Length > 0) checks.That(WallClock.Zone(right.TimeZone) is not null, "timeZone", $"This time zone isn't known here. Use a name like Europe/Vienna.");
        checks.Throw();
        return right;
    }
}

/// <summary>A room as it shall be.</summary>
/// <param name="Name">As shown: at most 100 characters, each name once in a location.</param>
/// <param name="Active">Whether it is in use.</param>
public sealed record RoomInput(string? Name, bool Active = true)
{
    private const int MaxFeatures = 20;

    /// <summary>What it is and has; at most 20, of at most 50 characters each. Capitals don't count. Null leaves it as it is.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>The same, trimmed and checked.</summary>
    /// <exception cref="RefusedException">With what is wrong.</exception>
    internal RoomInput Checked()
    {
        var checks = new Checks();
        var right = new RoomInput(checks.Require(Name, "name", 100), Active)
        {
            Features = Features is null ? null : [.. Features.Select(f => checks.Optional(f, "features", 50)).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)],
        };
        checks.That(right.Features is null or { Count: <= MaxFeatures }, "features", $"At most {MaxFeatures}.");
        checks.Throw();
        return right;
    }
}
