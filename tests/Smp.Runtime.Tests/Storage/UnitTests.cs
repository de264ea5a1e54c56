using Dapper;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Storage;

[Parallelizable(ParallelScope.All)]
public sealed class UnitTests
{
    [Test]
    public async Task What_64_writers_write_at_once_is_all_there()
    {
        await using var store = new StoreFixture();

        await Task.WhenAll(Enumerable.Range(0, 64).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++) await store.Add($"{w}-{i}");
        })));

        Assert.That(await store.Count(), Is.EqualTo(640));
    }

    [Test]
    public async Task What_was_acknowledged_is_there_after_reopening()
    {
        await using var store = new StoreFixture();
        await store.Add("kept");

        await store.ReopenAsync();

        Assert.That(await store.Names(), Is.EqualTo(new[] { "kept" }));
    }

    [Test]
    public async Task A_unit_that_throws_leaves_nothing_and_its_neighbours_are_committed()
    {
        await using var store = new StoreFixture();

        var units = Enumerable.Range(0, 40).Select(i => Task.Run(() => store.Write(async unit =>
        {
            await StoreFixture.Insert(unit.Connection, $"{i}");
            return i % 4 == 0 ? throw Refuse.Because($"No.") : true;
        }))).ToList();
        await Task.WhenAll(units.Select(u => u.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Multiple(async () =>
        {
            Assert.That(units.Count(u => u.Exception?.InnerException is RefusedException), Is.EqualTo(10));
            Assert.That(await store.Count(), Is.EqualTo(30));
        });
    }

    [Test]
    public async Task A_unit_that_fails_at_the_commit_fails_alone()
    {
        await using var store = new StoreFixture();

        var units = Enumerable.Range(0, 40).Select(i => Task.Run(() => store.Write(async unit =>
        {
            await StoreFixture.Insert(unit.Connection, $"{i}");
            // The foreign key is looked at when the whole group commits.
            if (i == 20) await unit.Connection.ExecuteAsync("INSERT INTO test__parts (thing) VALUES (999999)");
            return true;
        }))).ToList();
        await Task.WhenAll(units.Select(u => u.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Multiple(async () =>
        {
            Assert.That(units.Where(u => u.IsFaulted), Is.EqualTo(new[] { units[20] }));
            Assert.That(units[20].Exception!.InnerException, Is.InstanceOf<SqliteException>());
            Assert.That(await store.Count(), Is.EqualTo(39));
        });
    }

    [Test]
    public async Task A_statement_that_ends_the_transaction_of_the_group_harms_no_neighbour()
    {
        await using var store = new StoreFixture();
        await store.Add("taken");

        var units = Enumerable.Range(0, 40).Select(i => Task.Run(() => store.Write(async unit =>
        {
            await StoreFixture.Insert(unit.Connection, $"{i}");
            if (i == 20) await unit.Connection.ExecuteAsync("INSERT OR ROLLBACK INTO test__things (name) VALUES ('taken')");
            return true;
        }))).ToList();
        await Task.WhenAll(units.Select(u => u.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Multiple(async () =>
        {
            Assert.That(units.Where(u => u.IsFaulted), Is.EqualTo(new[] { units[20] }));
            Assert.That(await store.Count(), Is.EqualTo(40));
        });
    }

    [Test]
    public async Task A_unit_that_never_returns_is_stopped_and_can_do_nothing_afterwards()
    {
        await using var store = new StoreFixture(new StoreOptions { UnitBudget = TimeSpan.FromMilliseconds(100) });
        var later = new TaskCompletionSource();
        var after = new TaskCompletionSource<Exception?>();

        var stuck = store.Write(async unit =>
        {
            await StoreFixture.Insert(unit.Connection, "stuck");
            await later.Task;
            try
            {
                await StoreFixture.Insert(unit.Connection, "too late");
                after.SetResult(null);
            }
            catch (Exception error)
            {
                after.SetResult(error);
            }

            return true;
        });

        Assert.That(async () => await stuck, Throws.InstanceOf<TimeoutException>());
        await store.Add("next");
        later.SetResult();
        Assert.That(await after.Task, Is.InstanceOf<InvalidOperationException>());
        Assert.That(await store.Names(), Is.EqualTo(new[] { "next" }));
    }

    [Test]
    public async Task A_statement_without_end_is_interrupted_and_its_neighbours_are_committed()
    {
        await using var store = new StoreFixture(new StoreOptions { UnitBudget = TimeSpan.FromMilliseconds(200) });

        var endless = store.Write(unit => unit.Connection.ExecuteScalarAsync<long>(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"));
        var others = Enumerable.Range(0, 20).Select(i => store.Add($"{i}")).ToList();

        Assert.That(async () => await endless, Throws.InstanceOf<TimeoutException>());
        await Task.WhenAll(others);
        Assert.That(await store.Count(), Is.EqualTo(20));
    }

    [Test]
    public async Task A_statement_without_end_that_nobody_awaits_ends_with_its_unit()
    {
        await using var store = new StoreFixture(new StoreOptions { UnitBudget = TimeSpan.FromSeconds(30) });
        var begun = new TaskCompletionSource();
        var forgotten = Task.CompletedTask;

        await store.Write(async unit =>
        {
            forgotten = Task.Run(() =>
            {
                begun.SetResult();
                return unit.Connection.ExecuteScalar<long>("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n");
            });
            await begun.Task;
            return true;
        });

        Assert.That(async () => await forgotten, Throws.Exception);
        await store.Add("next");
        Assert.That(await store.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_unit_within_a_unit_is_refused_and_so_is_a_read()
    {
        await using var store = new StoreFixture();

        Assert.Multiple(() =>
        {
            Assert.That(async () => await store.Write(_ => store.Add("inner")), Throws.InvalidOperationException.With.Message.Contains("Join"));
            Assert.That(async () => await store.Write(_ => store.Count()), Throws.InvalidOperationException.With.Message.Contains("own connection"));
        });
    }

    [Test]
    public async Task A_unit_that_was_given_up_before_it_began_is_not_run()
    {
        await using var store = new StoreFixture();

        Assert.That(async () => await store.Write(unit => StoreFixture.Insert(unit.Connection, "x"), new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await store.Count(), Is.Zero);
    }

    [Test]
    public async Task In_tests_every_unit_runs_twice_and_counts_once()
    {
        await using var store = new StoreFixture(new StoreOptions { RunUnitsTwice = true });
        var runs = 0;

        await store.Write(unit =>
        {
            runs++;
            return StoreFixture.Insert(unit.Connection, "once");
        });

        Assert.That((runs, await store.Count()), Is.EqualTo((2, 1L)));
    }

    [Test]
    public async Task A_unit_can_neither_begin_nor_end_a_transaction_through_its_connection()
    {
        await using var store = new StoreFixture();

        Assert.That(async () => await store.Write(unit => Task.FromResult(unit.Connection.BeginTransaction() is null)),
            Throws.InstanceOf<NotSupportedException>());
    }

    [Test]
    public async Task A_reader_that_a_unit_forgot_does_not_hold_up_the_commit()
    {
        await using var store = new StoreFixture();
        await store.Add("a");

        await store.Write(async unit =>
        {
            var reader = await unit.Connection.ExecuteReaderAsync("SELECT name FROM test__things");
            await reader.ReadAsync();
            return await StoreFixture.Insert(unit.Connection, "b");
        });

        Assert.That(await store.Count(), Is.EqualTo(2));
    }
}
