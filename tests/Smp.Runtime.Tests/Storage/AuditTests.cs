using Dapper;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Storage;

/// <summary>What is done is written down: by whom, why, and what was there before and after.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class AuditTests
{
    private static readonly Actor Mia = new(ActorKind.Person, "Mia", 3);

    [Test]
    public async Task A_change_is_written_with_who_what_why_and_the_values_before_and_after()
    {
        await using var store = new StoreFixture();
        await store.Add("a");
        await store.Engine.WriteAsync(StoreFixture.Mine, new Act("Renamed a thing", "It was wrong") { PerformedBy = 9 }, Mia, StoreFixture.NoServices,
            unit => unit.Connection.ExecuteAsync("UPDATE test__things SET name = 'b'"), CancellationToken.None, "request-1");

        Assert.That(Last(store), Is.EqualTo(new[]
        {
            "test · Renamed a thing · It was wrong · Person Mia 3 · by 9 · request-1",
            """test__things U 1 {"id":1,"name":"a"} → {"id":1,"name":"b"}""",
        }));
    }

    [TestCase("INSERT INTO test__things (id, name) VALUES (5, 'x')", """test__things I 5  → {"id":5,"name":"x"}""")]
    [TestCase("DELETE FROM test__things WHERE id = 1", """test__things D 1 {"id":1,"name":"a"} → """)]
    [TestCase("UPDATE test__things SET id = 8 WHERE id = 1", """test__things D 1 {"id":1,"name":"a"} → """, """test__things I 8  → {"id":8,"name":"a"}""")]
    [TestCase("REPLACE INTO test__things (id, name) VALUES (1, 'x')", """test__things D 1 {"id":1,"name":"a"} → """, """test__things I 1  → {"id":1,"name":"x"}""")]
    [TestCase("INSERT OR REPLACE INTO test__things (id, name) VALUES (6, 'a')", """test__things D 1 {"id":1,"name":"a"} → """, """test__things I 6  → {"id":6,"name":"a"}""")]
    [TestCase("UPDATE OR REPLACE test__things SET name = 'a' WHERE id = 2", """test__things D 1 {"id":1,"name":"a"} → """, """test__things U 2 {"id":2,"name":"b"} → {"id":2,"name":"a"}""")]
    [TestCase("INSERT INTO test__things (id, name) VALUES (1, 'c') ON CONFLICT (id) DO UPDATE SET name = excluded.name", """test__things U 1 {"id":1,"name":"a"} → {"id":1,"name":"c"}""")]
    [TestCase("INSERT OR IGNORE INTO test__things (id, name) VALUES (1, 'no'), (7, 'yes')", """test__things I 7  → {"id":7,"name":"yes"}""")]
    [TestCase("DELETE FROM test__things", """test__things D 1 {"id":1,"name":"a"} → """, """test__things D 2 {"id":2,"name":"b"} → """)]
    [TestCase("DELETE FROM test__owners WHERE id = 1", """test__owned D 4 {"id":4,"owner":1,"scan":null} → """, """test__owners D 1 {"id":1} → """)]
    [TestCase("UPDATE test__owners SET id = 2", """test__owned U 4 {"id":4,"owner":1,"scan":null} → {"id":4,"owner":2,"scan":null}""", """test__owners D 1 {"id":1} → """, """test__owners I 2  → {"id":2}""")]
    [TestCase("UPDATE test__owned SET scan = x'00ff'", """test__owned U 4 {"id":4,"owner":1,"scan":null} → {"id":4,"owner":1,"scan":"sha256:06eb7d6a69ee19e5fbdf749018d3d2abfa04bcbd1365db312eb86dc7169389b8"}""")]
    public async Task Every_way_to_change_a_row_is_written(string sql, params string[] rows)
    {
        await using var store = new StoreFixture();
        await store.Engine.MigrateAsync(StoreFixture.Mine, [.. StoreFixture.Applied, new(2, "0002_owners.sql", """
            CREATE TABLE test__owners (id INTEGER PRIMARY KEY) STRICT;
            CREATE TABLE test__owned (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES test__owners (id) ON DELETE CASCADE ON UPDATE CASCADE, scan BLOB) STRICT;
            INSERT INTO test__owners VALUES (1);
            INSERT INTO test__owned (id, owner) VALUES (4, 1);
            """)]);
        await store.Write(unit => unit.Connection.ExecuteAsync("INSERT INTO test__things (id, name) VALUES (1, 'a'), (2, 'b')"));

        await store.Write(unit => unit.Connection.ExecuteAsync(sql));

        Assert.That(Last(store).Skip(1), Is.EqualTo(rows));
        Assert.That((await store.Engine.VerifyAsync([])).Problems, Is.Empty);
    }

    [Test]
    public async Task What_lets_somebody_in_is_shown_as_its_hash()
    {
        await using var store = new StoreFixture();
        await store.Engine.WriteAsync(Rights.Core, new Act("Added a user"), Mia, StoreFixture.NoServices, unit => unit.Connection.ExecuteAsync("""
            INSERT INTO staff (id, name, role) VALUES (1, 'Mia', 'Technician');
            INSERT INTO core__users (staff_id, user_name, normalized_name, password_hash, security_stamp, created_at) VALUES (1, 'mia', 'MIA', 'hunter2', 'stamp!', 'now');
            INSERT INTO core__tokens (user_id, name, hash, created_at) VALUES (1, 't', 'token!', 'now');
            """), CancellationToken.None);

        Assert.That(string.Concat(store.Look("SELECT new FROM core__audit_rows WHERE object LIKE 'core\\_\\_%' ESCAPE '\\'")),
            Does.Contain("\"password_hash\":\"sha256:").And.Not.Contain("hunter2").And.Not.Contain("stamp!").And.Not.Contain("token!"));
    }

    [Test]
    public async Task What_a_unit_took_back_or_only_read_leaves_no_trace()
    {
        await using var store = new StoreFixture();
        await store.Add("a");
        var before = store.Look("SELECT id FROM core__audit_units");

        Assert.That(async () => await store.Write<int>(async unit =>
        {
            await StoreFixture.Insert(unit.Connection, "b");
            throw Refuse.Because($"No.");
        }), Throws.InstanceOf<RefusedException>());
        await store.Write(unit => unit.Connection.ExecuteScalarAsync<long>("SELECT count(*) FROM test__things"));
        await store.Write(async unit =>
        {
            try
            {
                return await StoreFixture.Insert(unit.Connection, "a");
            }
            catch (SqliteException)
            {
                return 0;
            }
        });

        Assert.That(store.Look("SELECT id FROM core__audit_units"), Is.EqualTo(before));
        Assert.That((await store.Engine.VerifyAsync([])).Problems, Is.Empty);
    }

    [Test]
    public void However_units_end_the_trail_has_no_gap_and_fits_the_tables()
    {
        // 0 done, 1 throws, 2 fails at the commit, 3 ends the transaction, 4 changes nothing.
        Prop.ForAll(Gen.Choose(0, 4).ListOf().Where(l => l.Count is > 0 and < 40).ToArbitrary(), kinds => RunAsync([.. kinds]).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(15));

        static async Task<bool> RunAsync(IReadOnlyList<int> kinds)
        {
            await using var store = new StoreFixture();
            var migrations = (await store.Engine.VerifyAsync([])).Units;
            await Task.WhenAll(kinds.Select(async (kind, i) =>
            {
                try
                {
                    await store.Write(async unit =>
                    {
                        if (kind != 4) await StoreFixture.Insert(unit.Connection, $"{i}");
                        if (kind == 1) throw Refuse.Because($"No.");
                        if (kind == 2) await unit.Connection.ExecuteAsync("INSERT INTO test__parts (thing) VALUES (999999)");
                        if (kind == 3) await unit.Connection.ExecuteAsync($"INSERT OR ROLLBACK INTO test__things (name) VALUES ('{i}')");
                        return true;
                    });
                }
                catch (Exception error) when (error is RefusedException or SqliteException or InvalidOperationException)
                {
                    // As meant.
                }
            }));
            var report = await store.Engine.VerifyAsync([store.Engine.Head]);
            Assert.That(report.Problems, Is.Empty);
            Assert.That(store.Look("SELECT name FROM test__things ORDER BY name"),
                Is.EqualTo(kinds.Select((k, i) => (k, i)).Where(u => u.k == 0).Select(u => $"{u.i}").Order(StringComparer.Ordinal)));
            Assert.That(report.Units - migrations, Is.EqualTo(kinds.Count(k => k == 0)));
            return true;
        }
    }

    [Test]
    public async Task A_tool_that_knows_nothing_of_the_store_cannot_change_a_row()
    {
        await using var store = new StoreFixture();
        await store.Add("a");

        Assert.That(() => store.Look("INSERT INTO test__things (name) VALUES ('past the store') RETURNING name"), Throws.InstanceOf<SqliteException>().With.Message.Contains("smp_unit"));
    }

    [Test]
    public async Task Triggers_that_were_removed_past_the_store_are_made_anew_when_it_opens()
    {
        await using var store = new StoreFixture();
        store.Look("DROP TRIGGER core__trail_test__things_u");
        Assert.That((await store.Engine.VerifyAsync([])).Problems.Select(p => p.Text), Is.EqualTo(new[] { "The triggers that audit test__things are missing or were changed." }));

        await store.ReopenAsync();
        await store.Engine.MendAsync();

        Assert.That((await store.Engine.VerifyAsync([])).Problems, Is.Empty);
    }

    private static IEnumerable<string> Last(StoreFixture store) => store.Look("""
        SELECT concat(plugin, ' · ', act, ' · ', reason, ' · ', actor_kind, ' ', actor, ' ', staff_id, ' · by ', performed_by, ' · ', request)
        FROM core__audit_units WHERE id = (SELECT max(id) FROM core__audit_units)
        """).Concat(store.Look("""
        SELECT concat(object, ' ', change, ' ', key, ' ', old, ' → ', new)
        FROM core__audit_rows WHERE unit = (SELECT max(id) FROM core__audit_units) ORDER BY id
        """));
}
