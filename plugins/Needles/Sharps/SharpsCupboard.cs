using System.Data.Common;
using Dapper;
using Smp.Sdk;

namespace Smp.Needles.Sharps;

/// <summary>The clinic's sharps containers: put into use, closed, handed over.</summary>
public sealed class SharpsCupboard(IStore<NeedlesPlugin> store, IClinicClock clock, ISettings<NeedlesPlugin> settings)
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private const string Columns = """
        s.id, s.label, s.size_ml, s.place, s.room_id, r.name AS room, s.state, s.opened_by, s.opened_at, s.closed_by, s.closed_at, s.close_reason,
        s.close_note, s.disposed_by, s.disposed_at, s.carrier, s.receipt, s.row_version
        FROM needles__sharps_containers s LEFT JOIN rooms r ON r.id = s.room_id
        """;

    /// <summary>A container, or null.</summary>
    public async Task<SharpsContainer?> FindAsync(long id, CancellationToken token = default) =>
        await store.ReadAsync(connection => FindAsync(connection, id), token) is { } found ? Dated(found) : null;

    /// <summary>One page of the containers: the open ones first, then the closed ones, then those that left; within each the newest first.</summary>
    /// <param name="state">Only those that stand so; null for all.</param>
    /// <param name="after">Where the page begins.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="token">Stops the search.</param>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<SharpsContainer>> PageAsync(SharpsState? state, string? after, int limit, CancellationToken token = default)
    {
        var key = Keyset.Decode(after, 2) is [var rank, var id] ? (Rank: Keyset.Key(rank), Id: Keyset.Key(id)) : (0, long.MaxValue);
        var rows = await store.ReadAsync(connection => connection.QueryAsync<SharpsContainer>($"""
            SELECT {Columns}
            WHERE (CASE s.state WHEN 'Open' THEN 0 WHEN 'Closed' THEN 1 ELSE 2 END, -s.id) > (@Rank, -@Id) AND (@state IS NULL OR s.state = @state)
            ORDER BY CASE s.state WHEN 'Open' THEN 0 WHEN 'Closed' THEN 1 ELSE 2 END, -s.id LIMIT @limit + 1
            """, new { key.Rank, key.Id, state = state?.ToString(), limit }), token);
        return Keyset.ToPage([.. rows.Select(Dated)], limit, s => [Keyset.Of((long)s.State), Keyset.Of(s.Id)]);
    }

    /// <summary>Those that are in the house, the oldest first; at most 500.</summary>
    public async Task<IReadOnlyList<SharpsContainer>> HereAsync(CancellationToken token = default)
    {
        var rows = await store.ReadAsync(connection => connection.QueryAsync<SharpsContainer>(
            $"SELECT {Columns} WHERE s.state <> 'Disposed' ORDER BY s.opened_at, s.id LIMIT 500"), token);
        return [.. rows.Select(Dated)];
    }

    /// <summary>The rooms that a container can stand in: key, and name with that of the location.</summary>
    public async Task<IReadOnlyList<(long Id, string Name)>> RoomsAsync(CancellationToken token = default) =>
        (await store.ReadAsync(connection => connection.QueryAsync<(long, string)>(
            "SELECT id, name FROM rooms WHERE active = 1 ORDER BY name COLLATE NOCASE, id LIMIT 500"), token)).AsList();

    /// <summary>Puts a container into use.</summary>
    /// <exception cref="RefusedException">A field needs another look, no such room, or another container that is here has this label.</exception>
    public Task<SharpsContainer> OpenAsync(NewSharpsContainer input, CancellationToken token = default)
    {
        var checks = new Checks();
        var label = checks.Require(input.Label, "label", 50);
        var place = checks.Require(input.Place, "place", 200);
        checks.That(input.SizeMl is >= 100 and <= 100_000, "sizeMl", $"Say how much it holds: 100 to 100,000 ml.");
        checks.That(input.OpenedAt is null || input.OpenedAt <= clock.Now + ClockSkew, "openedAt", $"This is in the future.");
        checks.Throw();
        return store.WriteAsync(new("Put a sharps container into use"), async unit =>
        {
            var c = unit.Connection;
            if (input.RoomId is { } room && !await c.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM rooms WHERE id = @room)", new { room }))
                throw Refuse.Field("roomId", $"There is no room {room}.");
            if (await c.ExecuteScalarAsync<bool>(
                "SELECT EXISTS (SELECT 1 FROM needles__sharps_containers WHERE label = @label AND state <> 'Disposed')", new { label }))
                throw Refuse.Field("label", $"A container {label} is in the house already. Write another label on this one.");
            var id = await c.ExecuteScalarAsync<long>("""
                INSERT INTO needles__sharps_containers (label, size_ml, place, room_id, opened_by, opened_at)
                VALUES (@label, @SizeMl, @place, @RoomId, @Name, @at) RETURNING id
                """, new { label, input.SizeMl, place, input.RoomId, unit.Actor.Name, at = input.OpenedAt ?? unit.Now });
            return Dated((await FindAsync(c, id))!);
        }, token);
    }

    /// <summary>Closes a container for good.</summary>
    /// <param name="id">Which.</param>
    /// <param name="rowVersion">The version that was seen.</param>
    /// <param name="input">Why.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">No reason, no such container, it is closed already, or somebody changed it meanwhile.</exception>
    public Task<SharpsContainer> CloseAsync(long id, long rowVersion, CloseInput input, CancellationToken token = default)
    {
        var checks = new Checks();
        var note = checks.Optional(input.Note, "note", 500);
        checks.That(input.Reason is not null, "reason", $"Say why it is closed.");
        checks.That(input.Reason is not CloseReason.Other || note is not null, "note", $"Say why it is closed.");
        checks.Throw();
        return StepAsync(id, rowVersion, SharpsEvent.Close, new("Closed a sharps container", note), (c, unit) => c.ExecuteAsync("""
            UPDATE needles__sharps_containers SET state = 'Closed', closed_by = @Name, closed_at = @Now, close_reason = @reason, close_note = @note,
                row_version = row_version + 1
            WHERE id = @id
            """, new { id, unit.Actor.Name, unit.Now, reason = input.Reason.ToString(), note }), token);
    }

    /// <summary>Hands a closed container to a carrier.</summary>
    /// <param name="id">Which.</param>
    /// <param name="rowVersion">The version that was seen.</param>
    /// <param name="input">Who took it, and their receipt.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">No carrier or receipt, no such container, it isn't closed or is gone, or somebody changed it meanwhile.</exception>
    public Task<SharpsContainer> DisposeAsync(long id, long rowVersion, DisposalInput input, CancellationToken token = default)
    {
        var checks = new Checks();
        var carrier = checks.Require(input.Carrier, "carrier", 200);
        var receipt = checks.Require(input.Receipt, "receipt", 100);
        checks.Throw();
        return StepAsync(id, rowVersion, SharpsEvent.Dispose, new("Handed over a sharps container"), (c, unit) => c.ExecuteAsync("""
            UPDATE needles__sharps_containers SET state = 'Disposed', disposed_by = @Name, disposed_at = @Now, carrier = @carrier, receipt = @receipt,
                row_version = row_version + 1
            WHERE id = @id
            """, new { id, unit.Actor.Name, unit.Now, carrier, receipt }), token);
    }

    private Task<SharpsContainer> StepAsync(
        long id, long rowVersion, SharpsEvent on, Act act, Func<DbConnection, IUnitOfWork, Task> change, CancellationToken token) =>
        store.WriteAsync(act, async unit =>
        {
            var container = await FindAsync(unit.Connection, id) ?? throw Refuse.Missing($"There is no sharps container {id}.");
            if (SharpsStates.Next(container.State, on) is null)
            {
                throw container.State switch
                {
                    SharpsState.Open => Refuse.Because($"Sharps container {container.Label} is open. Close it first."),
                    SharpsState.Closed => Refuse.Because($"Sharps container {container.Label} is closed already, and is never opened again."),
                    _ => Refuse.Because($"Sharps container {container.Label} has left the house."),
                };
            }

            if (container.RowVersion != rowVersion)
                throw Refuse.Stale($"This sharps container was changed by somebody else after you opened it. Load it again.");
            await change(unit.Connection, unit);
            return Dated((await FindAsync(unit.Connection, id))!);
        }, token);

    private static Task<SharpsContainer?> FindAsync(DbConnection connection, long id) =>
        connection.QuerySingleOrDefaultAsync<SharpsContainer>($"SELECT {Columns} WHERE s.id = @id", new { id });

    private SharpsContainer Dated(SharpsContainer container) => container.State switch
    {
        SharpsState.Open => container with { CloseBy = clock.DayOf(container.OpenedAt).AddMonths(settings.Get<int>("sharpsMonths")) },
        SharpsState.Closed => container with { DisposeBy = clock.DayOf(container.ClosedAt!.Value).AddDays(settings.Get<int>("sharpsDisposalDays")) },
        _ => container,
    };
}
