using Dapper;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Storage;

/// <summary>Everything that a plugin has in the database goes at once, or nothing of it.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PurgeTests
{
    private static readonly Rights Acme = new("acme");
    private static readonly Rights Aftercare = new("acme.aftercare");

    // All that a plugin can make, and what stands in the way of taking it: tables that refer to each other in a circle, to themselves, and forbid it.
    private static readonly Migration Made = new(1, "0001_all.sql", """
        CREATE TABLE acme__rooms (id INTEGER PRIMARY KEY, chief INTEGER REFERENCES acme__people (id) ON DELETE RESTRICT) STRICT;
        CREATE TABLE acme__people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, room INTEGER NOT NULL REFERENCES acme__rooms (id) ON DELETE RESTRICT,
            above INTEGER REFERENCES acme__people (id) ON DELETE RESTRICT) STRICT;
        CREATE TABLE acme__keys (room INTEGER NOT NULL REFERENCES acme__rooms (id) ON DELETE CASCADE, number INTEGER NOT NULL, PRIMARY KEY (room, number)) STRICT, WITHOUT ROWID;
        CREATE INDEX acme__people_by_name ON acme__people (name) WHERE name <> '';
        CREATE VIRTUAL TABLE acme__people_search USING fts5 (name, content = 'acme__people', content_rowid = 'id');
        CREATE TRIGGER acme__people_found AFTER INSERT ON acme__people BEGIN INSERT INTO acme__people_search (rowid, name) VALUES (NEW.id, NEW.name); END;
        CREATE TRIGGER acme__people_stay BEFORE DELETE ON acme__people BEGIN SELECT RAISE(ABORT, 'People stay.'); END;
        CREATE VIEW acme__chiefs AS SELECT p.name FROM acme__rooms r JOIN acme__people p ON p.id = r.chief;
        CREATE TRIGGER acme__chiefs_named INSTEAD OF INSERT ON acme__chiefs BEGIN UPDATE acme__people SET name = NEW.name WHERE id = 1; END;
        """);

    [Test]
    public async Task Everything_that_it_made_goes_and_the_trail_has_the_end_of_every_row()
    {
        await using var store = await MadeAsync();

        var gone = await store.Engine.PurgeAsync(Acme, new Act("Purged"), Actor.System, static (_, _) => { });

        Assert.Multiple(async () =>
        {
            Assert.That(gone, Is.EqualTo(new TableRows[] { new("acme__keys", 2), new("acme__people", 3), new("acme__rooms", 1) }));
            Assert.That(store.Look("SELECT name FROM sqlite_schema WHERE name LIKE '%acme\\_\\_%' ESCAPE '\\'"), Is.Empty);
            Assert.That(store.Look("SELECT object || ' ' || count(*) FROM core__audit_rows JOIN core__audit_units u ON u.id = unit WHERE act = 'Purged' AND change = 'D' AND old IS NOT NULL GROUP BY object"),
                Is.EqualTo(new[] { "acme__keys 2", "acme__people 3", "acme__rooms 1" }));
            Assert.That((await store.Engine.VerifyAsync([store.Engine.Head])).Problems, Is.Empty);
            Assert.That(store.Look("SELECT name FROM acme_aftercare__calls"), Is.EqualTo(new[] { "Anna" }), "whose id goes on where this one's ends");
        });
        // The database goes on as before: foreign keys count.
        Assert.That(async () => await store.Write(unit => unit.Connection.ExecuteAsync("INSERT INTO test__parts (thing) VALUES (77)")), Throws.Exception);
        Assert.That(await store.Add("after"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_forgotten_in_the_same_transaction_and_fails_takes_nothing_along()
    {
        await using var store = await MadeAsync();

        Assert.That(async () => await store.Engine.PurgeAsync(Acme, new Act("Purged"), Actor.System, static (db, _) => db.Execute("DELETE FROM nowhere")),
            Throws.InstanceOf<MigrationException>().With.Message.EqualTo("The tables of acme can't be taken away, and all of them are as they were: SQLite Error 1: 'no such table: nowhere'."));

        Assert.That(store.Look("SELECT name FROM acme__people"), Is.EqualTo(new[] { "Ada", "Ben", "Cleo" }));
        Assert.That(store.Look("SELECT name FROM acme__chiefs"), Is.EqualTo(new[] { "Ada" }));
        Assert.That((await store.Engine.VerifyAsync([store.Engine.Head])).Problems, Is.Empty);
        Assert.That(await store.Add("after"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_somebody_else_made_upon_its_tables_stands_in_the_way_and_is_named()
    {
        await using var store = await MadeAsync();
        var reader = new Rights("reader", "acme__people");
        await store.Engine.MigrateAsync(reader, [new(1, "0001_names.sql", "CREATE VIEW reader__names AS SELECT name FROM \"acme__people\";")]);

        Assert.That((await store.Engine.CountAsync(Acme)).Reference, Is.EqualTo("The view reader__names uses its tables. The module that has it must be purged first."));
        Assert.That(async () => await store.Engine.PurgeAsync(Acme, new Act("Purged"), Actor.System, static (_, _) => { }),
            Throws.InstanceOf<MigrationException>().With.Message.StartsWith("The view reader__names uses its tables."));
        Assert.That(store.Look("SELECT name FROM reader__names"), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task After_it_the_plugin_begins_anew()
    {
        await using var store = await MadeAsync();
        await store.Engine.PurgeAsync(Acme, new Act("Purged"), Actor.System, static (db, _) => db.Execute("DELETE FROM core__migrations WHERE plugin = 'acme'"));

        Assert.That(await store.Engine.MigrateAsync(Acme, [Made]), Is.EqualTo(new[] { 1 }));

        Assert.That((await store.Engine.CountAsync(Acme)).Tables.Select(t => t.Rows), Is.All.Zero);
        await FillAsync(store);
        Assert.That((await store.Engine.VerifyAsync([store.Engine.Head])).Problems, Is.Empty);
    }

    [Test]
    public async Task The_cores_own_tables_are_never_purged()
    {
        await using var store = new StoreFixture();

        foreach (var core in new[] { Rights.Core, new Rights("core") })
            Assert.That(async () => await store.Engine.PurgeAsync(core, new Act("Purged"), Actor.System, static (_, _) => { }), Throws.InvalidOperationException);
    }

    private static async Task<StoreFixture> MadeAsync()
    {
        var store = new StoreFixture();
        await store.Engine.MigrateAsync(Acme, [Made]);
        await store.Engine.MigrateAsync(Aftercare, [new(1, "0001_calls.sql", "CREATE TABLE acme_aftercare__calls (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT; INSERT INTO acme_aftercare__calls (name) VALUES ('Anna');")]);
        await FillAsync(store);
        return store;
    }

    private static Task<int> FillAsync(StoreFixture store) => store.Engine.WriteAsync(Acme, new Act("Moved in"), Actor.System, StoreFixture.NoServices, unit => unit.Connection.ExecuteAsync("""
        INSERT INTO acme__rooms (id) VALUES (1);
        INSERT INTO acme__people (id, name, room, above) VALUES (1, 'Ada', 1, NULL), (2, 'Ben', 1, 1), (3, 'Cleo', 1, 2);
        INSERT INTO acme__keys (room, number) VALUES (1, 7), (1, 8);
        UPDATE acme__rooms SET chief = 1;
        """), CancellationToken.None);
}
