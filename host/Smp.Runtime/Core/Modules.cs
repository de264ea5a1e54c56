using Smp.Runtime.Hosting;
using Smp.Runtime.Plugins;
using Smp.Runtime.Shells;
using Smp.Sdk;

namespace Smp.Runtime.Core;

/// <summary>Turns modules on and off and chooses their versions, for whoever does it in this request.</summary>
public sealed class Modules(Clinic clinic, ICurrentActor actor, IServiceProvider scope)
{
    /// <summary>How every module stands, and the versions of it that are there now.</summary>
    public IReadOnlyList<PluginStatus> List() => clinic.Book.Refresh();

    /// <summary>How a module stands.</summary>
    /// <exception cref="RefusedException">There is no such module.</exception>
    public PluginStatus Find(string plugin) => List().FirstOrDefault(m => m.Id == plugin)
        ?? throw Refuse.Missing($"There is no module {plugin}. Here are: {string.Join(", ", clinic.Plugins.Select(m => m.Id))}.");

    /// <summary>What is being done with a module just now; null when nothing is.</summary>
    public ModuleWork? Work => clinic.Progress.Now;

    /// <summary>The modules whose files are gone and whose records are still here, by id.</summary>
    public Task<IReadOnlyList<string>> LeftBehindAsync() => clinic.Book.LeftBehindAsync();

    /// <summary>What became of a module, the latest first; 100 entries at most. Also of one that isn't there any more.</summary>
    public Task<IReadOnlyList<PluginChange>> HistoryAsync(string plugin, CancellationToken token = default) => clinic.Book.HistoryAsync(plugin, token);

    /// <summary>Says what would follow from something done with a module. None of its code runs for it.</summary>
    /// <exception cref="RefusedException">There is no such module.</exception>
    public Task<PluginPlan> PlanAsync(PluginOrder order, CancellationToken token = default) => clinic.Life.PlanAsync(order, token);

    /// <summary>Does something with a module. Returns how it stands then.</summary>
    /// <exception cref="RefusedException">
    /// There is no such module; it can't be done; others would go with it, or it asks for more than was allowed, and nobody agreed to that; the plan that
    /// was agreed to isn't what would happen any more; an upgrade failed, and the version before goes on.
    /// </exception>
    public Task<PluginStatus> DoAsync(PluginOrder order, CancellationToken token = default) => clinic.Life.DoAsync(order, actor.Actor, scope, token);

    /// <summary>Leaves a module that keeps failing out, until somebody tries it again: what it protects doesn't go ahead meanwhile. Returns how it stands then.</summary>
    /// <exception cref="RefusedException">There is no such module; it isn't running; nothing speaks for it.</exception>
    public async Task<PluginStatus> QuarantineAsync(string plugin, CancellationToken token = default)
    {
        Find(plugin);
        var why = clinic.Health.Of(plugin).QuarantineProposed ?? throw Refuse.Because($"The module {plugin} hasn't failed often enough. It can be turned off.");
        await clinic.Life.QuarantineAsync(plugin, why, actor.Actor, scope, token);
        return Find(plugin);
    }
}
