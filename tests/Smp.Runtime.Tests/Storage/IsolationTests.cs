using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Storage;

/// <summary>Whatever a plugin's SQL reaches for, and however it is written, it gets its own tables and what it was granted.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class IsolationTests
{
    [TestCase("SELECT secret FROM bill__invoices", "read bill__invoices.secret")]
    [TestCase("SELECT secret FROM /* mine */ Bill__Invoices -- really", "read bill__invoices.secret")]
    [TestCase("SELECT secret FROM \"bill__invoices\"", "read bill__invoices.secret")]
    [TestCase("SELECT secret FROM [bill__invoices]", "read bill__invoices.secret")]
    [TestCase("SELECT secret FROM `main`.`bill__invoices`", "read bill__invoices.secret")]
    [TestCase("SELECT acme__lots.secret FROM bill__invoices AS acme__lots", "read bill__invoices.secret")]
    [TestCase("SELECT count(*) FROM bill__invoices", "read bill__invoices")]
    [TestCase("SELECT count(*) FROM BILL__INVOICES", "read BILL__INVOICES")]
    [TestCase("SELECT 1 FROM bill__invoices", "read bill__invoices")]
    [TestCase("SELECT rowid FROM bill__invoices", "read bill__invoices")]
    [TestCase("SELECT _rowid_ FROM bill__invoices", "read bill__invoices")]
    [TestCase("SELECT EXISTS (SELECT 1 FROM bill__invoices WHERE secret LIKE 'S%')", "read bill__invoices")]
    [TestCase("SELECT 1 WHERE 1 IN bill__invoices", "bill__invoices")]
    [TestCase("SELECT 'SECRET' IN (SELECT secret FROM bill__invoices)", "read bill__invoices.secret")]
    [TestCase("SELECT name FROM acme__lots ORDER BY (SELECT secret FROM bill__invoices)", "read bill__invoices.secret")]
    [TestCase("SELECT name FROM acme__lots LIMIT (SELECT amount FROM bill__invoices)", "read bill__invoices.amount")]
    [TestCase("SELECT name FROM acme__lots GROUP BY 1 HAVING (SELECT amount FROM bill__invoices) > 0", "read bill__invoices.amount")]
    [TestCase("SELECT sum(amount) OVER () FROM bill__invoices", "read bill__invoices.amount")]
    [TestCase("SELECT * FROM acme__lots NATURAL JOIN bill__invoices", "read bill__invoices")]
    [TestCase("SELECT * FROM acme__lots JOIN bill__invoices USING (id)", "read bill__invoices")]
    [TestCase("SELECT name FROM acme__lots UNION ALL SELECT secret FROM bill__invoices", "read bill__invoices.secret")]
    [TestCase("VALUES ((SELECT secret FROM bill__invoices))", "read bill__invoices.secret")]
    [TestCase("WITH mine AS (SELECT secret FROM bill__invoices) SELECT * FROM mine", "read bill__invoices.secret")]
    [TestCase("WITH core__trail_acme__lots_i AS (SELECT secret FROM bill__invoices) SELECT * FROM core__trail_acme__lots_i", "read bill__invoices.secret")]
    [TestCase("WITH core__trail_x AS (SELECT count(*) AS n FROM bill__invoices) SELECT n FROM core__trail_x", "read bill__invoices")]
    [TestCase("WITH core__trail_x AS (SELECT 1) SELECT EXISTS (SELECT 1 FROM core__trail_x, bill__invoices)", "read")]
    [TestCase("WITH acme__lots AS (SELECT secret FROM bill__invoices) SELECT * FROM acme__lots", "read bill__invoices.secret")]
    [TestCase("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + amount FROM n, bill__invoices LIMIT 5) SELECT * FROM n", "read bill__invoices.amount")]
    [TestCase("SELECT value FROM json_each((SELECT json_group_array(secret) FROM bill__invoices))", "read bill__invoices.secret")]
    [TestCase("SELECT total FROM bill__totals", "read")]
    [TestCase("SELECT * FROM bill__words", "read bill__words")]
    [TestCase("SELECT rowid FROM bill__words('secret')", "read bill__words")]
    [TestCase("SELECT count(*) FROM bill__words WHERE bill__words MATCH 'secret'", "read bill__words")]
    [TestCase("SELECT block FROM bill__words_data", "read bill__words_data")]
    [TestCase("EXPLAIN SELECT secret FROM bill__invoices", "read bill__invoices.secret")]
    [TestCase("EXPLAIN QUERY PLAN SELECT secret FROM bill__invoices", "read bill__invoices.secret")]
    [TestCase("SELECT family_name FROM patients", "read patients.family_name")]
    [TestCase("SELECT count(family_name) FROM PATIENTS", "read patients.family_name")]
    [TestCase("SELECT id FROM patients WHERE family_name = 'SECRET'", "read patients.family_name")]
    [TestCase("SELECT id FROM open__private", "read open__private")]
    [TestCase("SELECT password_hash FROM core__users", "read core__users.password_hash")]
    [TestCase("SELECT new FROM core__audit_rows", "read core__audit_rows.new")]
    [TestCase("SELECT count(*) FROM core__audit_seals", "read core__audit_seals")]
    [TestCase("SELECT sql FROM sqlite_master", "touch the schema")]
    [TestCase("SELECT sql FROM sqlite_schema", "touch the schema")]
    [TestCase("SELECT count(*) FROM SQLITE_MASTER", "read SQLITE_MASTER")]
    [TestCase("SELECT * FROM sqlite_temp_master", "touch the schema")]
    [TestCase("SELECT name FROM pragma_table_list", "read pragma_table_list.name")]
    [TestCase("SELECT count(*) FROM pragma_table_list", "pragma_table_list")]
    [TestCase("SELECT * FROM pragma_table_info('bill__invoices')", "pragma_table_info")]
    [TestCase("PRAGMA table_info(bill__invoices)", "use PRAGMA table_info")]
    [TestCase("PRAGMA user_version", "use PRAGMA user_version")]
    [TestCase("PRAGMA database_list", "use PRAGMA database_list")]
    [TestCase("SELECT load_extension('evil')", "load_extension")]
    [TestCase("SELECT fts3_tokenizer('simple')", "fts3_tokenizer")]
    [TestCase("SELECT smp_unit()", "call smp_unit")]
    [TestCase("SELECT smp_sha256('x')", "call smp_sha256")]
    public async Task Nothing_else_can_be_read(string sql, string denied)
    {
        await using var store = await NeighboursFixture.MakeAsync();
        var before = store.Everything();

        await AssertDenied(() => store.ReadAs(NeighboursFixture.Acme, c => c.QueryAsync(sql)), denied);
        await AssertDenied(() => store.WriteAs(NeighboursFixture.Acme, unit => unit.Connection.QueryAsync(sql)), denied);
        Assert.That(store.Everything(), Is.EqualTo(before));
    }

    [TestCase("INSERT INTO bill__invoices (secret, amount) VALUES ('x', 1)", "insert into bill__invoices")]
    [TestCase("REPLACE INTO bill__invoices (id, secret, amount) VALUES (1, 'x', 1)", "insert into bill__invoices")]
    [TestCase("UPDATE bill__invoices SET amount = 0", "change bill__invoices.amount")]
    [TestCase("DELETE FROM bill__invoices", "delete from bill__invoices")]
    [TestCase("UPDATE acme__lots SET name = b.secret FROM bill__invoices AS b WHERE b.id = acme__lots.id", "read bill__invoices")]
    [TestCase("INSERT INTO acme__lots (name) SELECT secret FROM bill__invoices", "read bill__invoices.secret")]
    [TestCase("INSERT INTO acme__lots (name) VALUES ('x') RETURNING (SELECT secret FROM bill__invoices)", "read bill__invoices.secret")]
    [TestCase("INSERT INTO acme__lots (id, name) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = (SELECT secret FROM bill__invoices)", "read bill__invoices.secret")]
    [TestCase("DELETE FROM acme__lots WHERE EXISTS (SELECT 1 FROM bill__invoices)", "read bill__invoices")]
    [TestCase("INSERT INTO acme__lots (name) VALUES ('x'); SELECT secret FROM bill__invoices", "read bill__invoices.secret")]
    [TestCase("INSERT INTO bill__words (bill__words) VALUES ('rebuild')", "bill__words")]
    [TestCase("INSERT INTO bill__words (bill__words, rank) VALUES ('rank', 'bm25(10)')", "bill__words")]
    [TestCase("UPDATE open__hours SET opens = '00:00'", "change open__hours.opens")]
    [TestCase("UPDATE staff SET role = 'Administrator'", "change staff.role")]
    [TestCase("INSERT INTO patients (given_name, family_name, birth_date, created_at, changed_at) VALUES ('a', 'b', '1980-01-01', 'x', 'x')", "insert into patients")]
    [TestCase("DELETE FROM patients", "delete from patients")]
    [TestCase("UPDATE core__users SET password_hash = ''", "change core__users.password_hash")]
    [TestCase("INSERT INTO core__role_permissions VALUES ('Technician', 'users.manage', 1)", "insert into core__role_permissions")]
    [TestCase("INSERT INTO core__plugin_reads VALUES ('acme', 'patients', 'me', 'now')", "insert into core__plugin_reads")]
    [TestCase("INSERT INTO core__audit_rows (unit, object, change, key) VALUES (1, 'acme__lots', 'I', 1)", "insert into core__audit_rows")]
    [TestCase("WITH core__trail_x AS (SELECT 1) INSERT INTO core__audit_rows (unit, object, change, key) SELECT 1, 'acme__lots', 'I', 1 FROM core__trail_x", "insert into core__audit_rows")]
    [TestCase("UPDATE core__audit_rows SET old = NULL", "change core__audit_rows.old")]
    [TestCase("DELETE FROM core__audit_units", "delete from core__audit_units")]
    [TestCase("DELETE FROM core__audit_seals", "delete from core__audit_seals")]
    [TestCase("INSERT INTO core__audit_units (at, plugin, act, actor_kind, actor, first_row, last_row) VALUES ('', '', '', '', '', 1, 0)", "insert into core__audit_units")]
    [TestCase("INSERT INTO core__migrations VALUES ('acme', 2, 'x', 'x', 'x')", "insert into core__migrations")]
    [TestCase("UPDATE sqlite_master SET sql = ''", "")]
    [TestCase("DELETE FROM sqlite_sequence", "")]
    [TestCase("UPDATE acme__words_data SET block = x'00'", "")]
    [TestCase("PRAGMA writable_schema = ON", "use PRAGMA writable_schema")]
    [TestCase("PRAGMA foreign_keys = OFF", "use PRAGMA foreign_keys")]
    [TestCase("PRAGMA recursive_triggers = OFF", "use PRAGMA recursive_triggers")]
    [TestCase("PRAGMA trusted_schema = ON", "use PRAGMA trusted_schema")]
    [TestCase("PRAGMA query_only = OFF", "use PRAGMA query_only")]
    [TestCase("PRAGMA journal_mode = DELETE", "use PRAGMA journal_mode")]
    [TestCase("PRAGMA synchronous = OFF", "use PRAGMA synchronous")]
    [TestCase("PRAGMA wal_checkpoint(TRUNCATE)", "use PRAGMA wal_checkpoint")]
    [TestCase("PRAGMA defer_foreign_keys = ON", "use PRAGMA defer_foreign_keys")]
    [TestCase("PRAGMA data_version = 3", "use PRAGMA data_version")]
    [TestCase("ATTACH 'other.db' AS other", "attach another file")]
    [TestCase("ATTACH ':memory:' AS other", "attach another file")]
    [TestCase("DETACH main", "detach a file")]
    [TestCase("VACUUM", "")]
    [TestCase("VACUUM INTO '/tmp/smp-leak.db'", "")]
    [TestCase("ANALYZE acme__lots", "touch the schema")]
    [TestCase("REINDEX bill__by_amount", "")]
    [TestCase("CREATE TABLE acme__more (id INTEGER PRIMARY KEY) STRICT", "touch the schema")]
    [TestCase("CREATE TEMP TABLE patients (id INTEGER)", "touch the schema")]
    [TestCase("CREATE TEMP VIEW staff AS SELECT 1 AS id", "touch the schema")]
    [TestCase("CREATE TEMP TRIGGER core__trail_x AFTER INSERT ON acme__lots BEGIN SELECT 1; END", "")]
    [TestCase("CREATE INDEX acme__i ON acme__lots (name)", "touch the schema")]
    [TestCase("CREATE VIEW acme__v AS SELECT 1", "touch the schema")]
    [TestCase("CREATE TRIGGER acme__t AFTER INSERT ON acme__lots BEGIN SELECT 1; END", "")]
    [TestCase("CREATE VIRTUAL TABLE acme__v USING fts5 (a)", "")]
    [TestCase("DROP TABLE acme__lots", "touch the schema")]
    [TestCase("DROP TABLE bill__invoices", "")]
    [TestCase("DROP TRIGGER core__trail_acme__lots_i", "drop core__trail_acme__lots_i")]
    [TestCase("DROP INDEX bill__by_amount", "")]
    [TestCase("ALTER TABLE acme__lots RENAME TO bill__lots", "")]
    [TestCase("ALTER TABLE bill__invoices ADD COLUMN x TEXT", "")]
    public async Task Nothing_else_can_be_changed(string sql, string denied)
    {
        await using var store = await NeighboursFixture.MakeAsync();
        var before = store.Everything();

        await AssertDenied(() => store.WriteAs(NeighboursFixture.Acme, unit => unit.Connection.ExecuteAsync(sql)), denied);
        // On a reader nothing can be changed anyhow.
        Assert.That(async () => await store.ReadAs(NeighboursFixture.Acme, c => c.ExecuteAsync(sql)), Throws.Exception);
        Assert.That(store.Everything(), Is.EqualTo(before));
    }

    [TestCase("COMMIT")]
    [TestCase("END")]
    [TestCase("ROLLBACK")]
    [TestCase("BEGIN")]
    [TestCase("BEGIN IMMEDIATE")]
    [TestCase("SAVEPOINT mine")]
    [TestCase("RELEASE unit")]
    [TestCase("ROLLBACK TO unit")]
    [TestCase("/* a */ COMMIT -- b")]
    [TestCase("INSERT INTO acme__lots (name) VALUES ('x'); COMMIT; BEGIN")]
    public async Task A_unit_cannot_touch_transactions_and_its_neighbours_are_committed(string sql)
    {
        await using var store = await NeighboursFixture.MakeAsync();

        var before = store.WriteAs(NeighboursFixture.Acme, unit => unit.Connection.ExecuteAsync("INSERT INTO acme__lots (name) VALUES ('before')"));
        var attack = store.WriteAs(NeighboursFixture.Acme, unit => unit.Connection.ExecuteAsync(sql + " "));
        var after = store.WriteAs(NeighboursFixture.Acme, unit => unit.Connection.ExecuteAsync("INSERT INTO acme__lots (name) VALUES ('after')"));
        await AssertDenied(() => attack, "a unit of work is a transaction already");
        await Task.WhenAll(before, after);

        Assert.That(store.Store.Look("SELECT name FROM acme__lots WHERE id > 2"), Is.EqualTo(new[] { "before", "after" }));
    }

    [Test]
    public async Task The_core_itself_cannot_write_the_trail_by_hand()
    {
        await using var store = await NeighboursFixture.MakeAsync();
        foreach (var sql in new[]
        {
            "INSERT INTO core__audit_rows (unit, object, change, key) VALUES (1, 'x', 'I', 1)", "DELETE FROM core__audit_rows", "DELETE FROM core__audit_seals",
            "UPDATE core__audit_seals SET hash = zeroblob(32)", "DROP TABLE core__audit_rows", "COMMIT", "PRAGMA foreign_keys = OFF",
        })
            await AssertDenied(() => store.WriteAs(Runtime.Store.Rights.Core, unit => unit.Connection.ExecuteAsync(sql)), "");
        foreach (var sql in new[]
        {
            "UPDATE core__audit_rows SET new = '{}' WHERE id = 1", "UPDATE core__audit_rows SET object = 'x', salt = NULL, new = NULL, erased_by = 1 WHERE id = 1", "UPDATE core__audit_units SET act = 'x' WHERE id = 1",
        })
            Assert.That(async () => await store.WriteAs(Runtime.Store.Rights.Core, unit => unit.Connection.ExecuteAsync(sql)), Throws.InstanceOf<SqliteException>().With.Message.Contains("never changed"));
    }

    [Test]
    public async Task A_plugin_that_writes_its_trigger_name_beside_the_trails_gets_no_further()
    {
        await using var store = await NeighboursFixture.MakeAsync();

        Assert.That(async () => await store.Store.Engine.MigrateAsync(new("core.trail", []), [new(1, "0001_x.sql", "CREATE TABLE core_trail__x (id INTEGER PRIMARY KEY) STRICT;")]),
            Is.EqualTo(new[] { 1 }), "An id that looks like the trail's prefix has another one.");
        Assert.That(new Runtime.Store.Rights("core.trail").TablePrefix, Does.Not.StartWith("core__"));
    }

    [Test]
    public async Task What_a_module_needs_raises_no_false_alarm()
    {
        await using var store = await NeighboursFixture.MakeAsync();
        await store.WriteAs(NeighboursFixture.Acme, async unit =>
        {
            foreach (var sql in new[]
            {
                "INSERT INTO acme__lots (name, patient_id) VALUES ('for a patient', 7)",
                "INSERT INTO acme__words (rowid, name) SELECT id, name FROM acme__lots",
                "UPDATE acme__lots SET name = 'C' WHERE id = 2 RETURNING name",
                "REPLACE INTO acme__lots (id, name) VALUES (2, 'D')",
                "DELETE FROM acme__lots WHERE id = 1",
                "INSERT INTO acme__lots (name) VALUES ('x') ON CONFLICT DO NOTHING",
            })
                await unit.Connection.ExecuteAsync(sql);
            return true;
        });
        foreach (var sql in new[]
        {
            "WITH mine AS (SELECT 1 AS a) SELECT count(*) FROM mine", "SELECT count(*) FROM ACME__LOTS", "SELECT count(*) FROM (SELECT name FROM acme__lots) AS t",
            "SELECT value FROM json_each('[1,2]')", "SELECT name FROM acme__words WHERE acme__words MATCH 'patient'", "SELECT name FROM staff", "SELECT count(*) FROM staff",
            "SELECT opens FROM open__hours", "SELECT id FROM patients WHERE id = 7", "SELECT count(*) FROM patients", "SELECT row_number() OVER (ORDER BY name) FROM acme__lots",
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT count(*) FROM n", "SELECT strftime('%Y', '2026-01-01'), upper('a'), randomblob(2), sum(id) FROM acme__lots",
        })
            Assert.That(async () => (await store.ReadAs(NeighboursFixture.Acme, c => c.QueryAsync(sql))).AsList(), Is.Not.Empty, sql);
    }

    [Test]
    public async Task A_kept_statement_never_runs_with_other_rights_than_it_was_compiled_with()
    {
        await using var store = await NeighboursFixture.MakeAsync();
        const string Sql = "SELECT family_name FROM patients";
        Task<string?> Read(Runtime.Store.Rights rights) => store.ReadAs(rights, c => c.ExecuteScalarAsync<string>(Sql));

        Assert.That(await Read(Runtime.Store.Rights.Core), Is.EqualTo(NeighboursFixture.Secret));
        Assert.That(await Read(new("acme", "patients")), Is.EqualTo(NeighboursFixture.Secret));
        Assert.That(async () => await Read(new("acme")), Throws.InstanceOf<StoreDeniedException>(), "The grant was taken back.");
    }

    [Test]
    public async Task What_is_handed_out_leads_to_no_handle_of_the_engine()
    {
        await using var store = await NeighboursFixture.MakeAsync();
        await store.ReadAs(NeighboursFixture.Acme, async connection =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT name, id FROM acme__lots";
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            foreach (object handed in new object[] { connection, command, reader, command.Connection!, reader.GetFieldValue<Stream>(0), command.CreateParameter() })
                Assert.That(handed, Is.Not.InstanceOf<SqliteConnection>().And.Not.InstanceOf<SqliteCommand>().And.Not.InstanceOf<SqliteDataReader>().And.Not.InstanceOf<SqliteBlob>());
            Assert.That(() => connection.BeginTransaction(), Throws.InstanceOf<NotSupportedException>());
            Assert.That(() => connection.ConnectionString = "Data Source=other.db", Throws.InstanceOf<NotSupportedException>());
            Assert.That(() => connection.ChangeDatabase("other"), Throws.InstanceOf<NotSupportedException>());
            Assert.That(() => command.Connection = null, Throws.InstanceOf<NotSupportedException>());
            return true;
        });
    }

    private static async Task AssertDenied<T>(Func<Task<T>> attack, string denied)
    {
        try
        {
            await attack();
            Assert.Fail("It ran.");
        }
        catch (StoreDeniedException error)
        {
            Assert.That(error.Denied, Does.Contain(denied));
            Assert.That(error.Message, Does.Contain(error.Plugin));
        }
        catch (DbException) when (denied.Length == 0)
        {
            // The engine itself refuses.
        }
    }
}
