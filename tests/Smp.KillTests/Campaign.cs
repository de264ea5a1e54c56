using System.Diagnostics;
using System.Globalization;

namespace Smp.KillTests;

/// <summary>Kills, looks, and begins again: some kills on one clinic, then a new one, so that each look at all of it stays short.</summary>
internal sealed class Campaign(KillOptions options, TextWriter output)
{
    private const int KillsPerClinic = 12;
    private const int NumbersPerWriter = 1_000_000;
    private const int MaxProblemsSaid = 20;
    private readonly Random random = new(options.Seed);
    private readonly Dictionary<Kill, int> kills = [];
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private long acknowledged;
    private long beyond;
    private int clinics;
    private int problems;

    /// <summary>Returns whether nothing was found.</summary>
    public async Task<bool> RunAsync()
    {
        var root = options.Data ?? Directory.CreateTempSubdirectory("smp-kill-").FullName;
        Directory.CreateDirectory(root);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{options.Kills} kills, {options.Writers} writers, seed {options.Seed}, in {root}"));
        for (var killed = 0; killed < options.Kills && problems == 0;)
        {
            var folder = Path.Combine(root, $"clinic-{++clinics}");
            Directory.CreateDirectory(folder);
            var here = Math.Min(KillsPerClinic, options.Kills - killed);
            await ClinicAsync(folder, here);
            killed += here;
            // What something was found in is kept.
            if (problems == 0) Directory.Delete(folder, recursive: true);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kills.Values.Sum()} killed, {acknowledged} units acknowledged, {beyond} beyond, {problems} problems, {clock.Elapsed.TotalSeconds:0.0} s"));
        }

        if (options.Data is null && problems == 0) Directory.Delete(root, recursive: true);
        var kinds = string.Join(", ", kills.OrderBy(k => k.Key).Select(k => $"{k.Value} {k.Key}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"kills {kills.Values.Sum()} ({kinds}); clinics {clinics}; acknowledged units {acknowledged}; found beyond them {beyond}; problems {problems}; {clock.Elapsed.TotalSeconds:0.0} s"));
        return problems == 0;
    }

    private async Task ClinicAsync(string folder, int count)
    {
        var known = new Knowledge();
        var before = 0;
        for (var i = 0; i < count && problems == 0; i++)
        {
            // Started before the last look is over: the start of a process takes as long as the look.
            using var victim = Victim.Start();
            if (i > 0) before = await LookAsync(folder, known, before, thorough: false);
            if (problems == 0) await KillAsync(victim, folder, known, i);
        }

        if (problems == 0) await LookAsync(folder, known, before, thorough: true);
        acknowledged += known.Acknowledged.Count;
    }

    private async Task KillAsync(Victim victim, string folder, Knowledge known, int round)
    {
        var kill = Moment.Next(random);
        kills[kill] = kills.GetValueOrDefault(kill) + 1;
        if (kill == Kill.Migration && round > 0) known.Migrations++;
        var start = (long)round * NumbersPerWriter;
        known.Starts.Add(start);
        await victim.UntilSaidAsync(Said.Ready);
        victim.Order(new(folder, known.Migrations, options.Writers, start));
        try
        {
            await Moment.AwaitAsync(kill, victim, folder, random);
        }
        catch (VictimException error)
        {
            Problem(folder, $"{kill}: {error.Message}");
        }

        await victim.KillAsync();
        known.Acknowledged.UnionWith(victim.Acknowledged);
        if (victim.Head.Seal > 0) known.Heads.Add(victim.Head);
        if (victim.WasOpen) known.Migrated = known.Migrations;
        foreach (var problem in victim.Problems) Problem(folder, problem);
    }

    private async Task<int> LookAsync(string folder, Knowledge known, int before, bool thorough)
    {
        try
        {
            var (found, unsaid) = await new Inspection(known, options.Writers).LookAsync(folder, Path.Combine(folder, "copy"), thorough);
            foreach (var problem in found) Problem(folder, problem);
            beyond += unsaid - before;
            return unsaid;
        }
        catch (Exception error)
        {
            Problem(folder, $"what was left can't be looked at: {error}");
            return before;
        }
    }

    private void Problem(string folder, string text)
    {
        if (++problems <= MaxProblemsSaid) output.WriteLine($"PROBLEM in {folder}: {text}");
    }
}
