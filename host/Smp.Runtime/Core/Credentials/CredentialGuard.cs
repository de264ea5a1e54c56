using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Credentials;

/// <summary>
/// Whether those who treat may: their licence (state law; the clinic's choice) and their yearly training on bloodborne pathogens
/// (29 CFR 1910.1030(g)(2)) are valid on the day of the procedure.
/// </summary>
internal sealed class CredentialGuard(IStore<CorePlugin> store, ICredentials credentials, IPlaces places, IClinicClock clock) : IProcedureGuard
{
    private static readonly CredentialKind[] Needed = [CredentialKind.Licence, CredentialKind.BloodbornePathogenTraining];

    public async Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token)
    {
        if (question.Stage is not (GuardStage.Book or GuardStage.Start)) return [];
        var procedure = question.Procedure;
        var day = await DayAsync(question, unit, token);
        List<GuardAnswer> answers = [];
        var hands = procedure.Team.Select(t => t.StaffId).Concat(procedure.PerformedBy is { } performer ? [performer] : []).Distinct();
        foreach (var id in hands)
        {
            var member = await store.ReadAsync(unit, db => db.QuerySingleOrDefaultAsync<StaffMember>(
                "SELECT id, name, role, active FROM staff WHERE id = @id", new { id }), token);
            if (member is not { Role: Role.Physician or Role.Technician }) continue;
            var all = await credentials.OfAsync(id, unit, token);
            answers.AddRange(Needed.Select(kind => Judge(member, kind, [.. all.Where(c => c.Kind == kind)], day)).OfType<GuardAnswer>());
        }

        return answers;
    }

    /// <summary>What is to be said about one kind of credential of one person; null when one is valid on that day.</summary>
    /// <param name="member">Who.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="own">Theirs of that kind, the latest end first.</param>
    /// <param name="day">The day of the procedure.</param>
    private GuardAnswer? Judge(StaffMember member, CredentialKind kind, IReadOnlyList<Credential> own, DateOnly day)
    {
        if (own.Any(c => c.IsValidOn(day))) return null;
        var href = FormattableString.Invariant($"/staff/{member.Id}/credentials");
        // By person: who overrides it for one of the team doesn't override it for another.
        var code = FormattableString.Invariant($"{(kind == CredentialKind.Licence ? "licence" : "bloodborne-training")}-{member.Id}");
        if (own.Count == 0) return new GuardAnswer(GuardGrade.Warn, code, $"{kind} of {member.Name} isn't recorded. Record it, or make sure of it.", href);
        if (own.FirstOrDefault(c => c.ValidUntil < day) is not { } last)
            return new GuardAnswer(GuardGrade.Stop, code, $"{kind} of {member.Name} isn't valid before {own.Min(c => c.ValidFrom)}. Choose another day, or somebody else.", href);
        return last.ValidUntil < clock.Today
            ? new GuardAnswer(GuardGrade.Stop, code, $"{kind} of {member.Name} expired on {last.ValidUntil}. Record its renewal, or choose somebody else.", href)
            : new GuardAnswer(GuardGrade.Stop, code, $"{kind} of {member.Name} expires on {last.ValidUntil}, before that day. Record its renewal, or choose somebody else.", href);
    }

    // A day of the place where it takes place.
    private async Task<DateOnly> DayAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token) =>
        question.Procedure.LocationId is { } id && await places.FindAsync(id, unit, token) is { } location
            ? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(question.At, places.ZoneOf(location)).DateTime)
            : clock.DayOf(question.At);
}
