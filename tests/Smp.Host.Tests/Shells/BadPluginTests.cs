namespace Smp.Host.Tests.Shells;

/// <summary>A plugin that can't run is left out, and says why; the host and the other plugins go on.</summary>
[Parallelizable]
public sealed class BadPluginTests
{
    private static readonly Bad[] All =
    [
        new("constructor-throws", "Quarantined", ["The constructor of Misbehaving.MisbehavingPlugin", "There is no printer."]),
        new("throws", "Quarantined", ["ConfigureServices failed", "The printer is on fire."]),
        new("authorization-handler", "Quarantined", ["registers Microsoft.AspNetCore.Authorization.IAuthorizationHandler"]),
        new("startup-filter", "Quarantined", ["registers Microsoft.AspNetCore.Hosting.IStartupFilter"]),
        new("timeline", "Quarantined", ["registers Smp.Sdk.ITimeline"]),
        new("host-options", "Quarantined", ["registers Microsoft.Extensions.Options.IConfigureOptions<Microsoft.AspNetCore.Routing.RouteOptions>"]),
        new("hosted-factory", "Quarantined", ["registers Microsoft.Extensions.Hosting.IHostedService with an object or a function", "by its type"]),
        new("unprovided", "Quarantined", ["Misbehaving.NeedsAPrinter needs Misbehaving.IPrinter, which nobody provides."]),
        new("unmakeable", "Quarantined", ["Misbehaving.Generic"]),
        new("captive", "Quarantined", ["Misbehaving.HoldsPatients is made once and needs Smp.Sdk.IPatients"]),
        new("hosted-throws", "Quarantined", ["ThrowsAtStart didn't start", "The modem doesn't answer."]),
        new("hosted-constructor", "Quarantined", ["There is no modem."]),
        new("map-throws", "Quarantined", ["MapRoutes failed", "There is no map."]),
        new("route-elsewhere", "Quarantined", ["The route /api/patients/all is outside /test.routeelsewhere and /api/test.routeelsewhere."]),
        new("route-absolute", "Quarantined", ["/api/patients/all is outside"]),
        new("route-lies", "Quarantined", ["/api/patients is outside"]),
        new("route-for-anyone", "Quarantined", ["The route /api/test.routeforanyone/all demands no permission."]),
        new("route-twice", "Quarantined", ["The route GET /api/test.routetwice/all is mapped twice."]),
        new("route-same-shape", "Quarantined", ["/api/test.routesameshape/{other}", "mapped twice"]),
        new("route-name", "Quarantined", ["plugins.list"]),
        new("PageElsewhere", "Quarantined", ["The page AllPatients is at /patients/all, outside /test.pageelsewhere."]),
        new("PageForAnyone", "Quarantined", ["The page Anyone demands no permission."]),
        new("PageTwice", "Quarantined", ["SecondPage", "/test.pagetwice/{another}"]),
        new("MigrationBroken", "Quarantined", ["0001_calls.sql", "NUMBER_OF_SOMETHING"]),
        new("MigrationElsewhere", "Quarantined", ["patient_calls", "test_migrationelsewhere__"]),
        new("MigrationCommits", "Quarantined", ["0001_calls.sql", "transaction"]),
        new("MigrationDeputy", "Quarantined", ["test_migrationdeputy__calls would change staff.role, which test.migrationdeputy may not"]),
        new("manifest", "Incompatible", ["plugin.json"]),
        new("lonely", "Blocked", ["It requires test.company, which isn't installed."]),
    ];

    private static IEnumerable<TestCaseData> Each => All.Select(bad => new TestCaseData(bad));

    [TestCaseSource(nameof(Each))]
    public async Task A_bad_plugin_is_left_out_with_its_reason_and_the_rest_goes_on(Bad bad)
    {
        using var shelf = PluginShelf.WithGoodOne();
        var id = bad.Lay(shelf);
        await using var clinic = await shelf.OpenAsync();

        bad.AssertStanding((await clinic.PluginsAsync())[id]);
        await clinic.AssertGoodWorksAsync();
    }

    [Test]
    public async Task All_bad_plugins_at_once_stop_nothing_and_without_their_causes_a_restart_is_clean()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var laid = All.Select(bad => (Bad: bad, Id: bad.Lay(shelf))).ToList();
        await using (var clinic = await shelf.OpenAsync())
        {
            var standings = await clinic.PluginsAsync();
            Assert.Multiple(() =>
            {
                foreach (var (bad, id) in laid) bad.AssertStanding(standings[id]);
            });
            await clinic.AssertGoodWorksAsync();
        }

        foreach (var (bad, id) in laid)
        {
            if (bad.CanBeCured) shelf.Cure(id);
            else shelf.Remove(id);
        }

        await using (var clinic = await shelf.OpenAsync())
        {
            var standings = await clinic.PluginsAsync();
            Assert.That(standings.Values.Where(s => s.State != "Enabled").Select(s => $"{s.Id}: {s.Reason}"), Is.Empty);
            Assert.That(standings, Has.Count.EqualTo(1 + laid.Count(l => l.Bad.CanBeCured)));
            await clinic.AssertGoodWorksAsync();
        }
    }

    [Test]
    public async Task Turning_a_cured_plugin_on_again_is_enough()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var id = shelf.Misbehaving("cured", "hosted-throws");
        await using var clinic = await shelf.OpenAsync();
        Assert.That((await clinic.PluginsAsync())[id].State, Is.EqualTo("Quarantined"));

        shelf.Cure(id);
        Assert.That((await clinic.TurnAsync(id, on: true)).State, Is.EqualTo("Enabled"));
        await clinic.AssertGoodWorksAsync();
    }

    [Test]
    public async Task Of_two_supply_ledgers_the_second_is_left_out_and_names_the_first()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var first = shelf.Misbehaving("ledger-one", "ledger");
        var second = shelf.Misbehaving("ledger-two", "ledger");
        await using var clinic = await shelf.OpenAsync();

        var standings = await clinic.PluginsAsync();
        Assert.That(standings[first].State, Is.EqualTo("Enabled"));
        Assert.That((standings[second].State, standings[second].Reason),
            Is.EqualTo(("Quarantined", "ledger-one provides the supply ledger already, and there is only one.")));

        // The first off, the second on again: a clinic changes its ledger while it is open.
        await clinic.TurnAsync(first, on: false);
        Assert.That((await clinic.TurnAsync(second, on: true)).State, Is.EqualTo("Enabled"));
        await clinic.AssertGoodWorksAsync();
    }

    [Test]
    public async Task Of_two_plugins_with_pages_and_one_assembly_name_the_second_is_left_out()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var id = shelf.Broken("YetAnotherGoodWeb", assembly: "GoodWeb");
        await using var clinic = await shelf.OpenAsync();

        var standing = (await clinic.PluginsAsync())[id];
        Assert.That((standing.State, standing.Reason), Is.EqualTo(("Quarantined",
            "Its assembly is called GoodWeb.dll, as that of Good web is, and both have pages. Its publisher has to name it otherwise.")));
        await clinic.AssertGoodWorksAsync();
    }

    /// <summary>A plugin that can't run. In lower case what it does wrong at run time; else the project that has it in its code.</summary>
    public sealed record Bad(string Trouble, string State, string[] Words)
    {
        public bool CanBeCured => Trouble is not ("manifest" or "lonely") && char.IsLower(Trouble[0]);

        public override string ToString() => Trouble;

        internal string Lay(PluginShelf shelf)
        {
            switch (Trouble)
            {
                case "manifest":
                    shelf.Lay("Misbehaving", "test.manifest", "{ \"id\": \"test.manifest\", ");
                    return "test.manifest";
                case "lonely":
                    return shelf.Misbehaving("lonely", more: ", \"requires\": { \"test.company\": \"[1.0,2.0)\" }");
                default:
                    return CanBeCured ? shelf.Misbehaving(Trouble, Trouble) : shelf.Broken(Trouble);
            }
        }

        internal void AssertStanding(ShellSteps.Standing standing)
        {
            Assert.That(standing.State, Is.EqualTo(State), $"{Trouble}: {standing.Reason}");
            foreach (var words in Words) Assert.That(standing.Reason, Does.Contain(words), Trouble);
        }
    }
}
