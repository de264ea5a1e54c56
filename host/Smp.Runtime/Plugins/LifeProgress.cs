namespace Smp.Runtime.Plugins;

/// <summary>What is done with modules, step by step.</summary>
public enum ModuleStep
{
    /// <summary>Its files are looked at, and what is wished is written down.</summary>
    Looking,

    /// <summary>The new set of modules is built and tried out beside the one that serves.</summary>
    Building,

    /// <summary>A backup is made before tables are changed.</summary>
    BackingUp,

    /// <summary>Tables are brought up to date.</summary>
    Migrating,

    /// <summary>The new set takes the place of the one that served.</summary>
    Swapping,

    /// <summary>Its records are taken away.</summary>
    TakingRecords,

    /// <summary>Its files are taken away.</summary>
    TakingFiles,
}

/// <summary>Something that is being done with a module.</summary>
/// <param name="Plugin">Which.</param>
/// <param name="Name">Its name as shown.</param>
/// <param name="Action">What somebody wanted.</param>
/// <param name="Step">How far it has come.</param>
/// <param name="Since">When it began.</param>
public sealed record ModuleWork(string Plugin, string Name, PluginAction Action, ModuleStep Step, DateTimeOffset Since);

/// <summary>How far what is being done with a module has come: one thing is done at a time.</summary>
internal sealed class LifeProgress(TimeProvider time)
{
    private volatile ModuleWork? now;

    /// <summary>What is being done; null when nothing is.</summary>
    public ModuleWork? Now => now;

    /// <summary>Something begins. It lasts until what is returned is disposed.</summary>
    public IDisposable Begin(string plugin, string name, PluginAction action)
    {
        now = new(plugin, name, action, ModuleStep.Looking, time.GetUtcNow());
        return new Ending(this);
    }

    /// <summary>It has come to this. Says nothing outside of <see cref="Begin"/>, as at a start.</summary>
    public void At(ModuleStep step)
    {
        if (now is { } work) now = work with { Step = step };
    }

    private sealed class Ending(LifeProgress progress) : IDisposable
    {
        public void Dispose() => progress.now = null;
    }
}
