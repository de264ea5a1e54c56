namespace Smp.Runtime.Store;

/// <summary>A migration that the clinic's data went through.</summary>
internal sealed record AppliedMigration(int Number, string Name, string Sha256);

/// <summary>One of those after which the version before can't run any more.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Backup">The backup that was made before it; null when there was nothing to back up.</param>
/// <param name="AppliedAt">When.</param>
internal sealed record BreakingMigration(int Number, string Name, string? Backup, DateTimeOffset AppliedAt);

/// <summary>Whether a version can run on data that went through certain migrations.</summary>
internal static class AppliedMigrations
{
    /// <summary>What stands in the way, as a sentence; null when nothing does.</summary>
    /// <param name="plugin">Whose data.</param>
    /// <param name="applied">What it went through, in order.</param>
    /// <param name="breaking">Which of these can't be run on by a version that doesn't know them.</param>
    /// <param name="migrations">What the version knows, in order.</param>
    public static string? Objection(
        string plugin, IReadOnlyList<AppliedMigration> applied, IReadOnlyList<BreakingMigration> breaking, IReadOnlyList<Migration> migrations)
    {
        // The core's own tables are everybody's, so an older host runs on no newer ones. A plugin's only grow, unless a migration says otherwise.
        if (plugin == Rights.Core.PluginId && applied.Count > migrations.Count)
            return $"The clinic's data was made by a newer version of {plugin}: it has the migration {applied[migrations.Count].Name}, which this version doesn't know. Install that version again.";
        if (breaking.FirstOrDefault(b => b.Number > migrations.Count) is { } marked)
        {
            var backup = marked.Backup is { } name ? $" The backup {name} was made before it." : "";
            return $"The clinic's data was made by a newer version of {plugin}: its migration {marked.Name} changed it so that this version can't run on it. Install that version again.{backup}";
        }

        return applied.Zip(migrations).Where(p => p.First.Sha256 != p.Second.Sha256).Select(p =>
            $"The migration {p.Second.Name} of {plugin} was changed after the clinic's data went through it. What has been applied stays as it was; changes go into a new migration.").FirstOrDefault();
    }
}
