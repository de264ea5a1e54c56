using Smp.Runtime.Hosting;
using Smp.Runtime.Store;
using Smp.Testing.Disks;

namespace Smp.Runtime.Tests.Durability;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FaultyDiskTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("smp-faulty-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [TestCase(FaultyDisk.NoSpace, "is full")]
    [TestCase(FaultyDisk.ReadOnly, "can be written to")]
    [TestCase(FaultyDisk.Io, "reported an error")]
    public async Task While_nothing_can_be_written_all_is_refused_in_words_and_read_as_before_and_afterwards_the_store_goes_on(int error, string words)
    {
        using var disk = new FaultyDisk(folder);
        await using var store = await DurableStore.OpenAsync(folder);
        await store.AddAsync("before");

        disk.FailWrites(error);
        var refused = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => store.TryAddAsync($"during {i}")));

        Assert.Multiple(async () =>
        {
            Assert.That(refused.Select(f => $"{f?.Sentence}"), Has.All.Contains(words));
            Assert.That(await store.NamesAsync(), Is.EqualTo(new[] { "before" }));
        });
        disk.Heal();
        await store.AddAsync("after");
        await store.AssertWholeAsync();
        await store.ReopenAsync();
        await store.AssertWholeAsync();
    }

    [TestCase(FaultyDisk.NoSpace)]
    [TestCase(FaultyDisk.Io)]
    public async Task At_whichever_write_the_disk_fails_a_unit_is_kept_whole_or_not_at_all(int error)
    {
        using var disk = new FaultyDisk(folder);
        await using var store = await DurableStore.OpenAsync(folder, new() { GroupTime = TimeSpan.FromSeconds(1) });

        var refused = 0;
        var reached = true;
        for (var after = 0; reached; after++)
        {
            disk.FailWrites(error, after);
            var faults = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => store.TryAddAsync($"{after}-{i}", 9_000)));
            refused += faults.Count(f => f is not null);
            reached = disk.HasFailed;
            disk.Heal();
            Assert.That(await store.NamesAsync(), Is.EqualTo(store.Kept), $"after {after} writes");
        }

        Assert.That(refused, Is.GreaterThan(4));
        await store.AssertWholeAsync();
        await store.ReopenAsync();
        await store.AssertWholeAsync();
    }

    [Test]
    public async Task At_whichever_write_the_disk_fails_while_the_log_is_written_back_nothing_acknowledged_is_lost()
    {
        using var disk = new FaultyDisk(folder);
        await using var store = await DurableStore.OpenAsync(folder, new() { LogPages = 500 });

        for (var after = 0; after < 40; after++)
        {
            // Only then is the database itself written to. Together they are longer than what the log holds.
            disk.FailWrites(FaultyDisk.Io, after * 7, only: "clinic.db");
            for (var i = 0; i < 3; i++) Assert.That(await store.TryAddAsync($"{after}-{i}", 1_500_000), Is.Null, "its own unit is kept all the same");
            Assert.That(disk.HasFailed, Is.True, $"after {after * 7} writes");
            disk.Heal();
        }

        await store.AddAsync("after");
        await store.AssertWholeAsync();
        await store.ReopenAsync();
        await store.AssertWholeAsync();
    }

    [Test]
    public async Task At_whichever_write_the_disk_fails_a_migration_is_there_whole_or_not_at_all_and_can_be_tried_again()
    {
        using var disk = new FaultyDisk(folder);
        await using var store = await DurableStore.OpenAsync(folder);

        var reached = true;
        for (var after = 0; reached; after++)
        {
            var (rights, migration) = (new Rights($"other{after}"), new Migration(1, "0001_other.sql", $"CREATE TABLE other{after}__things (id INTEGER PRIMARY KEY) STRICT;"));
            disk.FailWrites(FaultyDisk.Io, after);
            Exception? failed = null;
            try
            {
                await store.Engine.MigrateAsync(rights, [migration]);
            }
            catch (Exception error)
            {
                failed = error;
            }

            reached = disk.HasFailed;
            disk.Heal();
            Assert.That(failed is null || StoreFault.Of(failed) is not null, Is.True, $"{failed}");
            Assert.That(await store.Engine.MigrateAsync(rights, [migration]), Has.Count.EqualTo(failed is null ? 0 : 1));
            await store.AddAsync($"{after}");
        }

        await store.AssertWholeAsync();
    }

    [Test]
    public async Task A_read_that_the_disk_fails_says_so_and_the_next_one_reads()
    {
        using var disk = new FaultyDisk(folder);
        await using var store = await DurableStore.OpenAsync(folder, new() { Readers = 1 });
        for (var i = 0; i < 50; i++) await store.AddAsync($"{i}");
        await store.ReopenAsync();

        disk.FailReads(FaultyDisk.Io);
        Assert.That(store.NamesAsync, Throws.Exception.Matches<Exception>(e => $"{StoreFault.Of(e!)?.Sentence}".Contains("reported an error", StringComparison.Ordinal)));
        disk.Heal();

        await store.AssertWholeAsync();
    }
}
