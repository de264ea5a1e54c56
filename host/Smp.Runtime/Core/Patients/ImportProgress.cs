using System.Collections.Concurrent;
using Smp.Sdk;

namespace Smp.Runtime.Core.Patients;

/// <summary>What an import is at.</summary>
public enum ImportStep
{
    /// <summary>The lines are read.</summary>
    Reading,

    /// <summary>It is looked for people who are here already.</summary>
    Comparing,

    /// <summary>They are registered.</summary>
    Registering,
}

/// <summary>How far an import has come.</summary>
/// <param name="Step">What it is at.</param>
/// <param name="Done">Lines so far.</param>
/// <param name="Of">Lines in all.</param>
public sealed record ImportState(ImportStep Step, int Done, int Of);

/// <summary>How far imports have come, for whoever imports: one each.</summary>
public sealed class ImportProgress
{
    private readonly ConcurrentDictionary<Actor, ImportState> running = new();

    /// <summary>How far somebody's import has come; null when there is none.</summary>
    public ImportState? Of(Actor actor) => running.GetValueOrDefault(actor);

    internal void Say(Actor actor, ImportStep step, int done, int of) => running[actor] = new(step, done, of);

    internal void End(Actor actor) => running.TryRemove(actor, out _);
}
