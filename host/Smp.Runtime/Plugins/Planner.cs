using System.Text.RegularExpressions;
using Smp.Runtime.Loading;
using Smp.Runtime.Shells;
using Smp.Runtime.Store;

namespace Smp.Runtime.Plugins;

/// <summary>What a plan is made of.</summary>
/// <param name="Found">Every version that is there, those of one id beside each other, the highest first.</param>
/// <param name="Wishes">What the clinic wants.</param>
/// <param name="Now">How all stand now.</param>
/// <param name="Judge">Who would run with other wishes, or with other versions there.</param>
internal sealed record PlanFacts(IReadOnlyList<FoundVersion> Found, Wishes Wishes, Lineup Now, Func<IReadOnlyList<FoundVersion>, Wishes, Lineup> Judge);

/// <summary>What the database knows of a plugin.</summary>
/// <param name="Applied">The migrations that it went through.</param>
/// <param name="Breaking">Those after which older versions can't run.</param>
/// <param name="Tables">Its tables.</param>
internal sealed record PluginData(IReadOnlyList<AppliedMigration> Applied, IReadOnlyList<BreakingMigration> Breaking, IReadOnlyList<string> Tables)
{
    /// <summary>What a purge would take; looked at for a purge only.</summary>
    public IReadOnlyList<TableRows> Rows { get; init; } = [];

    /// <summary>What else in the database uses its tables, as a sentence; null where nothing does.</summary>
    public string? Reference { get; init; }
}

/// <summary>Says what would follow. Changes nothing and asks nobody: the same facts make the same plan.</summary>
internal static partial class Planner
{
    /// <summary>The version that the plugin would run in afterwards; null when there is none such, with the reason as a sentence.</summary>
    public static (FoundVersion? Version, string Problem) Target(PluginOrder order, PlanFacts facts)
    {
        var member = facts.Now.Of(order.Plugin)!;
        if (order.Action is PluginAction.Enable or PluginAction.Disable or PluginAction.Remove) return (member.Found, "");
        var up = order.Action == PluginAction.Upgrade;
        var at = member.Found.Number;
        if (order.Version is { } asked)
        {
            if (member.Versions.FirstOrDefault(v => v.Version == asked) is not { } its)
                return (null, $"There is no version {asked} of {order.Plugin}. Here are: {string.Join(", ", member.Versions.Select(v => v.Version))}.");
            return at is null || its.Number is null || (up ? its.Number > at : its.Number < at)
                ? (its, "")
                : (null, $"Version {asked} of {order.Plugin} isn't {(up ? "higher" : "lower")} than {member.Found.Version}, which is chosen.");
        }

        var beyond = member.Versions.Where(v => v.Number is { } number && (at is null || (up ? number > at : number < at))).ToList();
        // The highest on either side: the newest there is, and the one that comes just before.
        var next = beyond.FirstOrDefault(v => v.Reasons.Count == 0) ?? beyond.FirstOrDefault();
        return next is not null ? (next, "") : (null, $"There is no version of {order.Plugin} {(up ? "higher" : "lower")} than {member.Found.Version} here.");
    }

    /// <summary>Makes the plan, and says what the clinic would wish from then on.</summary>
    /// <param name="order">What is wanted; the plugin is there.</param>
    /// <param name="facts">How things are.</param>
    /// <param name="target">The version from <see cref="Target"/>, with what its files say against it.</param>
    /// <param name="problem">Why there is none.</param>
    /// <param name="files">What the target's files say.</param>
    /// <param name="data">What the database knows of the plugin.</param>
    public static (PluginPlan Plan, Wishes After) Plan(
        PluginOrder order, PlanFacts facts, FoundVersion? target, string problem, VersionFiles files, PluginData data)
    {
        var member = facts.Now.Of(order.Plugin)!;
        var (current, isOff) = (member.Found, order.Action is PluginAction.Disable or PluginAction.Remove);
        var next = target ?? current;
        List<string> impossible = problem.Length > 0 ? [problem] : [];
        var (found, after) = After(order, facts, member, next);
        var then = facts.Judge(found, after);
        var also = facts.Now.Members.Where(m => m.Id != order.Plugin && m.Stand.State == PluginState.Enabled && then.Of(m.Id)?.Stand.State != PluginState.Enabled)
            .Select(m => m.Id).ToList();
        foreach (var id in also) after = after.With(new Wish(id, false, after.VersionOf(id) ?? facts.Now.Of(id)!.Found.Version));
        if (also.Count > 0) then = facts.Judge(found, after);

        if (!isOff && problem.Length == 0)
        {
            var stand = then.Of(order.Plugin)?.Stand;
            if (next.Reasons.Count > 0) impossible.AddRange(next.Reasons);
            else if (stand is { IsCircle: true } or { State: PluginState.Incompatible }) impossible.Add(stand.Reason);
            if (files.Problem is { } unreadable)
            {
                if (impossible.Count == 0) impossible.Add(unreadable);
            }
            else if (AppliedMigrations.Objection(order.Plugin, data.Applied, data.Breaking, files.Migrations) is { } objection) impossible.Add(objection);
        }

        if (order.Purge) impossible.AddRange(AgainstPurge(order, facts, member, data));
        else if (order.Action is PluginAction.Remove && member.Versions.Any(v => v.Bundled))
            impossible.Add($"{member.Found.Name} came with the host and goes with it. Turn it off instead.");
        // Nothing of it runs before it is on, so a module that is off migrates nothing yet.
        var runs = then.Of(order.Plugin)?.Stand.State == PluginState.Enabled;
        var reads = isOff ? [] : Reads(facts.Wishes, member, next);
        var permissions = Permissions(current.Manifest, isOff ? null : next.Manifest, isNew: !isOff && !member.On && !facts.Wishes.IsDecided(order.Plugin));
        var open = isOff ? [] : (next.Manifest?.Open ?? []).Select(a => new PlannedOpening(a, !member.On || current.Manifest?.Open.Contains(a) != true)).ToList();
        var pending = runs ? files.Migrations.Skip(data.Applied.Count).ToList() : [];
        return (new()
        {
            Plugin = order.Plugin, Name = next.Name, Action = order.Action, FromVersion = current.Version,
            ToVersion = order.Action is PluginAction.Remove && !next.Bundled ? "" : next.Version,
            States = States(order.Plugin, facts.Now, then),
            AlsoDisabled = also,
            Migrations = [.. pending.Select(m => new PlannedMigration(m.Name, m.IsBreaking))],
            Tables = order.Purge ? [] : TablesAfter(data.Tables, pending),
            Purged = data.Rows,
            Reads = reads, Permissions = permissions, Open = open,
            NeedsConsent = member.On && order.Action is (PluginAction.Upgrade or PluginAction.Rollback)
                && (reads.Exists(r => r.New) || open.Exists(o => o.New) || permissions.Exists(p => p.Change is PermissionChange.New or PermissionChange.Widened)),
            ManifestSha256 = files.ManifestSha256, AssemblySha256 = files.AssemblySha256,
            FilesSha256 = files.FilesSha256,
            Impossible = impossible,
        }, after);
    }

    private static (IReadOnlyList<FoundVersion> Found, Wishes After) After(PluginOrder order, PlanFacts facts, Member member, FoundVersion next)
    {
        var reads = next.Manifest?.Reads.Select(r => r.ToString()).Distinct(StringComparer.Ordinal) ?? [];
        return order.Action switch
        {
            PluginAction.Enable => (facts.Found, facts.Wishes.With(new Wish(order.Plugin, true, next.Version), reads)),
            PluginAction.Disable => (facts.Found, facts.Wishes.With(new Wish(order.Plugin, false, member.Versions.Count > 0 ? next.Version : ""))),
            PluginAction.Remove => ([.. facts.Found.Where(f => f.Id != order.Plugin || f.Bundled)], facts.Wishes.With(new Wish(order.Plugin, false, ""))),
            _ => (facts.Found, facts.Wishes.With(new Wish(order.Plugin, member.On, next.Version), reads)),
        };
    }

    private static IEnumerable<string> AgainstPurge(PluginOrder order, PlanFacts facts, Member member, PluginData data)
    {
        // A folder can be called anything. What isn't an id may stand for somebody else's tables: the core's, or acme.calls' by acme_calls.
        if (!ManifestReader.CanBeModule(order.Plugin))
        {
            yield return $"{order.Plugin} can't be a module's id, so no records are its own. Take its folder away.";
            yield break;
        }

        // What is wanted but fails counts as on: it owes its guards.
        if (member.On) yield return $"{member.Found.Name} is on. Turn it off before its records are taken away.";
        foreach (var reader in facts.Now.Members.Where(m => m.On && m.Found.Manifest?.Reads.Any(r => r.Plugin == order.Plugin) == true))
            yield return $"{reader.Found.Name} reads its tables, and is on. Turn that off first.";
        if (data.Reference is { } reference) yield return reference;
    }

    private static List<PlannedState> States(string first, Lineup now, Lineup then) => [.. now.Members
        .Select(m => (Was: m, Will: then.Of(m.Id)))
        .Where(m => m.Was.Id == first || m.Will?.Stand.State != m.Was.Stand.State)
        .OrderBy(m => m.Was.Id != first).ThenBy(m => m.Was.Id, StringComparer.Ordinal)
        .Select(m => new PlannedState(m.Was.Id, m.Was.Found.Name, m.Was.Stand.State, m.Will?.Stand.State ?? PluginState.Disabled, m.Will?.Stand.Reason ?? "Its files are taken away."))];

    private static List<PlannedRead> Reads(Wishes wishes, Member member, FoundVersion next)
    {
        // What came with the host and was never decided about may read what its manifest says, and no more.
        var said = member.On ? member.Found.Manifest?.Reads.Select(r => r.ToString()).ToHashSet() ?? [] : [];
        return [.. next.Manifest?.Reads.Select(r => r.ToString()).Distinct(StringComparer.Ordinal).Select(data => new PlannedRead(data, wishes.IsDecided(member.Id) ? !wishes.MayRead(member.Id, member.Found.Bundled, data) : !said.Contains(data))) ?? []];
    }

    private static List<PlannedPermission> Permissions(PluginManifest? before, PluginManifest? after, bool isNew)
    {
        var known = isNew ? [] : before?.Permissions ?? [];
        var kept = after?.Permissions ?? [];
        return
        [
            .. kept.Select(p => new PlannedPermission(p.Name, p.Title, p.Roles, known.FirstOrDefault(k => k.Name == p.Name) switch
            {
                null => PermissionChange.New,
                var was when p.Roles.Except(was.Roles).Any() => PermissionChange.Widened,
                _ => PermissionChange.Kept,
            })),
            .. known.Where(k => kept.All(p => p.Name != k.Name)).Select(k => new PlannedPermission(k.Name, k.Title, k.Roles, PermissionChange.Removed)),
        ];
    }

    // As they are written, without running them: what a migration really does is judged when it runs.
    private static List<string> TablesAfter(IReadOnlyList<string> tables, IReadOnlyList<Migration> pending)
    {
        var then = new SortedSet<string>(tables, StringComparer.Ordinal);
        foreach (var migration in pending)
        {
            foreach (Match statement in TableStatement().Matches(NotCode().Replace(migration.Sql, " ")))
            {
                if (statement.Groups["made"].Value is { Length: > 0 } made) then.Add(made);
                if (statement.Groups["dropped"].Value is { Length: > 0 } dropped) then.Remove(dropped);
                if (statement.Groups["from"].Value is { Length: > 0 } from && then.Remove(from)) then.Add(statement.Groups["to"].Value);
            }
        }

        return [.. then];
    }

    [GeneratedRegex("""
        \bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"?(?<made>\w+) | \bDROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?"?(?<dropped>\w+)
        | \bALTER\s+TABLE\s+"?(?<from>\w+)"?\s+RENAME\s+TO\s+"?(?<to>\w+)
        """, RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex TableStatement();

    [GeneratedRegex("""--[^\n]*|/\*.*?(?:\*/|\z)|'(?:[^']|'')*'""", RegexOptions.Singleline)]
    private static partial Regex NotCode();
}
