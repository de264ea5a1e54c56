using System.Data.Common;
using Dapper;
using Smp.Runtime.Core.Places;
using Smp.Runtime.Core.Procedures;
using Smp.Sdk;

namespace Smp.Runtime.Core.Appointments;

/// <summary>A patient who waits for a time, as it is typed.</summary>
public sealed record WaitingInput
{
    /// <summary>Whose.</summary>
    public long PatientId { get; init; }

    /// <summary>The module whose kind it is; <c>core</c> for the clinic's own when left out.</summary>
    public string? Plugin { get; init; }

    /// <summary>The kind of procedure; left out where it is for none.</summary>
    public string? Kind { get; init; }

    /// <summary>What it is for; the kind's name when left out.</summary>
    public string? Title { get; init; }

    /// <summary>What to know of it; at most 500 characters.</summary>
    public string? Note { get; init; }

    /// <summary>How long it takes: 5 to 1440 minutes. What the kind declares, or 30, when left out.</summary>
    public int? Minutes { get; init; }

    /// <summary>Where; anywhere when left out.</summary>
    public long? LocationId { get; init; }

    /// <summary>With whom; with anybody when left out.</summary>
    public long? PerformedBy { get; init; }

    /// <summary>The first day on which it could be.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day on which it could be.</summary>
    public DateOnly? Until { get; init; }

    internal async Task CheckAsync(DbConnection db)
    {
        var checks = new Checks();
        checks.That(Minutes is null or (>= SlotJudge.MinMinutes and <= SlotJudge.MaxMinutes), "minutes", $"An appointment takes {SlotJudge.MinMinutes} to {SlotJudge.MaxMinutes} minutes.");
        checks.That(From is null || Until is null || From <= Until, "until", $"It ends before it begins.");
        checks.That(LocationId is null || await Known("locations", LocationId.Value), "locationId", $"There is no location {LocationId}.");
        checks.That(PerformedBy is null || await Known("staff", PerformedBy.Value), "performedBy", $"There is no member of staff {PerformedBy}.");
        checks.Throw();

        Task<bool> Known(string table, long id) => db.ExecuteScalarAsync<bool>($"SELECT count(*) FROM {table} WHERE id = @id", new { id });
    }
}

/// <summary>Somebody who waits.</summary>
public sealed record Waiting(
    long Id, long PatientId, string GivenName, string FamilyName, string? Plugin, string? Kind, string Title, long? LocationId, string? LocationName, long? WantedStaff, string? WantedName,
    int Minutes, string? Note, DateOnly? WantedFrom, DateOnly? WantedUntil, DateTimeOffset MadeAt, long RowVersion);

/// <summary>A time that is free.</summary>
/// <param name="LocationId">Where.</param>
/// <param name="StartsAt">From when.</param>
/// <param name="EndsAt">Until when.</param>
/// <param name="RoomId">The room that is free; null for whichever.</param>
/// <param name="PerformedBy">Whose time is free; null for whoever's.</param>
public sealed record FreedTime(long LocationId, DateTimeOffset StartsAt, DateTimeOffset EndsAt, long? RoomId = null, long? PerformedBy = null);

/// <summary>Who waits for a time, who has waited longest first.</summary>
public sealed class WaitingList(IStore<CorePlugin> store, ProcedureKinds kinds)
{
    private const string Sql = """
        SELECT a.id, a.patient_id, p.given_name, p.family_name, a.plugin, a.kind, a.title, a.location_id, l.name AS location_name, d.wanted_staff, s.name AS wanted_name,
            d.minutes, d.note, d.wanted_from, d.wanted_until, d.made_at, a.row_version
        FROM appointments a JOIN core__appointment_details d ON d.appointment_id = a.id JOIN patients p ON p.id = a.patient_id
            LEFT JOIN locations l ON l.id = a.location_id LEFT JOIN staff s ON s.id = d.wanted_staff
        WHERE a.status = 'Waitlist'
        """;

    /// <summary>One page of all who wait.</summary>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<Waiting>> PageAsync(string? after, int limit, CancellationToken token = default)
    {
        var last = Keyset.Decode(after, 1) is [var key] ? Keyset.Key(key) : 0;
        var rows = await store.ReadAsync(db => db.QueryAsync<Waiting>($"{Sql} AND a.id > @last ORDER BY a.id LIMIT @limit + 1", new { last, limit }), token);
        return Keyset.ToPage(rows.AsList(), limit, w => [Keyset.Of(w.Id)]);
    }

    /// <summary>Who could take a time: it is long enough, on a day and at a place they can, with whom they want, in a room that has what it needs.</summary>
    /// <param name="free">The time.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="token">Gives up.</param>
    public Task<IReadOnlyList<Waiting>> WhoCouldTakeAsync(FreedTime free, int limit, CancellationToken token = default) => store.SnapshotAsync<IReadOnlyList<Waiting>>(async db =>
    {
        if (await PlaceBook.ZoneAsync(db, free.LocationId) is not { } zone) return [];
        var day = WallClock.DayOf(zone, free.StartsAt);
        var could = await db.QueryAsync<Waiting>($"""
            {Sql} AND d.minutes <= @minutes AND (a.location_id IS NULL OR a.location_id = @LocationId) AND (d.wanted_from IS NULL OR d.wanted_from <= @day)
                AND (d.wanted_until IS NULL OR d.wanted_until >= @day) AND (d.wanted_staff IS NULL OR @PerformedBy IS NULL OR d.wanted_staff = @PerformedBy)
            ORDER BY a.id LIMIT 500
            """, new { minutes = (int)(free.EndsAt - free.StartsAt).TotalMinutes, free.LocationId, day, free.PerformedBy });
        var has = free.RoomId is { } room ? (await PlaceBook.FeaturesAsync(db, free.LocationId))[room].ToList() : null;
        var role = free.PerformedBy is null ? null : await db.ExecuteScalarAsync<string?>("SELECT role FROM staff WHERE id = @PerformedBy", new { free.PerformedBy });
        return [.. could.Where(w => kinds.Find(w.Plugin, w.Kind) is not { } kind || Suits(kind)).Take(limit)];

        bool Suits(ProcedureKind kind) => (has is null || NeedsGuard.Lacks(kind, has).Count == 0)
            && (role is null || kind.Staff.Count == 0 || kind.Staff[0].Roles.Contains(Enum.Parse<Role>(role)));
    }, token);
}
