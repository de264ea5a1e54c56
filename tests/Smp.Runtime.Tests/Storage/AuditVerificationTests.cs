using Dapper;
using Smp.Runtime.Core;
using Smp.Runtime.Core.Audit;
using Smp.Runtime.Store;
using Smp.Runtime.Store.Audit;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Storage;

/// <summary>Whatever somebody with a tool does to the trail or to the data behind its back is found, and named.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class AuditVerificationTests
{
    private const string Unguarded = """
        DROP TRIGGER core__audit_rows_keep; DROP TRIGGER core__audit_rows_stay; DROP TRIGGER core__audit_units_keep;
        DROP TRIGGER core__audit_units_stay; DROP TRIGGER core__audit_seals_keep; DROP TRIGGER core__audit_seals_stay;
        """;

    // The trail's triggers on things, out of the way for a moment.
    private const string Unaudited = "DROP TRIGGER core__trail_test__things_i; DROP TRIGGER core__trail_test__things_u; DROP TRIGGER core__trail_test__things_k; DROP TRIGGER core__trail_test__things_d;";

    [TestCase("UPDATE core__audit_rows SET new = json_replace(new, '$.name', 'z') WHERE key = 2 AND object = 'test__things'", AuditFault.Changed, "Row * (test__things 2) isn't what was sealed.")]
    [TestCase("UPDATE core__audit_rows SET change = 'D' WHERE key = 2 AND object = 'test__things'", AuditFault.Changed, "Row *")]
    [TestCase("UPDATE core__audit_rows SET patient_id = 4 WHERE key = 2 AND object = 'test__things'", AuditFault.Changed, "Row *")]
    [TestCase("UPDATE core__audit_rows SET salt = randomblob(16) WHERE key = 2 AND object = 'test__things'", AuditFault.Changed, "Row *")]
    [TestCase("UPDATE core__audit_rows SET salt = NULL, new = NULL, erased_by = 1 WHERE key = 2 AND object = 'test__things'", AuditFault.Changed, "The payload of row * is missing, and no erasure took it.")]
    [TestCase("UPDATE core__audit_units SET actor = 'Somebody else' WHERE id = (SELECT min(id) FROM core__audit_units WHERE act = 'Tested')", AuditFault.Changed, "Unit * (Tested) isn't what was sealed.")]
    [TestCase("UPDATE core__audit_units SET at = '2020-01-01T00:00:00.000Z' WHERE id = 5", AuditFault.Changed, "Unit 5 *")]
    [TestCase("UPDATE core__audit_units SET performed_by = 4 WHERE id = 5", AuditFault.Changed, "Unit 5 *")]
    [TestCase("UPDATE core__audit_units SET reason = 'Nicer' WHERE reason IS NOT NULL", AuditFault.Changed, "The reason of unit * isn't what was sealed.")]
    [TestCase("UPDATE core__audit_units SET reason = NULL WHERE reason IS NOT NULL", AuditFault.Changed, "The reason of unit * is missing, and no erasure took it.")]
    [TestCase("DELETE FROM core__audit_rows WHERE key = 2 AND object = 'test__things'", AuditFault.Missing, "Row * was sealed and is missing.")]
    [TestCase("DELETE FROM core__audit_units WHERE id = 4", AuditFault.Missing, "Unit 4 was sealed and is missing.")]
    [TestCase("DELETE FROM core__audit_seals WHERE number = 4", AuditFault.Missing, "The seals from 4 to 4 are missing.")]
    [TestCase("UPDATE core__audit_seals SET hash = randomblob(32) WHERE number = 4", AuditFault.Changed, "Seal 4 isn't the one that follows seal 3.")]
    [TestCase("UPDATE core__audit_seals SET at = '2020-01-01T00:00:00.000Z' WHERE number = 4", AuditFault.Changed, "Seal 4 isn't *")]
    [TestCase("INSERT INTO core__audit_rows (unit, object, change, key, salt, new) VALUES (6, 'test__things', 'I', 99, x'00', '{}')", AuditFault.Inserted, "Row * isn't sealed.")]
    [TestCase("INSERT INTO core__audit_units (at, plugin, act, actor_kind, actor, first_row, last_row) VALUES ('', 'test', '', '', '', 99, 98)", AuditFault.Inserted, "Unit * isn't sealed.")]
    [TestCase("DELETE FROM core__audit_seals WHERE number > 4; DELETE FROM core__audit_units WHERE id > 4; DELETE FROM core__audit_rows WHERE unit > 4", AuditFault.Truncated, "The trail ends at seal 4, and seal * was kept: *")]
    [TestCase(Unaudited + "UPDATE test__things SET name = 'z' WHERE id = 2", AuditFault.LiveRow, "test__things 2 isn't what row * of the trail says*")]
    [TestCase(Unaudited + "INSERT INTO test__things VALUES (77, 'z')", AuditFault.LiveRow, "test__things 77 is there, and the trail doesn't know it*")]
    [TestCase(Unaudited + "DELETE FROM test__things WHERE id = 2", AuditFault.LiveRow, "test__things 2 is gone, and the trail doesn't say so*")]
    [TestCase(Unaudited, AuditFault.NotAudited, "The triggers that audit test__things are missing or were changed.")]
    public async Task What_was_done_to_the_file_is_found(string sql, AuditFault fault, string text)
    {
        await using var store = await MadeAsync();
        var head = store.Engine.Head;
        Assert.That((await store.Engine.VerifyAsync([head])).Ok);

        store.Look(Unguarded + sql);

        var report = await store.Engine.VerifyAsync([head]);
        Assert.That(report.Ok, Is.False);
        Assert.That(report.Problems.Select(p => (p.Fault, p.Text)), Has.Some.Matches<(AuditFault Fault, string Text)>(p =>
            p.Fault == fault && System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(text, p.Text)));
    }

    [Test]
    public async Task A_row_that_was_changed_past_the_store_is_found_also_after_the_store_changed_it_again()
    {
        await using var store = await MadeAsync();
        store.Look(Unaudited + "UPDATE test__things SET name = 'forged' WHERE id = 2");
        await store.Engine.MendAsync();
        await store.Write(unit => unit.Connection.ExecuteAsync("UPDATE test__things SET name = 'good' WHERE id = 2"));

        Assert.That((await store.Engine.VerifyAsync([])).Problems.Select(p => p.Text), Has.Exactly(1).Contains("had been changed past the store"));
    }

    [TestCase(false, "UPDATE test__things SET dose = 500 WHERE id = 2", "test__things 2 isn't what row * of the trail says*")]
    [TestCase(true, "UPDATE test__things SET name = 'forged' WHERE id = 2", "When row * of the trail was written, test__things 2 wasn't as the trail had it*")]
    [TestCase(true, "INSERT INTO test__things (id, name) VALUES (77, 'forged')", "When row * of the trail was written, test__things 77 wasn't as the trail had it*")]
    [TestCase(true, "DELETE FROM test__things WHERE id = 2", "test__things 2 is gone, and the trail doesn't say so*")]
    public async Task Columns_that_a_migration_adds_hide_nothing(bool forgedFirst, string sql, string text)
    {
        await using var store = await MadeAsync();
        Task AddColumnAsync() => store.Migrate([.. StoreFixture.Applied, new Migration(2, "0002_dose.sql", "ALTER TABLE test__things ADD COLUMN dose INTEGER NOT NULL DEFAULT 5;")]);
        if (!forgedFirst) await AddColumnAsync();
        store.Look(Unaudited + sql);
        await store.Engine.MendAsync();
        if (forgedFirst) await AddColumnAsync();

        Assert.That((await store.Engine.VerifyAsync([])).Problems.Select(p => p.Text), Has.Exactly(1).Items);
        Assert.That((await store.Engine.VerifyAsync([])).Problems[0].Text, Does.Match("^" + System.Text.RegularExpressions.Regex.Escape(text).Replace("\\*", ".*", StringComparison.Ordinal) + "$"));
    }

    [Test]
    public async Task A_trail_that_was_made_anew_is_told_by_a_head_that_was_kept()
    {
        await using var store = await MadeAsync();
        store.Look("VACUUM INTO '" + store.Path + ".copy'");
        await store.Add("what happened");
        var head = store.Engine.Head;

        await using var other = new StoreFixture(from: store.Path + ".copy");
        await other.Add("what somebody says happened");

        Assert.That((await other.Engine.VerifyAsync([])).Ok);
        Assert.That((await other.Engine.VerifyAsync([head])).Problems.Select(p => p.Fault), Is.EqualTo(new[] { AuditFault.Replaced }));
    }

    [Test]
    public async Task Work_goes_on_in_a_trail_that_was_meddled_with()
    {
        await using var store = await MadeAsync();
        store.Look(Unguarded + "DELETE FROM core__audit_rows WHERE id > 5; DELETE FROM core__audit_units WHERE id > 4");
        await store.ReopenAsync();

        await store.Add("fact");

        Assert.That(await store.Names(), Does.Contain("fact"));
        Assert.That((await store.Engine.VerifyAsync([])).Ok, Is.False);
    }

    [Test]
    public async Task What_the_law_wants_erased_goes_and_the_chain_stays_whole()
    {
        await using var store = await MadeAsync();
        var core = new CoreStore(store.Engine);
        await core.WriteAsync(new Act("Registered a patient", "Ann's own words"), unit => unit.Connection.ExecuteAsync("""
            INSERT INTO patients (id, given_name, family_name, birth_date, created_at, changed_at) VALUES (7, 'Ann', 'Adams', '1980-01-01', 'x', 'x');
            UPDATE patients SET given_name = 'Erased', family_name = 'Erased' WHERE id = 7;
            """));

        var rows = await new AuditErasure(core, store.Engine).EraseAsync(7, "Asked for by letter", CancellationToken.None);

        Assert.That(rows, Is.EqualTo(2));
        Assert.That(string.Concat(store.Look("SELECT concat(old, new) FROM core__audit_rows")) + string.Concat(store.Look("SELECT coalesce(reason, '') FROM core__audit_units")),
            Does.Not.Contain("Adams").And.Not.Contain("Ann").And.Contain("Asked for by letter"));
        // Nor does it stand in a corner of the files, from where the next backup would take it along.
        foreach (var file in new[] { store.Path, store.Path + "-wal" })
            Assert.That(System.Text.Encoding.Latin1.GetString(await ReadSharedAsync(file)), Does.Not.Contain("Adams").And.Not.Contain("Ann's own words"), file);
        Assert.That((await store.Engine.VerifyAsync([])).Problems, Is.Empty);
        Assert.That(async () => await new AuditErasure(core, store.Engine).EraseAsync(7, " ", CancellationToken.None), Throws.InstanceOf<RefusedException>());
    }

    [TestCase("UPDATE core__audit_rows SET patient_id = 7, erased_by = 1, payload_hash = zeroblob(32), salt = NULL, old = NULL, new = NULL WHERE object = 'test__things'")]
    [TestCase("UPDATE core__audit_rows SET change = 'D', key = 4 WHERE erased_by = 1")]
    [TestCase("UPDATE core__audit_rows SET payload_hash = randomblob(32) WHERE erased_by = 1")]
    [TestCase("UPDATE core__audit_rows SET erased_by = NULL WHERE erased_by = 1")]
    public async Task A_lawful_erasure_is_no_licence_for_another(string sql)
    {
        await using var store = await MadeAsync();
        var core = new CoreStore(store.Engine);
        await core.WriteAsync(new Act("Registered a patient"), unit => unit.Connection.ExecuteAsync(
            "INSERT INTO patients (id, given_name, family_name, birth_date, created_at, changed_at) VALUES (7, 'Ann', 'Adams', '1980-01-01', 'x', 'x')"));
        await new AuditErasure(core, store.Engine).EraseAsync(7, "Asked for by letter", CancellationToken.None);
        Assert.That((await store.Engine.VerifyAsync([])).Problems, Is.Empty);

        store.Look(Unguarded + sql);

        Assert.That((await store.Engine.VerifyAsync([])).Problems.Select(p => p.Fault), Has.Some.EqualTo(AuditFault.Changed));
    }

    [Test]
    public async Task A_trail_without_its_own_guards_is_found_and_guarded_again_when_it_opens()
    {
        await using var store = await MadeAsync();
        store.Look(Unguarded);
        store.Look("CREATE TRIGGER core__audit_rows_stay BEFORE DELETE ON core__audit_rows BEGIN SELECT 1; END");

        Assert.That((await store.Engine.VerifyAsync([])).Problems.Select(p => p.Where), Is.EquivalentTo(new[]
        {
            "core__audit_units_keep", "core__audit_units_stay", "core__audit_rows_keep", "core__audit_rows_stay", "core__audit_seals_keep", "core__audit_seals_stay",
        }));
        await store.ReopenAsync();
        await store.Engine.MendAsync();

        Assert.That((await store.Engine.VerifyAsync([])).Problems, Is.Empty);
        Assert.That(() => store.Look("DELETE FROM core__audit_rows"), Throws.Exception.With.Message.Contains("never deleted"));
    }

    private static async Task<byte[]> ReadSharedAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static async Task<StoreFixture> MadeAsync()
    {
        var store = new StoreFixture();
        foreach (var name in new[] { "a", "b", "c" }) await store.Add(name);
        await store.Engine.WriteAsync(StoreFixture.Mine, new Act("Renamed", "Because"), Actor.System, StoreFixture.NoServices,
            unit => unit.Connection.ExecuteAsync("UPDATE test__things SET name = 'd' WHERE id = 3"), CancellationToken.None);
        return store;
    }

    private sealed class CoreStore(StoreEngine engine) : IStore<CorePlugin>
    {
        public Task<T> ReadAsync<T>(Func<System.Data.Common.DbConnection, Task<T>> read, CancellationToken token) => engine.ReadAsync(Rights.Core, false, read, token);

        public Task<T> SnapshotAsync<T>(Func<System.Data.Common.DbConnection, Task<T>> read, CancellationToken token) => engine.ReadAsync(Rights.Core, true, read, token);

        public Task<T> WriteAsync<T>(Act act, Func<IUnitOfWork, Task<T>> write, CancellationToken token = default) =>
            engine.WriteAsync(Rights.Core, act, Actor.System, StoreFixture.NoServices, write, token);

        public System.Data.Common.DbConnection Join(IUnitOfWork unit) => StoreEngine.Join(Rights.Core, unit);
    }
}
