using Smp.Runtime.Hosting;
using Smp.Runtime.Store.Audit;
using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Tests.Durability;

/// <summary>What a crash, a copy or a careless hand can leave beside a database, and in it.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LeftFilesTests
{
    private const int Page = SqliteFile.PageSize;
    private const int LogHeader = 32;
    private const int FrameHeader = 24;
    private readonly string open = Directory.CreateTempSubdirectory("smp-open-").FullName;
    private readonly string left = Directory.CreateTempSubdirectory("smp-left-").FullName;

    private DurableStore? clinic;

    private string Database => DurableStore.PathIn(left);

    [TearDown]
    public async Task Remove()
    {
        if (clinic is not null) await clinic.DisposeAsync();
        Directory.Delete(open, recursive: true);
        Directory.Delete(left, recursive: true);
    }

    [Test]
    public async Task Without_the_index_of_the_log_it_is_made_anew()
    {
        var head = await LeaveAsync("a", "b");
        File.Delete(Database + "-shm");

        await AssertLeftAsync(["a", "b"], head);
    }

    [Test]
    public async Task An_index_of_the_log_from_another_time_counts_for_nothing()
    {
        await LeaveAsync("a");
        var stale = await File.ReadAllBytesAsync(Database + "-shm");
        var head = await LeaveAsync("b", "c");
        await File.WriteAllBytesAsync(Database + "-shm", stale);

        await AssertLeftAsync(["a", "b", "c"], head);
    }

    [Test]
    public async Task An_index_of_the_log_full_of_nonsense_counts_for_nothing()
    {
        var head = await LeaveAsync("a", "b");
        var nonsense = new byte[32 * 1024];
        new Random(7).NextBytes(nonsense);
        await File.WriteAllBytesAsync(Database + "-shm", nonsense);

        await AssertLeftAsync(["a", "b"], head);
    }

    [TestCase(1)]
    [TestCase(FrameHeader)]
    [TestCase(FrameHeader + Page / 2)]
    [TestCase(FrameHeader + Page - 1)]
    public async Task A_frame_of_the_log_that_was_written_by_half_is_ignored_and_with_it_all_of_its_unit(int written)
    {
        var head = await LeaveAsync("a", "b");
        var before = new FileInfo(Database + "-wal").Length;
        await LeaveAsync("unacknowledged");
        using (var log = File.OpenWrite(Database + "-wal"))
        {
            Assert.That((log.Length - before) % (FrameHeader + Page), Is.Zero);
            log.SetLength(log.Length - FrameHeader - Page + written);
        }

        await AssertLeftAsync(["a", "b"], head);
    }

    [Test]
    public async Task A_bit_that_fell_over_in_the_log_ends_it_there()
    {
        var head = await LeaveAsync("a");
        var before = new FileInfo(Database + "-wal").Length;
        await LeaveAsync("lost");
        var bytes = await File.ReadAllBytesAsync(Database + "-wal");
        bytes[before + FrameHeader + 100] ^= 1;
        await File.WriteAllBytesAsync(Database + "-wal", bytes);

        await AssertLeftAsync(["a"], head);
    }

    [Test]
    public async Task Without_the_log_what_was_in_it_is_gone_and_a_kept_head_shows_it()
    {
        var head = await LeaveAsync("a", "b");
        File.Delete(Database + "-wal");

        await using var store = await DurableStore.OpenAsync(left);
        var report = await store.Engine.VerifyAsync([head]);

        Assert.That(report.Problems.Select(p => p.Fault), Is.SubsetOf(new[] { AuditFault.Truncated, AuditFault.Replaced }).And.Not.Empty);
    }

    [Test]
    public void A_kept_head_that_was_written_by_half_takes_none_with_it()
    {
        var path = Path.Combine(left, "heads.txt");
        var (first, second) = (new AuditHead(4, new string('a', 64)), new AuditHead(5, new string('b', 64)));
        new KeptHeads(path).Keep(first, DateTimeOffset.UnixEpoch);
        File.AppendAllText(path, "1970-01-01T00:00:00.000Z 5 bb");

        new KeptHeads(path).Keep(second, DateTimeOffset.UnixEpoch);

        Assert.That(new KeptHeads(path).Read(), Is.EqualTo(new[] { first, second }));
    }

    [Test]
    public async Task A_page_that_is_damaged_is_said_where_it_is_read_and_all_else_works()
    {
        var table = await CloseAsync("a", "b");
        await OverwriteAsync(table * Page, Page);

        await using var store = await DurableStore.OpenAsync(left);
        Assert.That(store.NamesAsync, Throws.Exception.Matches<Exception>(e => StoreFault.Of(e!) is { IsDamage: true } fault
            && $"{fault.Sentence}".Contains("smp backup list", StringComparison.Ordinal)));
        Assert.That((await store.TryAddAsync("c"))?.IsDamage, Is.True, "writing where it is damaged");

        await store.Engine.MigrateAsync(new("other"), [new(1, "0001_other.sql", "CREATE TABLE other__things (id INTEGER PRIMARY KEY) STRICT;")]);
        Assert.That(await store.Engine.ReadAsync(Runtime.Store.Rights.Core, oneMoment: false,
            c => Dapper.SqlMapper.ExecuteScalarAsync<long>(c, "SELECT count(*) FROM core__migrations"), CancellationToken.None), Is.GreaterThan(2));
    }

    [TestCase(0, 16)]
    [TestCase(16, 84)]
    [TestCase(0, Page)]
    public async Task A_database_with_a_damaged_beginning_is_not_opened_and_nothing_in_it_is_overwritten(int from, int length)
    {
        await CloseAsync("a");
        await OverwriteAsync(from, length);
        var before = await File.ReadAllBytesAsync(Database);

        Assert.That(async () => await DurableStore.OpenAsync(left), Throws.Exception.Matches<Exception>(e => StoreFault.Of(e!, opening: true) is { IsDamage: true }));
        Assert.That(await File.ReadAllBytesAsync(Database), Is.EqualTo(before));
    }

    // Goes on in an open clinic, and takes its files as a crash would leave them at this moment.
    private async Task<AuditHead> LeaveAsync(params string[] names)
    {
        clinic ??= await DurableStore.OpenAsync(open);
        foreach (var name in names) await clinic.AddAsync(name);
        foreach (var file in new[] { "", "-wal", "-shm" }) File.Copy(DurableStore.PathIn(open) + file, Database + file, overwrite: true);
        return clinic.Engine.Head;
    }

    // A clinic that was closed properly; returns the page at which the table begins, counted from 0.
    private async Task<long> CloseAsync(params string[] names)
    {
        await using (var store = await DurableStore.OpenAsync(left))
        {
            foreach (var name in names) await store.AddAsync(name);
        }

        using var plain = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Database};Pooling=False");
        return await Dapper.SqlMapper.ExecuteScalarAsync<long>(plain, "SELECT rootpage - 1 FROM sqlite_schema WHERE name = 'sqlite_autoindex_test__things_1'");
    }

    private async Task OverwriteAsync(long from, int length)
    {
        using var file = File.OpenWrite(Database);
        file.Position = from;
        await file.WriteAsync(Enumerable.Repeat((byte)0xA5, length).ToArray());
    }

    private async Task AssertLeftAsync(string[] names, AuditHead head)
    {
        await using var store = await DurableStore.OpenAsync(left);
        Assert.That(await store.NamesAsync(), Is.EqualTo(names));
        Assert.That((await store.Engine.VerifyAsync([head])).Problems, Is.Empty);
        await store.AddAsync("next");
        Assert.That(await store.NamesAsync(), Has.Count.EqualTo(names.Length + 1));
    }
}
