using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Procedures;

/// <summary>A place where procedures can take place.</summary>
/// <param name="LocationId">The location.</param>
/// <param name="RoomId">The room; null for the location without one.</param>
/// <param name="Name">As shown: "Main street, room 2".</param>
public sealed record ProcedurePlace(long LocationId, long? RoomId, string Name);

/// <summary>What stands behind the keys in a procedure.</summary>
internal static class ProcedureNames
{
    public static Task<IReadOnlyDictionary<long, string>> StaffAsync(IStore<CorePlugin> store, CancellationToken token) =>
        store.ReadAsync<IReadOnlyDictionary<long, string>>(async db =>
            (await db.QueryAsync<(long Id, string Name)>("SELECT id, name FROM staff")).ToDictionary(s => s.Id, s => s.Name), token);

    public static Task<IReadOnlyList<ProcedurePlace>> PlacesAsync(IStore<CorePlugin> store, long? keeping, CancellationToken token) =>
        store.ReadAsync<IReadOnlyList<ProcedurePlace>>(async db => (await db.QueryAsync<ProcedurePlace>("""
            SELECT id AS location_id, NULL AS room_id, name FROM locations WHERE active = 1 OR id = @keeping
            UNION ALL
            SELECT l.id, r.id, l.name || ', ' || r.name FROM rooms r JOIN locations l ON l.id = r.location_id WHERE (r.active = 1 AND l.active = 1) OR l.id = @keeping
            ORDER BY 3
            """, new { keeping })).AsList(), token);
}
