using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace GuardStops;

/// <summary>Says of each procedure what its title asks for.</summary>
public sealed class GuardStopsPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services) => services
        .AddGuard<AsTitledGuard>()
        .AddHandler<ProcedureStarted, RefusesAsTitled>()
        .AddHandler<ProcedureClosed, RefusesAsTitled>()
        .AddHandler<ProcedureVoided, RefusesAsTitled>();
}

/// <summary>Takes part in the units that start, end and void: what it refuses doesn't happen.</summary>
public sealed class RefusesAsTitled : IEventHandler<ProcedureStarted>, IEventHandler<ProcedureClosed>, IEventHandler<ProcedureVoided>
{
    public Task HandleAsync(ProcedureStarted @event, IUnitOfWork unit, CancellationToken token) => Look(@event.Procedure, "unstartable");

    public Task HandleAsync(ProcedureClosed @event, IUnitOfWork unit, CancellationToken token) => Look(@event.Procedure, "unendable");

    public Task HandleAsync(ProcedureVoided @event, IUnitOfWork unit, CancellationToken token) => Look(@event.Procedure, "unvoidable");

    private static Task Look(Procedure procedure, string word) => procedure.Title.Contains(word, StringComparison.Ordinal)
        ? Task.FromException(Refuse.Because($"The module has something of its own to do first."))
        : Task.CompletedTask;
}

public sealed class AsTitledGuard(IStore<GuardStopsPlugin> store) : IProcedureGuard
{
    public async Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token)
    {
        // As the unit sees it, so that what the unit has changed counts.
        var id = question.Procedure.Id;
        var title = await store.ReadAsync(unit, db => db.QuerySingleAsync<string>("SELECT title FROM procedures WHERE id = @id", new { id }), token);
        List<GuardAnswer> answers = [];
        if (title.Contains("yes", StringComparison.Ordinal)) answers.Add(new(GuardGrade.Yes, "yes", $"All is well."));
        if (title.Contains("warn", StringComparison.Ordinal)) answers.Add(new(GuardGrade.Warn, "warn", $"Think of it first."));
        if (title.Contains("stop", StringComparison.Ordinal)) answers.Add(new(GuardGrade.Stop, "interval", $"The last session was {5} days ago; {7} are needed."));
        if (title.Contains("also", StringComparison.Ordinal)) answers.Add(new(GuardGrade.Stop, "photos", $"There are no photos."));
        if (title.Contains("never", StringComparison.Ordinal)) answers.Add(new(GuardGrade.Never, "consent", $"There is no valid consent."));
        // Somebody withdraws the consent while the page is being looked at.
        if (title.Contains("turns", StringComparison.Ordinal) && unit is not null) answers.Add(new(GuardGrade.Never, "consent", $"The consent was withdrawn."));
        return answers;
    }
}
