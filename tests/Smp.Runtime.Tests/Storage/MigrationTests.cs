using Smp.Runtime.Store;

namespace Smp.Runtime.Tests.Storage;

[Parallelizable(ParallelScope.All)]
public sealed class MigrationTests
{
    private static readonly Rights Acme = new("acme.aftercare");

    private static readonly Migration First = new(1, "0001_calls.sql", "CREATE TABLE acme_aftercare__calls (id INTEGER PRIMARY KEY) STRICT;");

    [Test]
    public async Task Each_migration_is_applied_once()
    {
        await using var store = new StoreFixture();

        var done = await store.Engine.MigrateAsync(Acme, [First]);
        var again = await store.Engine.MigrateAsync(Acme, [First]);

        Assert.That((done, again), Is.EqualTo((new[] { 1 }, Array.Empty<int>())));
    }

    [Test]
    public async Task One_that_was_changed_after_it_was_applied_is_refused()
    {
        await using var store = new StoreFixture();
        await store.Engine.MigrateAsync(Acme, [First]);

        Assert.That(async () => await store.Engine.MigrateAsync(Acme, [First with { Sql = First.Sql + " -- changed" }]),
            Throws.InstanceOf<MigrationException>().With.Message.Contains("0001_calls.sql of acme.aftercare was changed"));
    }

    [Test]
    public async Task Another_line_end_is_no_change()
    {
        await using var store = new StoreFixture();
        await store.Engine.MigrateAsync(Acme, [First with { Sql = "CREATE TABLE acme_aftercare__a (\nid INTEGER PRIMARY KEY) STRICT;" }]);

        Assert.That(async () => await store.Engine.MigrateAsync(Acme, [First with { Sql = "CREATE TABLE acme_aftercare__a (\r\nid INTEGER PRIMARY KEY) STRICT;" }]),
            Is.Empty);
    }

    [Test]
    public async Task Data_that_only_grew_is_run_on_by_the_version_before()
    {
        await using var store = new StoreFixture();
        await store.Engine.MigrateAsync(Acme, [First, new(2, "0002_more.sql", "CREATE TABLE acme_aftercare__more (id INTEGER PRIMARY KEY) STRICT;")]);

        Assert.That(await store.Engine.MigrateAsync(Acme, [First]), Is.Empty);
    }

    [TestCase("-- smp: breaking\nDROP TABLE acme_aftercare__calls;")]
    [TestCase("\r\n-- smp: breaking\r\nDROP TABLE acme_aftercare__calls;")]
    public async Task Data_that_a_newer_version_changed_for_good_is_refused_and_the_backup_named(string sql)
    {
        await using var store = new StoreFixture();
        await store.Engine.MigrateAsync(Acme, [First, new(2, "0002_gone.sql", sql)], backup: "2026-03-04T120000Z");

        Assert.That(async () => await store.Engine.MigrateAsync(Acme, [First]), Throws.InstanceOf<MigrationException>().With.Message.EqualTo(
            "The clinic's data was made by a newer version of acme.aftercare: its migration 0002_gone.sql changed it so that this version can't run on it. Install that version again. The backup 2026-03-04T120000Z was made before it."));
    }

    [TestCase("-- smp: breaking-ish\nSELECT 1;")]
    [TestCase("SELECT 1;\n-- smp: breaking")]
    public void Only_a_first_line_that_says_so_marks_a_migration(string sql) => Assert.That(new Migration(1, "0001_a.sql", sql).IsBreaking, Is.False);

    [Test]
    public async Task One_that_fails_half_way_leaves_nothing()
    {
        await using var store = new StoreFixture();

        Assert.That(async () => await store.Engine.MigrateAsync(Acme,
            [First with { Sql = "CREATE TABLE acme_aftercare__half (id INTEGER PRIMARY KEY) STRICT; INSERT INTO nowhere VALUES (1);" }]),
            Throws.InstanceOf<MigrationException>().With.Message.Contains("rolled back"));
        Assert.That(store.Look("SELECT name FROM sqlite_schema WHERE name LIKE 'acme%'"), Is.Empty);
    }

    [TestCase("CREATE TABLE calls (id INTEGER PRIMARY KEY) STRICT;")]
    [TestCase("CREATE TABLE acme_aftercare_calls (id INTEGER PRIMARY KEY) STRICT;")]
    [TestCase("CREATE INDEX acme_aftercare__i ON test__things (name);")]
    [TestCase("CREATE TRIGGER acme_aftercare__t AFTER INSERT ON test__things BEGIN SELECT 1; END;")]
    public async Task One_that_makes_something_outside_of_the_plugins_names_is_refused(string sql)
    {
        await using var store = new StoreFixture();

        Assert.That(async () => await store.Engine.MigrateAsync(Acme, [First with { Sql = sql }]),
            Throws.InstanceOf<MigrationException>().With.Message.Contains("acme_aftercare__"));
    }
}
