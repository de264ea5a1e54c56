using Dapper;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Storage;

/// <summary>A look into somebody else's unit of work: it reads with its own rights, changes nothing, and can be ended before the unit is.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class LookTests
{
    private const string Endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Test]
    public async Task It_sees_what_the_unit_has_changed()
    {
        await using var store = new StoreFixture();

        var seen = await store.Write(async unit =>
        {
            await StoreFixture.Insert(unit.Connection, "new");
            return await Ask(store, unit, Long, lent => lent.Connection.ExecuteScalarAsync<string>("SELECT name FROM test__things"));
        });

        Assert.That(seen, Is.EqualTo("new"));
    }

    [TestCase("INSERT INTO test__things (name) VALUES ('other')")]
    [TestCase("UPDATE test__things SET name = 'other'")]
    [TestCase("DELETE FROM test__things")]
    public async Task It_changes_nothing_and_the_unit_goes_on(string sql)
    {
        await using var store = new StoreFixture();

        await store.Write(async unit =>
        {
            await StoreFixture.Insert(unit.Connection, "mine");
            Assert.That(async () => await Ask(store, unit, Long, lent => lent.Connection.ExecuteAsync(sql)), Throws.InstanceOf<StoreDeniedException>());
            // The unit itself runs the same statement: what was compiled for the look isn't used for it, nor the other way round.
            return await unit.Connection.ExecuteAsync("UPDATE test__things SET name = name");
        });

        Assert.That(await store.Names(), Is.EqualTo(new[] { "mine" }));
    }

    [Test]
    public async Task It_has_the_rights_of_whoever_is_asked()
    {
        await using var store = new StoreFixture();

        await store.Write(async unit =>
        {
            Assert.That(async () => await Ask(store, unit, Long, lent => lent.Connection.ExecuteScalarAsync<long>("SELECT count(*) FROM test__things"), new Rights("stranger")),
                Throws.InstanceOf<StoreDeniedException>());
            return true;
        });
    }

    [Test]
    public async Task A_statement_that_doesnt_end_is_stopped_and_the_unit_is_committed()
    {
        await using var store = new StoreFixture();

        await store.Write(async unit =>
        {
            await StoreFixture.Insert(unit.Connection, "before");
            Assert.That(async () => await Ask(store, unit, TimeSpan.FromMilliseconds(100), lent => lent.Connection.ExecuteScalarAsync<long>(Endless)),
                Throws.InstanceOf<TimeoutException>());
            return await StoreFixture.Insert(unit.Connection, "after");
        });

        Assert.That(await store.Names(), Is.EqualTo(new[] { "after", "before" }));
    }

    [Test]
    public async Task Whoever_was_too_slow_can_do_nothing_any_more_in_the_unit_or_outside()
    {
        await using var store = new StoreFixture();
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tried = new TaskCompletionSource<(Exception?, Exception?)>(TaskCreationOptions.RunContinuationsAsynchronously);

        await store.Write(async unit =>
        {
            Assert.That(async () => await Ask(store, unit, TimeSpan.FromMilliseconds(50), async lent =>
            {
                await goOn.Task;
                var inside = await Error(() => lent.Connection.ExecuteScalarAsync<long>("SELECT 1"));
                var outside = await Error(() => store.Add("late"));
                tried.TrySetResult((inside, outside));
                return 1;
            }), Throws.InstanceOf<TimeoutException>());
            return true;
        });
        goOn.SetResult();

        var (inside, outside) = await tried.Task;
        Assert.That(inside, Is.InstanceOf<InvalidOperationException>());
        Assert.That(outside, Is.InstanceOf<InvalidOperationException>());
        Assert.That(await store.Names(), Is.Empty);
    }

    private static Task<T> Ask<T>(StoreFixture store, IUnitOfWork unit, TimeSpan limit, Func<IUnitOfWork, Task<T>> ask, Rights? rights = null) =>
        store.Engine.LendAsync(unit, rights ?? StoreFixture.Mine, limit, (lent, _) => ask(lent), CancellationToken.None);

    private static async Task<Exception?> Error(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }
}
