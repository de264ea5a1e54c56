using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Store.Audit;

namespace Smp.KillTests;

/// <summary>What is known of a clinic from what its writers said before they were killed.</summary>
internal sealed class Knowledge
{
    /// <summary>Every unit that anybody was told was kept.</summary>
    public HashSet<long> Acknowledged { get; } = [];

    /// <summary>The last head that each writer said.</summary>
    public List<AuditHead> Heads { get; } = [];

    /// <summary>How many migrations the writers were to apply, the last more than those before.</summary>
    public int Migrations { get; set; } = 1;

    /// <summary>How many of them a writer has said were applied.</summary>
    public int Migrated { get; set; }

    /// <summary>The first number of each writer.</summary>
    public List<long> Starts { get; } = [];
}

/// <summary>
/// Looks at a copy of what a killed writer left: at the copy, so that the next writer finds the files as the kill left them and has to
/// recover them itself.
/// </summary>
internal sealed class Inspection(Knowledge known, int writers)
{
    private readonly List<string> problems = [];

    /// <summary>What is wrong, and how many units were found that nobody had been told of.</summary>
    public async Task<(IReadOnlyList<string> Problems, int Beyond)> LookAsync(string folder, string scratch, bool thorough)
    {
        Directory.CreateDirectory(scratch);
        try
        {
            foreach (var name in new[] { "clinic.db", "clinic.db-wal" })
            {
                var from = Path.Combine(folder, name);
                if (File.Exists(from)) File.Copy(from, Path.Combine(scratch, name), overwrite: true);
            }

            return (problems, await LookAsync(scratch, thorough));
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private async Task<int> LookAsync(string folder, bool thorough)
    {
        await using var store = KillStore.Open(folder);
        // What was begun and not acknowledged is applied here; what was acknowledged has to be there.
        foreach (var lost in (await store.MigrateAsync(known.Migrations)).Where(n => n <= known.Migrated))
            problems.Add($"migration {lost} was applied and is gone");

        var report = await store.Engine.VerifyAsync(known.Heads);
        problems.AddRange(report.Problems.Select(p => $"audit: {p.Text}"));
        var beyond = await store.Engine.ReadAsync(UnitTables.Rights, oneMoment: true, CompareAsync, CancellationToken.None);
        if (thorough)
        {
            await using var plain = new SqliteConnection($"Data Source={KillStore.PathIn(folder)};Pooling=False");
            foreach (var line in await plain.QueryAsync<string>("PRAGMA integrity_check"))
            {
                if (line != "ok") problems.Add($"integrity: {line}");
            }
        }

        return beyond;
    }

    private async Task<int> CompareAsync(DbConnection connection)
    {
        var parents = (await connection.QueryAsync<(long Number, long Children)>("SELECT number, children FROM kill__parents")).ToDictionary(p => p.Number, p => p.Children);
        foreach (var lost in known.Acknowledged.Where(n => !parents.ContainsKey(n))) problems.Add($"unit {lost} was acknowledged and is gone");
        foreach (var number in parents.Keys.Where(n => Units.OutcomeOf(n) != Outcome.Kept)) problems.Add($"unit {number} failed and is there");

        var whole = 0;
        foreach (var (parent, count, last, bytes) in await connection.QueryAsync<(long, long, long, long)>(
            "SELECT parent, count(*), max(position), sum(length(body)) FROM kill__children GROUP BY parent"))
        {
            var children = Units.ChildrenOf(parent);
            if (!parents.TryGetValue(parent, out var said)) problems.Add($"the children of unit {parent} are there without it");
            else if (count != children || last != children - 1 || bytes != (long)children * Units.BytesOf(parent) || said != children)
                problems.Add($"unit {parent} is there by half: {count} of {children} children");
            else whole++;
        }

        if (whole != parents.Count) problems.Add($"{parents.Count - whole} units are there without their children");
        await CountersAsync(connection, [.. parents.Keys]);
        await StepsAsync(connection);
        return Beyond(parents.Keys.Where(n => !known.Acknowledged.Contains(n)));
    }

    private async Task CountersAsync(DbConnection connection, IReadOnlyList<long> numbers)
    {
        var wanted = numbers.GroupBy(Units.CounterOf).ToDictionary(g => g.Key, g => ((long)g.Count(), g.Sum(n => (long)Units.ChildrenOf(n))));
        var there = (await connection.QueryAsync<(long Id, long Units, long Children)>("SELECT id, units, children FROM kill__counters"))
            .ToDictionary(c => c.Id, c => (c.Units, c.Children));
        foreach (var id in wanted.Keys.Union(there.Keys).Where(id => wanted.GetValueOrDefault(id) != there.GetValueOrDefault(id)))
            problems.Add($"counter {id} says {there.GetValueOrDefault(id)}, and there are {wanted.GetValueOrDefault(id)}");
    }

    private async Task StepsAsync(DbConnection connection)
    {
        for (var step = 2; step <= known.Migrations; step++)
        {
            var (said, done, wrong) = await connection.QuerySingleAsync<(long, long, long)>($"""
                SELECT (SELECT parents FROM kill__steps WHERE step = {step}), count(step_{step}), coalesce(sum(step_{step} <> number), 0) FROM kill__parents
                """);
            if (said != done || wrong != 0) problems.Add($"migration {step} is there by half: {done} of {said} rows, {wrong} of them wrong");
        }
    }

    // A writer says that a unit was kept before it begins another, so no more than one for each of its writers can be unsaid.
    private int Beyond(IEnumerable<long> unsaid)
    {
        var all = unsaid.ToList();
        foreach (var (start, numbers) in all.GroupBy(n => known.Starts.FindLast(s => s < n)).Select(g => (g.Key, g.ToList())))
        {
            if (numbers.Count > writers) problems.Add($"{numbers.Count} units from {start} on were never acknowledged, and {writers} writers can have left {writers} at most");
        }

        return all.Count;
    }
}
