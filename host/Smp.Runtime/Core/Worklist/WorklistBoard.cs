using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Health;
using Smp.Runtime.Identity;
using Smp.Runtime.Shells;
using Smp.Sdk;

namespace Smp.Runtime.Core.Worklist;

/// <summary>A line of the worklist.</summary>
/// <param name="Module">The name of the module it comes from.</param>
/// <param name="Entry">What is due.</param>
public sealed record WorklistLine(string Module, WorklistEntry Entry);

/// <summary>The worklist of every module that answered.</summary>
/// <param name="Lines">What is due, the most urgent first, then by day.</param>
/// <param name="Silent">Modules that threw or were too slow, by name.</param>
public sealed record WorklistSheet(IReadOnlyList<WorklistLine> Lines, IReadOnlyList<string> Silent);

/// <summary>Asks every source, each by itself and no longer than a moment: one that is slow or broken harms no other.</summary>
public sealed class WorklistBoard(
    WorklistSources sources, IServiceScopeFactory scopes, RequestContext request, ShellContents shell, IClinicClock clock, ICurrentActor actor, ClinicHealth health,
    ILogger<WorklistBoard> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>What is due, for everybody or for one patient, as far as the actor may see it.</summary>
    /// <param name="patientId">Only what is about this patient.</param>
    /// <param name="limit">How many lines at most.</param>
    /// <param name="token">Stops asking.</param>
    public async Task<WorklistSheet> AskAsync(long? patientId, int limit, CancellationToken token = default)
    {
        var query = new WorklistQuery(clock.Today, patientId, limit);
        var answers = await Task.WhenAll((patientId is null ? sources.Types : sources.AboutPatients).Select(type => AskAsync(type, query, token)));
        return new(
            [.. answers.SelectMany(a => a.Lines).OrderByDescending(l => l.Entry.Urgency).ThenBy(l => l.Entry.Due).Take(limit)],
            [.. answers.Where(a => !a.Answered).Select(a => a.Module).Distinct()]);
    }

    private async Task<(string Module, bool Answered, IEnumerable<WorklistLine> Lines)> AskAsync(
        Type type, WorklistQuery query, CancellationToken token)
    {
        var owner = shell.OwnerOf(type);
        var module = owner?.Manifest.Name ?? "Clinic";
        var gauge = owner is null ? null : health.Gauge(owner.Id, PluginCall.Worklist);
        var began = CallGauge.Begin();
        Task<IReadOnlyList<WorklistEntry>>? asking = null;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(Patience);
        try
        {
            if (gauge is { IsStuck: true }) throw new TimeoutException($"{type.Name} was asked several times and never came back.");
            asking = Task.Run(async () =>
            {
                await using var own = scopes.CreateAsyncScope();
                own.ServiceProvider.GetRequiredService<RequestContext>().CopyFrom(request);
                var source = WorklistSources.Make(own.ServiceProvider, type);
                return actor.May(source.Permission) ? await source.ListAsync(query, patience.Token) : [];
            }, patience.Token);
            var entries = await asking.WaitAsync(Patience, token);
            return (module, true, entries.Take(query.Limit).Select(e => new WorklistLine(module, e)));
        }
        catch (Exception error) when (!token.IsCancellationRequested)
        {
            log.LogWarning(error, "The worklist source {Source} gave no answer", type.Name);
            gauge?.Failed(type.Name, error);
            return (module, false, []);
        }
        finally
        {
            gauge?.Ended(began);
            if (asking is { IsCompleted: false }) gauge?.Lost(asking);
        }
    }
}
