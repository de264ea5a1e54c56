using Dapper;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Store;

namespace Smp.Runtime.Tests.Storage;

/// <summary>Ways round the walls that aren't in the words of one statement: what a reader leaves unread, what an error leaves open, what is dropped.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RoundaboutTests
{
    [TestCase("DELETE FROM bill__invoices")]
    [TestCase("UPDATE staff SET role = 'Administrator'")]
    [TestCase("INSERT INTO acme__lots (name) SELECT secret FROM bill__invoices")]
    [TestCase("DROP TRIGGER core__trail_bill__invoices_u; DROP TRIGGER core__audit_rows_keep; UPDATE core__audit_rows SET new = '{}' WHERE id = 3")]
    [TestCase("RELEASE unit; COMMIT; PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN; SAVEPOINT unit")]
    [TestCase("PRAGMA recursive_triggers = OFF; PRAGMA trusted_schema = ON")]
    [TestCase("PRAGMA query_only = OFF; DELETE FROM bill__invoices")]
    public async Task What_a_reader_left_unread_runs_with_its_owners_rights_or_not_at_all(string rest)
    {
        await using var store = await NeighboursFixture.MakeAsync();
        var before = store.Everything();

        for (var again = 0; again < 2; again++)
        {
            await store.WriteAs(NeighboursFixture.Acme, async unit =>
            {
                await using var reader = await unit.Connection.ExecuteReaderAsync("SELECT name FROM acme__lots; " + rest);
                return await reader.ReadAsync();
            });
            await store.ReadAs(NeighboursFixture.Acme, async connection =>
            {
                // Left open: the store closes it.
                var reader = await connection.ExecuteReaderAsync("SELECT name FROM acme__lots; " + rest);
                return await reader.ReadAsync();
            });
        }

        Assert.That(store.Everything(), Is.EqualTo(before));
        await store.WriteAs(NeighboursFixture.Acme, unit => unit.Connection.ExecuteAsync("REPLACE INTO acme__lots (id, name) VALUES (2, 'again')"));
        Assert.That(store.Store.Look("SELECT change FROM core__audit_rows WHERE object = 'acme__lots' ORDER BY id DESC LIMIT 2"), Is.EqualTo(new[] { "I", "D" }));
        Assert.That(async () => await store.WriteAs(NeighboursFixture.Acme, unit => unit.Connection.ExecuteAsync("INSERT INTO acme__parts (lot_id) VALUES (999)")),
            Throws.InstanceOf<SqliteException>().With.Message.Contains("FOREIGN KEY"));
        Assert.That((await store.Store.Engine.VerifyAsync([])).Problems, Is.Empty);
    }

    [TestCase("INSERT OR ROLLBACK INTO test__things (name) VALUES ('taken')")]
    [TestCase("INSERT INTO test__things (name) VALUES ('roll back')")]
    public async Task A_unit_that_lives_on_after_an_error_ended_its_transaction_can_do_nothing_more(string fatal)
    {
        await using var store = new StoreFixture(new StoreOptions());
        await store.Engine.MigrateAsync(StoreFixture.Mine, [.. StoreFixture.Applied, new(2, "0002_back.sql",
            "CREATE TRIGGER test__back BEFORE INSERT ON test__things WHEN NEW.name = 'roll back' BEGIN SELECT RAISE(ROLLBACK, 'back'); END;")]);
        await store.Add("taken");

        Assert.That(async () => await store.Write(async unit =>
        {
            try
            {
                await unit.Connection.ExecuteAsync(fatal);
            }
            catch (SqliteException)
            {
                // And goes on.
            }

            try
            {
                await using var reader = await unit.Connection.ExecuteReaderAsync("SELECT 1; INSERT INTO test__things (name) VALUES ('by a reader')");
                await reader.ReadAsync();
            }
            catch (InvalidOperationException)
            {
                // And goes on.
            }

            return await StoreFixture.Insert(unit.Connection, "outside of every unit");
        }), Throws.InstanceOf<InvalidOperationException>());
        await store.Add("the next");

        Assert.That(await store.Names(), Is.EqualTo(new[] { "taken", "the next" }));
        Assert.That((await store.Engine.VerifyAsync([])).Problems, Is.Empty);
    }

    [TestCase("UPDATE staff SET role = 'Administrator'")]
    [TestCase("DELETE FROM bill__invoices")]
    [TestCase("INSERT INTO acme__lots (name) SELECT secret FROM bill__invoices")]
    [TestCase("INSERT INTO core__plugin_reads VALUES ('acme', 'patients', 'me', 'now')")]
    [TestCase("INSERT INTO core__audit_rows (unit, object, change, key) VALUES (smp_unit(), 'patients', 'I', 999)")]
    [TestCase("SELECT RAISE(IGNORE)")]
    public async Task A_trigger_on_a_table_that_a_migration_drops_again_does_nothing(string body)
    {
        await using var store = await NeighboursFixture.MakeAsync();
        var before = store.Store.Look("SELECT secret FROM bill__invoices UNION ALL SELECT role FROM staff UNION ALL SELECT name FROM acme__lots UNION ALL SELECT data FROM core__plugin_reads");

        await store.Store.Engine.MigrateAsync(NeighboursFixture.Acme, [.. store.Applied, new(2, "0002_next.sql", $"""
            CREATE TABLE acme__x (id INTEGER PRIMARY KEY) STRICT;
            INSERT INTO acme__x VALUES (1);
            CREATE TRIGGER acme__t BEFORE DELETE ON acme__x BEGIN {body}; END;
            DROP TABLE acme__x;
            """)]);

        Assert.That(store.Store.Look("SELECT secret FROM bill__invoices UNION ALL SELECT role FROM staff UNION ALL SELECT name FROM acme__lots UNION ALL SELECT data FROM core__plugin_reads"), Is.EqualTo(before));
        Assert.That((await store.Store.Engine.VerifyAsync([])).Problems, Is.Empty);
    }

    [TestCase("SELECT 1; \0 SELECT 2")]
    [TestCase("\0")]
    [TestCase("SELECT 1;\uFEFF")]
    public async Task A_migration_with_a_character_that_cannot_be_seen_is_refused(string sql)
    {
        await using var store = await NeighboursFixture.MakeAsync();

        Assert.That(async () => await store.Store.Engine.MigrateAsync(NeighboursFixture.Acme, [.. store.Applied, new(2, "0002_next.sql", sql)]),
            Throws.InstanceOf<MigrationException>().With.Message.Contains("can't be seen"));
    }

    [Test]
    public async Task A_plugin_whose_name_looks_like_the_engines_own_is_audited_as_any_other()
    {
        await using var store = await NeighboursFixture.MakeAsync();
        var rights = new Rights("sqlitex");
        await store.Store.Engine.MigrateAsync(rights, [new(1, "0001_x.sql", "CREATE TABLE sqlitex__x (id INTEGER PRIMARY KEY) STRICT;")]);
        await store.WriteAs(rights, unit => unit.Connection.ExecuteAsync("INSERT INTO sqlitex__x VALUES (4)"));

        Assert.That(store.Store.Look("SELECT key FROM core__audit_rows WHERE object = 'sqlitex__x'"), Is.EqualTo(new[] { "4" }));
        Assert.That(async () => await store.Store.Engine.MigrateAsync(NeighboursFixture.Acme, [.. store.Applied, new(2, "0002_next.sql", "ALTER TABLE acme__parts RENAME TO sqlitex__parts")]),
            Throws.InstanceOf<MigrationException>());
    }

    [Test]
    public async Task A_text_that_JSON_functions_made_is_kept_as_the_text_it_is()
    {
        await using var store = new StoreFixture();
        await store.Engine.MigrateAsync(StoreFixture.Mine, [.. StoreFixture.Applied, new(2, "0002_docs.sql", "CREATE TABLE test__docs (t TEXT PRIMARY KEY, a ANY) STRICT;")]);
        await store.Write(unit => unit.Connection.ExecuteAsync("""
            INSERT INTO test__docs VALUES (json('{"a":1}'), json_array(1, 2));
            UPDATE test__docs SET t = json_object('k', 1), a = json_array('x');
            UPDATE test__docs SET a = x'00ff';
            """));

        Assert.That((await store.Engine.VerifyAsync([])).Problems, Is.Empty);
    }

    [Test]
    public async Task A_row_that_moves_to_another_patient_is_written_under_both_and_erased_with_each()
    {
        await using var store = await NeighboursFixture.MakeAsync();
        await store.WriteAs(Rights.Core, unit => unit.Connection.ExecuteAsync(
            "INSERT INTO patients (id, given_name, family_name, birth_date, created_at, changed_at) VALUES (8, 'Bo', 'Berg', '1980-01-01', 'x', 'x')"));
        await store.WriteAs(NeighboursFixture.Acme, unit => unit.Connection.ExecuteAsync("INSERT INTO acme__lots (id, name, patient_id) VALUES (9, 'of the first', 7)"));
        await store.WriteAs(NeighboursFixture.Acme, unit => unit.Connection.ExecuteAsync("UPDATE acme__lots SET name = 'of the second', patient_id = 8 WHERE id = 9"));

        Assert.That(store.Store.Look("SELECT patient_id || change || coalesce(old, new) FROM core__audit_rows WHERE object = 'acme__lots' AND key = 9 AND patient_id = 8"),
            Is.EqualTo(new[] { """8I{"id":9,"name":"of the second","patient_id":8}""" }));
        Assert.That((await store.Store.Engine.VerifyAsync([])).Problems, Is.Empty);
    }
}
