using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Procedures;

/// <summary>What a kind of procedure needs, as its module declared it, is there when it is booked: the people, and a room that has what it takes.</summary>
internal sealed class NeedsGuard(IStore<CorePlugin> store, ProcedureKinds kinds) : IProcedureGuard
{
    public async Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token)
    {
        var procedure = question.Procedure;
        if (question.Stage is not GuardStage.Book || kinds.Find(procedure.Plugin, procedure.Kind) is not { } kind) return [];
        List<GuardAnswer> answers = [];
        if (kind.Staff.Count > 0) answers.AddRange(await PeopleAsync(kind, procedure, unit, token));
        if (kind.Room.Count > 0) answers.AddRange(await RoomAsync(kind, procedure, unit, token));
        return answers;
    }

    private async Task<IReadOnlyList<GuardAnswer>> PeopleAsync(ProcedureKind kind, Procedure procedure, IUnitOfWork? unit, CancellationToken token)
    {
        IReadOnlyList<long> ids = [.. procedure.Team.Select(m => m.StaffId).Append(procedure.PerformedBy ?? 0).Distinct()];
        var roles = await store.ReadAsync(unit, async db => (await db.QueryAsync<(long Id, Role Role)>(
            "SELECT id, role FROM staff WHERE id IN (SELECT value FROM json_each(@keys))", new { keys = $"[{string.Join(',', ids)}]" })).ToDictionary(s => s.Id, s => s.Role), token);
        var there = ids.Where(id => id != procedure.PerformedBy).Select(id => roles.TryGetValue(id, out var role) ? role : (Role?)null).OfType<Role>().ToList();
        var hands = procedure.PerformedBy is { } performer && roles.TryGetValue(performer, out var its) ? its : (Role?)null;
        return [.. Missing(kind.Staff, hands, there).Select(m => new GuardAnswer(
            GuardGrade.Stop, $"needs-{m.Index + 1}", $"It needs a {m.Needed.Part} ({RolesIn(m.Needed)}). Choose who it is."))];
    }

    private async Task<IReadOnlyList<GuardAnswer>> RoomAsync(ProcedureKind kind, Procedure procedure, IUnitOfWork? unit, CancellationToken token)
    {
        var has = await store.ReadAsync(unit, async db => (await db.QueryAsync<string>(
            "SELECT feature FROM core__room_features WHERE room_id = @RoomId", new { procedure.RoomId })).AsList(), token);
        var lacks = Lacks(kind, has);
        if (lacks.Count == 0) return [];
        // By room: who overrides it for one doesn't override it for another.
        return procedure.RoomId is { } room
            ? [new GuardAnswer(GuardGrade.Stop, FormattableString.Invariant($"room-lacks-{room}"), $"This room lacks what it needs: {string.Join(", ", lacks)}. Choose another room.")]
            : [new GuardAnswer(GuardGrade.Stop, "room-missing", $"It needs a room with: {string.Join(", ", lacks)}. Choose one.")];
    }

    /// <summary>What a room lacks of what a kind needs.</summary>
    public static IReadOnlyList<string> Lacks(ProcedureKind kind, IEnumerable<string> has) => [.. kind.Room.Except(has, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Who is missing: the first needed is whose hands it is, the others are each somebody else.</summary>
    /// <param name="needed">Whom it needs.</param>
    /// <param name="hands">The role of whoever performs it; null where nobody does yet.</param>
    /// <param name="others">The roles of the others.</param>
    public static IReadOnlyList<(int Index, NeededStaff Needed)> Missing(IReadOnlyList<NeededStaff> needed, Role? hands, IReadOnlyList<Role> others)
    {
        List<(int, NeededStaff)> missing = [];
        if (needed.Count > 0 && (hands is not { } its || !needed[0].Roles.Contains(its))) missing.Add((0, needed[0]));
        // Each of the others takes one part. Whom a part goes to can take it from another part, where that finds somebody else: the largest matching (Berge 1957).
        var taken = new int?[others.Count];
        for (var part = 1; part < needed.Count; part++)
        {
            if (!Find(part, [])) missing.Add((part, needed[part]));
        }

        return missing;

        bool Find(int part, HashSet<int> asked)
        {
            for (var who = 0; who < others.Count; who++)
            {
                if (!needed[part].Roles.Contains(others[who]) || !asked.Add(who)) continue;
                if (taken[who] is { } other && !Find(other, asked)) continue;
                taken[who] = part;
                return true;
            }

            return false;
        }
    }

    private static string RolesIn(NeededStaff needed) => string.Join(", ", needed.Roles);
}
