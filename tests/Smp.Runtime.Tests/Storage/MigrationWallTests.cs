using Dapper;
using Smp.Runtime.Store;

namespace Smp.Runtime.Tests.Storage;

/// <summary>What a plugin's migration may make of the schema, and what it may not leave behind for others to run.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class MigrationWallTests
{
    [TestCase("CREATE TABLE acme__copy AS SELECT * FROM bill__invoices", "read bill__invoices")]
    [TestCase("CREATE TABLE bill__more (id INTEGER PRIMARY KEY) STRICT", "make bill__more")]
    [TestCase("CREATE TABLE acme_more (id INTEGER PRIMARY KEY) STRICT", "make acme_more")]
    [TestCase("CREATE TABLE patients_more (id INTEGER PRIMARY KEY) STRICT", "make patients_more")]
    [TestCase("CREATE TABLE Acme__More (id INTEGER PRIMARY KEY) STRICT", "make Acme__More")]
    [TestCase("CREATE TEMP TABLE acme__x (id INTEGER PRIMARY KEY) STRICT", "touch the schema")]
    [TestCase("CREATE INDEX acme__i ON bill__invoices (secret)", "bill__invoices")]
    [TestCase("CREATE INDEX bill__i ON acme__lots (name)", "make bill__i")]
    [TestCase("CREATE TRIGGER acme__t AFTER INSERT ON bill__invoices BEGIN SELECT 1; END", "make acme__t")]
    [TestCase("CREATE TRIGGER acme__t AFTER INSERT ON patients BEGIN SELECT 1; END", "make acme__t")]
    [TestCase("CREATE TRIGGER core__trail_acme__lots_x AFTER INSERT ON acme__lots BEGIN SELECT 1; END", "make core__trail_acme__lots_x")]
    [TestCase("CREATE TRIGGER acme__t AFTER INSERT ON acme__lots BEGIN UPDATE bill__invoices SET amount = 0; END", "acme__lots would change bill__invoices.amount")]
    [TestCase("CREATE TRIGGER acme__t AFTER UPDATE OF name ON acme__lots BEGIN DELETE FROM bill__invoices; END", "acme__lots would delete from bill__invoices")]
    [TestCase("CREATE TRIGGER acme__t BEFORE DELETE ON acme__lots BEGIN INSERT INTO core__audit_rows (unit, object, change, key) VALUES (1, 'x', 'I', 1); END", "acme__lots would insert into core__audit_rows")]
    [TestCase("CREATE TRIGGER acme__t AFTER INSERT ON acme__lots BEGIN DELETE FROM core__audit_rows; END", "acme__lots would delete from core__audit_rows")]
    [TestCase("CREATE TRIGGER acme__t AFTER INSERT ON acme__lots BEGIN INSERT INTO acme__parts (lot_id) SELECT amount FROM bill__invoices; END", "acme__lots would read bill__invoices")]
    [TestCase("CREATE TRIGGER acme__t AFTER INSERT ON acme__lots BEGIN SELECT smp_unit(); END", "acme__lots would call smp_unit")]
    [TestCase("CREATE TRIGGER acme__t AFTER INSERT ON acme__lots WHEN (SELECT count(*) FROM core__users) > 0 BEGIN SELECT 1; END", "acme__lots would read core__users")]
    [TestCase("CREATE TRIGGER acme__t BEFORE UPDATE ON acme__lots BEGIN SELECT RAISE(IGNORE); END", "RAISE(IGNORE)")]
    [TestCase("CREATE TRIGGER acme__t AFTER INSERT ON acme__lots BEGIN SELECT raise /* no */ (\n ignore); END", "RAISE(IGNORE)")]
    [TestCase("CREATE TRIGGER acme__t BEFORE UPDATE OF name ON acme__lots BEGIN UPDATE acme__lots SET patient_id = NULL WHERE id = NEW.id; END", "Make it an AFTER trigger")]
    [TestCase("CREATE TRIGGER acme__t DELETE ON acme__lots BEGIN UPDATE acme__lots SET name = 'x' WHERE id = OLD.id; END", "Make it an AFTER trigger")]
    [TestCase("CREATE VIEW acme__v AS SELECT secret FROM bill__invoices", "acme__v would read bill__invoices")]
    [TestCase("CREATE VIEW acme__v AS SELECT family_name FROM patients", "acme__v would read patients.family_name")]
    [TestCase("CREATE VIEW acme__v AS SELECT new FROM core__audit_rows", "acme__v would read core__audit_rows")]
    [TestCase("CREATE VIEW acme__v AS SELECT 1 AS a; CREATE TRIGGER acme__t INSTEAD OF INSERT ON acme__v BEGIN DELETE FROM bill__invoices; END", "acme__v would delete from bill__invoices")]
    [TestCase("CREATE VIEW acme__v AS SELECT 1 AS a; CREATE TRIGGER acme__t INSTEAD OF UPDATE ON acme__v BEGIN DELETE FROM bill__invoices; END", "acme__v would delete from bill__invoices")]
    [TestCase("CREATE VIEW bill__v AS SELECT 1", "make bill__v")]
    [TestCase("CREATE VIRTUAL TABLE acme__f USING fts5 (secret, content = 'bill__invoices', content_rowid = 'id')", "acme__f would read bill__invoices")]
    [TestCase("CREATE VIRTUAL TABLE acme__f USING fts5 (name, content = 'staff', content_rowid = 'id')", "acme__f would read staff")]
    [TestCase("CREATE VIRTUAL TABLE acme__f USING fts5(name,content=open__hours)", "acme__f would read open__hours")]
    [TestCase("CREATE VIRTUAL TABLE acme__f USING fts5 (name, content = \"staff\")", "acme__f would read staff")]
    [TestCase("CREATE VIRTUAL TABLE acme__f USING fts5 (new, content = 'core__audit_rows', content_rowid = 'id')", "acme__f would read core__audit_rows")]
    [TestCase("CREATE VIRTUAL TABLE acme__f USING fts5 (name)", "keeps the texts itself")]
    [TestCase("CREATE VIRTUAL TABLE bill__f USING fts5 (name, content = '')", "make bill__f")]
    [TestCase("CREATE VIRTUAL TABLE acme__f USING fts5vocab (bill__words, row)", "make acme__f with fts5vocab")]
    [TestCase("CREATE VIRTUAL TABLE acme__f USING fts4 (name)", "make acme__f with fts4")]
    [TestCase("CREATE VIRTUAL TABLE acme__f USING rtree (id, a, b)", "make acme__f with rtree")]
    [TestCase("CREATE TABLE acme__x (id INTEGER PRIMARY KEY, name TEXT)", "isn't STRICT")]
    [TestCase("CREATE TABLE acme__x (name TEXT) STRICT", "has no primary key")]
    [TestCase("CREATE TABLE acme__x (id INTEGER PRIMARY KEY, invoice INTEGER REFERENCES bill__invoices (id)) STRICT", "refers to bill__invoices")]
    [TestCase("CREATE TABLE acme__x (id INTEGER PRIMARY KEY, u INTEGER REFERENCES core__users (id) ON DELETE CASCADE) STRICT", "refers to core__users")]
    [TestCase("CREATE TABLE acme__x (id INTEGER PRIMARY KEY, a INTEGER REFERENCES patients (id), b INTEGER REFERENCES patients (id)) STRICT", "refers to patients by 2 columns")]
    [TestCase("CREATE TABLE acme__x (phone TEXT PRIMARY KEY, patient_id INTEGER REFERENCES patients (id)) STRICT", "its key holds phone")]
    [TestCase("CREATE TABLE acme__x (patient_id INTEGER REFERENCES patients (id), word TEXT, PRIMARY KEY (patient_id, word)) STRICT, WITHOUT ROWID", "its key holds word")]
    [TestCase("CREATE TABLE acme__x (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT", "AUTOINCREMENT isn't to be had")]
    [TestCase("CREATE TABLE acme__x (id INTEGER PRIMARY KEY, h INTEGER REFERENCES open__hours (day)) STRICT", "refers to open__hours")]
    [TestCase("ALTER TABLE acme__lots RENAME TO bill__lots", "bill__lots")]
    [TestCase("ALTER TABLE acme__lots RENAME TO other_zz", "other_zz")]
    [TestCase("ALTER TABLE acme__lots RENAME COLUMN name TO title", "acme__words can't be used as it was made")]
    [TestCase("ALTER TABLE bill__invoices RENAME TO acme__mine", "alter bill__invoices")]
    [TestCase("ALTER TABLE bill__invoices ADD COLUMN mine TEXT", "alter bill__invoices")]
    [TestCase("ALTER TABLE bill__invoices DROP COLUMN secret", "alter bill__invoices")]
    [TestCase("ALTER TABLE patients RENAME COLUMN family_name TO n", "alter patients")]
    [TestCase("DROP TABLE bill__invoices", "drop bill__invoices")]
    [TestCase("DROP TABLE core__audit_seals", "drop core__audit_seals")]
    [TestCase("DROP TRIGGER core__trail_acme__lots_i", "drop core__trail_acme__lots_i")]
    [TestCase("DROP TRIGGER core__trail_bill__invoices_d", "drop core__trail_bill__invoices_d")]
    [TestCase("DROP TRIGGER core__audit_rows_stay", "drop core__audit_rows_stay")]
    [TestCase("DROP INDEX bill__by_amount", "drop bill__by_amount")]
    [TestCase("DROP VIEW bill__totals", "drop bill__totals")]
    [TestCase("INSERT INTO acme__lots (name) SELECT secret FROM bill__invoices", "read bill__invoices.secret")]
    [TestCase("INSERT INTO patients (given_name, family_name, birth_date, created_at, changed_at) VALUES ('a', 'b', '1980-01-01', 'x', 'x')", "insert into patients")]
    [TestCase("DELETE FROM core__audit_rows", "delete from core__audit_rows")]
    [TestCase("INSERT INTO core__migrations VALUES ('bill', 2, 'x', 'x', 'x')", "insert into core__migrations")]
    [TestCase("UPDATE sqlite_master SET sql = NULL", "sqlite_master")]
    [TestCase("PRAGMA writable_schema = ON", "use PRAGMA writable_schema")]
    [TestCase("PRAGMA foreign_keys = OFF", "use PRAGMA foreign_keys")]
    [TestCase("PRAGMA recursive_triggers = OFF", "use PRAGMA recursive_triggers")]
    [TestCase("PRAGMA schema_version = 1", "use PRAGMA schema_version")]
    [TestCase("ATTACH 'x.db' AS x", "attach another file")]
    [TestCase("COMMIT", "use COMMIT")]
    [TestCase("ROLLBACK", "use ROLLBACK")]
    [TestCase("SAVEPOINT a", "use SAVEPOINT")]
    [TestCase("VACUUM", "")]
    [TestCase("SELECT load_extension('evil')", "load_extension")]
    public async Task A_migration_that_reaches_further_is_refused_and_leaves_nothing(string sql, string named)
    {
        await using var store = await NeighboursFixture.MakeAsync();
        var before = store.Everything();

        Assert.That(async () => await Next(store, "CREATE TABLE acme__first (id INTEGER PRIMARY KEY) STRICT;" + sql + ";"), Throws.InstanceOf<MigrationException>());
        Assert.That(async () => await Next(store, sql), Throws.InstanceOf<MigrationException>().With.Message.Contains(named));
        Assert.That(store.Everything(), Is.EqualTo(before));
        // And the writer goes on.
        await store.WriteAs(NeighboursFixture.Acme, unit => unit.Connection.ExecuteAsync("INSERT INTO acme__lots (name) VALUES ('after')"));
        Assert.That((await store.Store.Engine.VerifyAsync([])).Problems, Is.Empty);
    }

    [TestCase("ALTER TABLE acme__lots ADD COLUMN note TEXT; UPDATE acme__lots SET note = 'x' WHERE id = 1")]
    [TestCase("ALTER TABLE acme__lots ADD COLUMN grams INTEGER NOT NULL DEFAULT 5 CHECK (grams > 0)")]
    [TestCase("ALTER TABLE acme__lots DROP COLUMN patient_id")]
    [TestCase("DROP TABLE acme__words; ALTER TABLE acme__lots RENAME COLUMN name TO title")]
    [TestCase("ALTER TABLE acme__parts RENAME TO acme__pieces; INSERT INTO acme__pieces (lot_id) VALUES (2)")]
    [TestCase("DROP TABLE acme__parts")]
    [TestCase("DROP TABLE acme__words; DROP TABLE acme__parts; DROP TABLE acme__lots")]
    [TestCase("DROP TABLE acme__parts; CREATE TABLE acme__parts (id INTEGER PRIMARY KEY, lot TEXT) STRICT; INSERT INTO acme__parts (lot) VALUES ('x')")]
    [TestCase("""
        PRAGMA defer_foreign_keys = ON;
        CREATE TABLE acme__new (id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE) STRICT;
        INSERT INTO acme__new SELECT id, name FROM acme__lots;
        DROP TABLE acme__parts;
        DROP TABLE acme__words;
        DROP TABLE acme__lots;
        ALTER TABLE acme__new RENAME TO acme__lots;
        """)]
    [TestCase("CREATE TABLE acme__keys (a TEXT, b BLOB, c ANY, n INTEGER AS (length(a)) STORED, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID; INSERT INTO acme__keys VALUES ('x', x'00ff', 1.5); UPDATE acme__keys SET b = x'01'")]
    [TestCase("CREATE TABLE acme__text (code TEXT PRIMARY KEY, v REAL) STRICT; INSERT INTO acme__text VALUES ('a', 0.1), ('', 2); UPDATE acme__text SET v = v * 3; DELETE FROM acme__text WHERE code = 'a'")]
    [TestCase("CREATE VIRTUAL TABLE acme__f USING fts5 (name, content = ''); INSERT INTO acme__f (rowid, name) VALUES (1, 'x')")]
    [TestCase("CREATE VIEW acme__v AS SELECT l.name, s.name AS who FROM acme__lots AS l, staff AS s; CREATE TRIGGER acme__t INSTEAD OF INSERT ON acme__v BEGIN INSERT INTO acme__lots (name) VALUES (NEW.name); END; INSERT INTO acme__v (name) VALUES ('by view')")]
    [TestCase("CREATE TRIGGER acme__t AFTER INSERT ON acme__lots BEGIN UPDATE acme__lots SET name = NEW.name || '!' WHERE id = NEW.id; END; INSERT INTO acme__lots (name) VALUES ('x')")]
    [TestCase("CREATE TRIGGER acme__t BEFORE INSERT ON acme__lots BEGIN DELETE FROM acme__lots WHERE id = NEW.id; END; INSERT INTO acme__lots (id, name) VALUES (2, 'anew')")]
    [TestCase("ALTER TABLE acme__lots ADD COLUMN note TEXT; UPDATE acme__lots SET note = 'x'; ALTER TABLE acme__lots DROP COLUMN note; ALTER TABLE acme__lots ADD COLUMN note TEXT DEFAULT 'y'")]
    [TestCase("ALTER TABLE acme__lots ADD COLUMN a TEXT DEFAULT 'a'; ALTER TABLE acme__lots ADD COLUMN b TEXT DEFAULT 'b'; ALTER TABLE acme__lots RENAME COLUMN a TO c; ALTER TABLE acme__lots RENAME COLUMN b TO a; ALTER TABLE acme__lots RENAME COLUMN c TO b")]
    [TestCase("CREATE INDEX acme__by_name ON acme__lots (name) WHERE name > 'A'; DROP INDEX acme__by_name")]
    [TestCase("-- nothing but a comment")]
    [TestCase("WITH n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 110) INSERT INTO acme__lots (id, name) SELECT i, 'n' || i FROM n; REPLACE INTO acme__lots (id, name) VALUES (100, 'again')")]
    public async Task Within_its_own_tables_it_may_do_anything_and_the_trail_follows(string sql)
    {
        await using var store = await NeighboursFixture.MakeAsync();

        Assert.That(await Next(store, sql), Is.EqualTo(new[] { 2 }));
        Assert.That((await store.Store.Engine.VerifyAsync([])).Problems, Is.Empty);
        // What it made is written to by units, under the trail's eyes too.
        foreach (var table in store.Store.Look("SELECT name FROM pragma_table_list WHERE name LIKE 'acme\\_\\_%' ESCAPE '\\' AND type = 'table'"))
            await store.WriteAs(NeighboursFixture.Acme, unit => unit.Connection.ExecuteAsync($"DELETE FROM {table}"));
        await store.Store.ReopenAsync();
        Assert.That((await store.Store.Engine.VerifyAsync([])).Problems, Is.Empty);
    }

    private static Task<IReadOnlyList<int>> Next(NeighboursFixture store, string sql) =>
        store.Store.Engine.MigrateAsync(NeighboursFixture.Acme, [.. store.Applied, new(2, "0002_next.sql", sql)]);
}
