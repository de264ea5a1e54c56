using Smp.Runtime.Hosting;
using Smp.Testing.Disks;

namespace Smp.Runtime.Tests.Durability;

[Parallelizable(ParallelScope.All)]
public sealed class FullDiskTests
{
    [Test]
    public async Task What_fits_is_kept_whole_the_rest_is_refused_in_words_and_when_there_is_room_again_the_same_store_goes_on()
    {
        using var disk = new SmallDisk(megabytes: 12);
        await using var store = await DurableStore.OpenAsync(disk.Folder);
        await store.AddAsync("before", 50_000);

        disk.Fill();
        var refused = await WriteUntilRefusedAsync(store, writers: 8);

        Assert.Multiple(async () =>
        {
            Assert.That(refused.IsDiskFull, Is.True);
            Assert.That($"{refused.Sentence}", Does.Contain("is full").And.Contain("Make room").And.Not.Contain("SQL"));
            Assert.That(await store.NamesAsync(), Is.EqualTo(store.Kept), "reading while it is full");
        });
        await store.AssertWholeAsync();
        var full = store.Engine.Head;

        disk.Free();
        for (var i = 0; i < 20; i++) await store.AddAsync($"after {i}", 50_000);
        await store.AssertWholeAsync(full);
        await store.ReopenAsync();
        await store.AssertWholeAsync(full);
    }

    [Test]
    public async Task It_may_fill_up_and_be_emptied_any_number_of_times()
    {
        using var disk = new SmallDisk(megabytes: 12);
        await using var store = await DurableStore.OpenAsync(disk.Folder);

        for (var round = 0; round < 6; round++)
        {
            disk.Fill();
            await WriteUntilRefusedAsync(store, writers: 3, $"{round}");
            disk.Free();
            await store.AddAsync($"between {round}");
        }

        await store.AssertWholeAsync();
    }

    // Large enough that a unit doesn't fit into memory meant for pages, so that it is refused in the middle and not at the commit.
    [Test]
    public async Task A_unit_that_is_too_large_for_the_disk_harms_none_that_fits()
    {
        using var disk = new SmallDisk(megabytes: 24);
        await using var store = await DurableStore.OpenAsync(disk.Folder);
        if (!disk.IsMounted) disk.Fill();

        var large = store.TryAddAsync("large", 40_000_000);
        if (!disk.IsMounted) disk.Free();
        var small = Enumerable.Range(0, 20).Select(i => store.AddAsync($"{i}")).ToList();

        Assert.That((await large)?.IsDiskFull, Is.True);
        await Task.WhenAll(small);
        await store.AssertWholeAsync();
    }

    private static async Task<StoreFault> WriteUntilRefusedAsync(DurableStore store, int writers, string prefix = "")
    {
        var refused = await Task.WhenAll(Enumerable.Range(0, writers).Select(w => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                if (await store.TryAddAsync($"{prefix}-{w}-{i}", 50_000) is { } fault) return fault;
            }
        })));
        return refused[0];
    }
}
