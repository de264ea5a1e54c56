using Microsoft.Extensions.Logging;
using Smp.Runtime.Backups;
using Smp.Runtime.Shells;
using Smp.Sdk;

namespace Smp.Runtime.Plugins;

/// <summary>Changes what runs, one change at a time: what is wished is written down, a new shell built, put in place, and what became of it written down.</summary>
internal sealed class PluginLife(PluginBook book, ShellBuilder builder, ShellHost shells, PluginGate gate, MigrationGuard guard, LifeProgress progress, ILogger log) : IDisposable
{
    private readonly SemaphoreSlim changing = new(1, 1);

    // What ran before made room for a migration, and the shell that was to come after didn't: what runs now is less than was wished.
    private bool madeRoom;

    /// <summary>Starts what can run.</summary>
    public async Task StartAsync()
    {
        await changing.WaitAsync();
        try
        {
            await RenewAsync(Actor.System, DeclaredGuards.NoServices.Instance, planned: null);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Does what somebody wants. Returns how the plugin stands then.</summary>
    /// <exception cref="RefusedException">
    /// There is no such plugin; it can't be done; others would go with it, or it asks for more than was allowed, and nobody agreed to that; the plan that
    /// was agreed to isn't what would happen any more; an upgrade failed, and the version before goes on.
    /// </exception>
    public async Task<PluginStatus> DoAsync(PluginOrder order, Actor actor, IServiceProvider scope, CancellationToken token)
    {
        if (order.Action == PluginAction.Remove) throw new ArgumentException("Files are taken away by whoever installed them.", nameof(order));
        await changing.WaitAsync(token);
        try
        {
            using var doing = progress.Begin(order.Plugin, NameOf(order.Plugin), order.Action);
            var planned = await book.PlanAsync(order);
            Demand(planned.Plan, order);
            await book.WriteAsync(planned, actor, scope, token);
            guard.Begin();
            await RenewAsync(actor, scope, planned);
            // One whose files are gone is forgotten once it is off.
            return book.Statuses.FirstOrDefault(s => s.Id == order.Plugin)
                ?? new(order.Plugin, order.Plugin, "", "", "", PluginState.Disabled, "It is off, and its files aren't there any more.");
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Changes which versions lie beside each other, while nothing else changes the plugins.</summary>
    /// <param name="change">Adds files, or takes away those of what is off.</param>
    /// <param name="gone">Whether files were taken away, so that all are judged anew.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="scope">The request's services.</param>
    /// <param name="token">Gives up before it begins.</param>
    public async Task ChangeFilesAsync(Func<Task> change, bool gone, Actor actor, IServiceProvider scope, CancellationToken token)
    {
        await changing.WaitAsync(token);
        try
        {
            await change();
            guard.Begin();
            if (gone) await RenewAsync(actor, scope, planned: null);
            else book.Refresh();
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Says what would follow from what somebody wants.</summary>
    /// <exception cref="RefusedException">There is no such plugin.</exception>
    public async Task<PluginPlan> PlanAsync(PluginOrder order, CancellationToken token)
    {
        await changing.WaitAsync(token);
        try
        {
            return (await book.PlanAsync(order)).Plan;
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Leaves a plugin out because it keeps failing, until somebody tries it again.</summary>
    /// <exception cref="RefusedException">It doesn't run.</exception>
    public async Task QuarantineAsync(string plugin, string reason, Actor actor, IServiceProvider scope, CancellationToken token)
    {
        await changing.WaitAsync(token);
        try
        {
            if (book.Lineup?.Of(plugin) is not { Stand.State: PluginState.Enabled } member) throw Refuse.Because($"The module {plugin} isn't running.");
            book.Quarantine(new(plugin, member.Found.Version, reason), isPassing: false);
            guard.Begin();
            await RenewAsync(actor, scope, planned: null);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Does something while nothing else changes what runs, and renews it afterwards: files come or go.</summary>
    public async Task<T> WithRenewalAsync<T>(Func<Task<T>> work, Actor actor, IServiceProvider scope, CancellationToken token)
    {
        await changing.WaitAsync(token);
        try
        {
            var done = await work();
            guard.Begin();
            await RenewAsync(actor, scope, planned: null);
            return done;
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Refuses what can't be done, or wasn't agreed to.</summary>
    internal static void Demand(PluginPlan plan, PluginOrder order)
    {
        if (plan.Impossible.Count > 0) throw Refuse.Because($"{string.Join(" ", plan.Impossible)}");
        if (order.Reason is { Length: > 500 }) throw Refuse.Field("reason", $"At most 500 characters.");
        if (order.Accept is { } accepted && accepted != plan.Fingerprint)
            throw Refuse.Stale($"What would happen isn't what you agreed to any more. Look at the plan again.");
        if (plan.AlsoDisabled.Count > 0 && !order.AlsoDisable)
        {
            throw new RefusedException(RefusalKind.Refused, $"{string.Join(", ", plan.AlsoDisabled)} can't run without it, and would be turned off with it. Say that you want that too.")
            {
                Details = new Dictionary<string, object?> { ["alsoDisabled"] = plan.AlsoDisabled },
            };
        }

        if (!plan.NeedsConsent || order.Accept is not null) return;
        var asked = plan.Reads.Where(r => r.New).Select(r => r.Data)
            .Concat(plan.Open.Where(o => o.New).Select(o => o.Address))
            .Concat(plan.Permissions.Where(p => p.Change is PermissionChange.New or PermissionChange.Widened).Select(p => p.Name)).ToList();
        throw new RefusedException(RefusalKind.Refused, $"{plan.Name} {plan.ToVersion} asks for more than {plan.FromVersion} was allowed: {string.Join(", ", asked)}. Look at the plan and agree to it.")
        {
            Details = new Dictionary<string, object?> { ["asks"] = asked, ["accept"] = plan.Fingerprint },
        };
    }

    private string NameOf(string plugin) => book.Statuses.FirstOrDefault(s => s.Id == plugin)?.Name ?? plugin;

    // A plugin that stands in the way is left out and the rest is built again, so the loop ends with the last plugin at the latest.
    private async Task RenewAsync(Actor actor, IServiceProvider scope, Planned? planned)
    {
        string? wentBack = null;
        while (true)
        {
            var selection = await book.SelectAsync();
            var failed = planned is null ? null : FailedOf(planned, selection);
            try
            {
                if (failed is null || !await MayGoBackAsync(planned!)) await PutInPlaceAsync(selection);
                else wentBack = failed;
            }
            catch (PluginFailure failure)
            {
                log.LogError(failure, "The module {Plugin} was left out: {Reason}", failure.Plugin, failure.Message);
                if (planned is not null && await MayGoBackAsync(planned))
                {
                    wentBack = failure.Plugin == planned.Order.Plugin ? failure.Message : $"{failure.Plugin} can't run with it: {failure.Message}";
                }
                else
                {
                    book.Quarantine(new(failure.Plugin, selection.Lineup.Of(failure.Plugin)!.Found.Version, failure.Message), failure.IsPassing);
                    continue;
                }
            }

            if (wentBack is null)
            {
                book.Accept(selection);
                gate.Guard(selection.Running.Select(p => p.Id));
                await book.SettleAsync(selection, actor, scope);
            }

            break;
        }

        if (wentBack is not null) await GoBackAsync(planned!, wentBack, actor, scope);
        foreach (var status in book.Statuses.Where(s => s.IsTrouble))
            log.LogWarning("The module {Plugin} {Version} is not running ({State}): {Reason}", status.Id, status.Version, status.State, status.Reason);
        if (wentBack is not null)
            throw Refuse.Because($"{planned!.Plan.Name} {planned.Plan.ToVersion} can't run: {wentBack} Version {planned.Plan.FromVersion} goes on.");
    }

    // What can change tables for good does so while neither the old version nor the new one runs.
    private async Task PutInPlaceAsync(Selection selection)
    {
        progress.At(ModuleStep.Building);
        var next = await builder.BuildAsync(selection.Running);
        var isPaused = false;
        try
        {
            if (await PausedBy(selection) is { Count: > 0 } paused)
            {
                log.LogInformation("{Plugins} pause while their tables are changed", string.Join(", ", paused));
                isPaused = true;
                await gate.CloseAsync(paused);
                await shells.SwapAsync(await builder.BuildAsync(book.Again(selection, p => !paused.Contains(p.Id))));
            }

            await builder.MigrateAsync(selection.Running);
        }
        catch
        {
            await next.DisposeAsync();
            gate.Open();
            if (isPaused) madeRoom = true;
            throw;
        }

        try
        {
            progress.At(ModuleStep.Swapping);
            await shells.SwapAsync(next);
            madeRoom = false;
        }
        catch when (isPaused)
        {
            madeRoom = true;
            throw;
        }
        finally
        {
            gate.Open();
        }
    }

    // Those that run, and whose tables are about to change so that they couldn't any more; and those that require them.
    private async Task<IReadOnlySet<string>> PausedBy(Selection selection)
    {
        HashSet<string> paused = [];
        if (book.Lineup is not { } now) return paused;
        foreach (var plugin in selection.Running.Where(p => now.Of(p.Id)?.Stand.State == PluginState.Enabled))
        {
            if (await book.WillBreakAsync(plugin)) paused.Add(plugin.Id);
        }

        // What is required comes first, so one pass finds those that require it through others too.
        foreach (var plugin in selection.Running.Where(p => p.Manifest.Requires.Keys.Any(paused.Contains))) paused.Add(plugin.Id);
        return paused;
    }

    private async Task GoBackAsync(Planned planned, string reason, Actor actor, IServiceProvider scope)
    {
        await book.GoBackAsync(planned, reason, actor, scope);
        if (madeRoom) await RenewAsync(actor, scope, planned: null);
    }

    // What ran, should run now, and was left out when it was loaded.
    private static string? FailedOf(Planned planned, Selection selection)
    {
        foreach (var was in planned.Now.Members.Where(m => m.Stand.State == PluginState.Enabled && planned.Then.Of(m.Id)?.Stand.State == PluginState.Enabled))
        {
            if (selection.Lineup.Of(was.Id) is { Stand: { State: PluginState.Quarantined } stand })
                return was.Id == planned.Order.Plugin ? stand.Reason : $"{was.Id} can't run with it: {stand.Reason}";
        }

        return null;
    }

    // Another version was chosen of what ran, and the one that ran still can.
    private async Task<bool> MayGoBackAsync(Planned planned) =>
        planned.Order.Action is PluginAction.Upgrade or PluginAction.Rollback
        && planned.Now.Of(planned.Order.Plugin) is { Stand.State: PluginState.Enabled } was
        && await book.FitsDataAsync(was.Found);

    public void Dispose() => changing.Dispose();
}
