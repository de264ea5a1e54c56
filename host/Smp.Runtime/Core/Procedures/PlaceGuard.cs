using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Procedures;

/// <summary>Where a procedure takes place is in use.</summary>
internal sealed class PlaceGuard(IStore<CorePlugin> store) : IProcedureGuard
{
    public async Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token)
    {
        // Afterwards it doesn't matter whether the place is still in use.
        if (question.Stage is not (GuardStage.Book or GuardStage.Start) || question.Procedure.Historical) return [];
        var closed = await store.ReadAsync(unit, async db => (await db.QueryAsync<(string Code, string Name)>("""
            SELECT 'location-closed-' || id, name FROM locations WHERE id = @LocationId AND active = 0
            UNION ALL SELECT 'room-closed-' || id, name FROM rooms WHERE id = @RoomId AND active = 0
            """, new { question.Procedure.LocationId, question.Procedure.RoomId })).AsList(), token);
        // By place: who overrides it for one doesn't override it for another.
        return [.. closed.Select(place => new GuardAnswer(GuardGrade.Stop, place.Code, $"{place.Name} isn’t in use any more. Choose another place."))];
    }
}
