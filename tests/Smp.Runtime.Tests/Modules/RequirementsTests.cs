using FsCheck;
using FsCheck.Fluent;
using NuGet.Versioning;
using Smp.Runtime.Plugins;
using Smp.Runtime.Shells;

namespace Smp.Runtime.Tests.Modules;

/// <summary>Who runs and in which order, whatever plugins require of each other.</summary>
public sealed class RequirementsTests
{
    private static readonly string[] Ids = ["a", "b", "c", "d", "e", "f", "g"];
    private static readonly VersionRange[] Ranges = [VersionRange.Parse("[1.0,2.0)"), VersionRange.Parse("[1.0,3.0)"), VersionRange.Parse("[2.0,3.0)")];

    private static readonly Gen<IReadOnlyDictionary<string, VersionRange>> Needs =
        from edges in Gen.ArrayOf(from to in Gen.Elements(Ids.Append("z")) from range in Gen.Frequency((5, Gen.Constant(1)), (1, Gen.Choose(0, 2))) select (to, range), 3)
        from count in Gen.Choose(0, 3)
        select (IReadOnlyDictionary<string, VersionRange>)edges.Take(count).DistinctBy(e => e.to).ToDictionary(e => e.to, e => Ranges[e.range]);

    private static readonly Gen<Contender[]> Lines =
        from contenders in Gen.CollectToArray(Ids, id =>
            from needs in Needs
            from likes in Needs
            from version in Gen.Frequency((5, Gen.Constant("1.1.0")), (1, Gen.Constant("2.0.0")))
            from fate in Gen.Choose(0, 9)
            select new Contender(id, NuGetVersion.Parse(version), needs, likes,
                fate switch { 0 => new(PluginState.Disabled, "off"), 1 => new(PluginState.Quarantined, "failed"), _ => null },
                fate == 2 ? new(PluginState.Blocked, "not allowed") : null))
        from present in Gen.Choose(1, Ids.Length)
        from shuffled in Gen.Shuffle(contenders)
        select shuffled.Take(present).ToArray();

    [Test]
    public void Whatever_runs_has_all_that_it_requires_running_in_a_version_that_fits_and_before_it() => Holds(line =>
    {
        var (stands, order) = Requirements.Solve(line);
        return order.SequenceEqual(order.Distinct())
            && line.All(c => (stands[c.Id].State == PluginState.Enabled) == order.Contains(c.Id))
            && order.All(id => Of(line, id).Requires.All(r => order.Take(Index(order, id)).Contains(r.Key) && r.Value.Satisfies(Of(line, r.Key).Version!)));
    });

    [Test]
    public void Whatever_does_not_run_could_not_and_says_why() => Holds(line =>
    {
        var (stands, order) = Requirements.Solve(line);
        return line.Where(c => !order.Contains(c.Id)).All(c => stands[c.Id].Reason.Length > 0
            && (c.Out is not null || c.Objection is not null || stands[c.Id].IsCircle || c.Requires.Any(r => !order.Contains(r.Key) || !r.Value.Satisfies(Of(line, r.Key).Version!))));
    });

    [Test]
    public void The_order_in_which_they_are_given_makes_no_difference() => Holds(line =>
    {
        var (stands, order) = Requirements.Solve(line);
        var (others, otherOrder) = Requirements.Solve(line.Reverse());
        return order.SequenceEqual(otherOrder) && line.All(c => stands[c.Id] == others[c.Id]);
    });

    [Test]
    public void To_turn_one_off_never_makes_another_run_that_did_not() => Prop.ForAll(Arb.From(Lines), line =>
    {
        var running = Requirements.Solve(line).Order;
        return line.All(off => Requirements.Solve(line.Select(c => c == off ? c with { Out = new(PluginState.Disabled, "off") } : c)).Order.All(running.Contains));
    }).QuickCheckThrowOnFailure();

    [Test]
    public void A_circle_is_said_to_be_one_by_all_that_are_in_it_and_by_nobody_else() => Holds(line =>
    {
        var (stands, _) = Requirements.Solve(line);
        return line.Where(c => c.Out is null).All(c => stands[c.Id].IsCircle == Reaches(line, c, c.Id, []));
    });

    [Test]
    public void What_is_liked_comes_first_where_it_need_not_wait()
    {
        var none = new Dictionary<string, VersionRange>();
        var order = Requirements.Solve(
        [
            new("a", NuGetVersion.Parse("1.0.0"), none, new Dictionary<string, VersionRange> { ["b"] = Ranges[0], ["c"] = Ranges[0] }),
            new("b", NuGetVersion.Parse("1.0.0"), none, none),
            new("c", NuGetVersion.Parse("1.0.0"), new Dictionary<string, VersionRange> { ["a"] = Ranges[0] }, none),
        ]).Order;

        Assert.That(order, Is.EqualTo(new[] { "b", "a", "c" }));
    }

    private static void Holds(Func<Contender[], bool> property) => Prop.ForAll(Arb.From(Lines), property).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static Contender Of(Contender[] line, string id) => line.Single(c => c.Id == id);

    private static int Index(IReadOnlyList<string> order, string id) => order.ToList().IndexOf(id);

    private static bool Reaches(Contender[] line, Contender from, string to, HashSet<string> seen) => from.Requires.Keys.Any(r => r == to
        || (seen.Add(r) && line.FirstOrDefault(c => c.Id == r && c.Out is null) is { } next && Reaches(line, next, to, seen)));
}
