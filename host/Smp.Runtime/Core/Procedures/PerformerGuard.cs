using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Procedures;

/// <summary>Whoever performs a procedure works here and has a role that treats. What a role may do within a kind of procedure is its module's to say.</summary>
internal sealed class PerformerGuard(IStore<CorePlugin> store) : IProcedureGuard
{
    public async Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token)
    {
        if (question.Stage is GuardStage.Close || question.Procedure.PerformedBy is not { } id) return [];
        var who = await store.ReadAsync(unit, db => db.QuerySingleAsync<StaffMember>("SELECT id, name, role, active FROM staff WHERE id = @id", new { id }), token);
        // By person: who overrides it for one doesn't override it for another.
        var (left, role) = (FormattableString.Invariant($"performer-left-{id}"), FormattableString.Invariant($"performer-role-{id}"));
        if (!who.Active && !question.Procedure.Historical)
            return [new GuardAnswer(GuardGrade.Stop, left, $"{who.Name} doesn’t work here any more. Choose who performs it.")];
        return who.Role is Role.Physician or Role.Technician
            ? []
            : [new GuardAnswer(GuardGrade.Stop, role, $"{who.Name} is here as {who.Role}, a role that doesn’t treat. Choose a physician or a technician.")];
    }
}
