using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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
    WorklistSources sources, IServiceScopeFactory scopes, RequestContext request, ShellContents shell, IClinicClock clock, ICurrentActor actor, ILogger<WorklistBoard> log)
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
        var module = shell.OwnerOf(type)?.Manifest.Name ?? "Clinic";
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(Patience);
        try
        {
            var entries = await Task.Run(async () =>
            {
                await using var own = scopes.CreateAsyncScope();
                own.ServiceProvider.GetRequiredService<RequestContext>().CopyFrom(request);
                var source = WorklistSources.Make(own.ServiceProvider, type);
                return actor.May(source.Permission) ? await source.ListAsync(query, patience.Token) : [];
            }, patience.Token).WaitAsync(Patience, token);
            return (module, true, entries.Take(query.Limit).Select(e => new WorklistLine(module, e)));
        }
        catch (Exception error) when (!token.IsCancellationRequested)
        {
            log.LogWarning(error, "The worklist source {Source} gave no answer", type.Name);
            return (module, false, []);
        }
    }
}
