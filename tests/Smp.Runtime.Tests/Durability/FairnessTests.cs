using System.Collections.Concurrent;
using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Durability;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FairnessTests
{
    private const string Endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(300);
    private readonly string folder = Directory.CreateTempSubdirectory("smp-fair-").FullName;
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DurableStore store = null!;

    /// <summary>Units that do something first and then behave badly, each in its own way.</summary>
    public enum Misdeed
    {
        LoopsInCode,
        AwaitsForEver,
        RunsAStatementWithoutEnd,
        WritesWithoutEnd,
        BeginsAUnit,
        Reads,
        FailsAtTheCommit,
        RollsBackTheGroup,
        Throws,
        ThrowsAfterReturning,
        LeavesAStatementRunning,
        LeavesAWriteRunning,
        ReadsOnAfterReturning,
        LeavesAReaderOpen,
        ReturnsNoTask,
        CancelsItself,
        BlocksOnAnotherUnit,
    }

    [SetUp]
    public async Task Open() => store = await DurableStore.OpenAsync(folder, new() { UnitBudget = Budget });

    [TearDown]
    public async Task Remove()
    {
        over.TrySetResult();
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task A_unit_that_misbehaves_harms_no_neighbour([Values] Misdeed misdeed)
    {
        var before = Neighbours("before");
        var offenders = Enumerable.Range(0, 2).Select(i => OffendAsync(misdeed, i)).ToList();
        var between = Neighbours("between");
        await Task.WhenAll(offenders.Select(o => o.ContinueWith(_ => { }, TaskScheduler.Default)));
        var after = Neighbours("after");

        // Each of them throws here if it wasn't kept.
        await Task.WhenAll([.. before, .. between, .. after]);
        // What an offender did before its misdeed is kept if it was told so, and gone if it wasn't.
        await store.AssertWholeAsync();
    }

    [Test]
    public async Task Units_that_loop_for_ever_are_abandoned_and_the_writer_goes_on()
    {
        // More than the processors there are, so that they take all that can be taken.
        for (var i = 0; i < Environment.ProcessorCount + 1; i++)
            Assert.That(async () => await OffendAsync(Misdeed.LoopsInCode, i), Throws.InstanceOf<TimeoutException>());

        for (var i = 0; i < 5; i++) await Task.WhenAll(Neighbours($"{i}"));
        await store.AssertWholeAsync();
    }

    [Test]
    public async Task A_unit_that_reads_the_same_value_for_ever_reads_nothing_of_what_comes_after_it()
    {
        var wrong = 0;
        for (var i = 0; i < 10; i++)
        {
            Assert.That(async () => await store.AddAsync($"{i}", then: async unit =>
            {
                // Large enough to be given back to the system at once when the statement ends.
                using var reader = await unit.Connection.ExecuteReaderAsync("SELECT replace(hex(zeroblob(1000000)), '0', 'x')");
                await reader.ReadAsync();
                while (!over.Task.IsCompleted)
                {
                    if (reader.GetString(0) is not { Length: 2_000_000 } text || text[^1] != 'x') wrong++;
                }
            }), Throws.InstanceOf<TimeoutException>());
        }

        Assert.That(wrong, Is.Zero);
        await store.AddAsync("next");
        await store.AssertWholeAsync();
    }

    [TestCase(128, 2)]
    [TestCase(8, 9)]
    [TestCase(1, 65)]
    public async Task Of_64_writers_none_waits_for_more_groups_than_those_that_were_there_before_it_fill(int maxGroup, int groups)
    {
        await store.DisposeAsync();
        // Groups end by their size alone, however slow the machine is.
        store = await DurableStore.OpenAsync(folder, new() { MaxGroup = maxGroup, GroupTime = TimeSpan.FromMinutes(1), UnitBudget = TimeSpan.FromMinutes(1) });
        var begun = new ConcurrentDictionary<string, long>();

        await Task.WhenAll(Enumerable.Range(0, 64).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                // Each group is one seal, so seals count groups; a unit knows its own by the number that the trail gives it. It waits from when it
                // stands in the queue: what was sealed while this thread was on its way there isn't waiting.
                var unit = store.AddAsync($"{w}-{i}");
                begun[$"{w}-{i}"] = store.Engine.Head.Seal;
                await unit;
            }
        })));

        var sealedIn = await SealsAsync();
        var waits = begun.Select(u => sealedIn[u.Key] - u.Value).ToList();
        Assert.That(waits, Has.Count.EqualTo(64 * 20));
        Assert.That(waits.Max(), Is.LessThanOrEqualTo(groups));
    }

    [Test]
    public async Task A_unit_that_would_fail_at_the_commit_costs_its_neighbours_no_commit_of_their_own()
    {
        await store.DisposeAsync();
        store = await DurableStore.OpenAsync(folder, new() { GroupTime = TimeSpan.FromMinutes(1), UnitBudget = TimeSpan.FromMinutes(1) });
        var before = store.Engine.Head.Seal;
        var begun = new TaskCompletionSource();

        // The first holds up the writer until all of them wait behind it, so that they are one group.
        var units = new List<Task>
        {
            store.AddAsync("first", then: unit =>
            {
                begun.TrySetResult();
                return over.Task;
            }),
        };
        await begun.Task;
        units.AddRange(Neighbours("before"));
        var offender = OffendAsync(Misdeed.FailsAtTheCommit, 0);
        units.AddRange(Neighbours("after"));
        over.SetResult();

        await Task.WhenAll(units);
        Assert.That(async () => await offender, Throws.InstanceOf<Microsoft.Data.Sqlite.SqliteException>());
        Assert.That(store.Engine.Head.Seal - before, Is.EqualTo(1), "commits");
        await store.AssertWholeAsync();
    }

    [Test]
    public async Task First_come_first_served()
    {
        var units = Enumerable.Range(0, 500).Select(i => store.AddAsync($"{i:000}")).ToList();
        await Task.WhenAll(units);

        var names = await store.Engine.ReadAsync(DurableStore.Mine, oneMoment: false,
            c => c.QueryAsync<string>("SELECT name FROM test__things ORDER BY id"), CancellationToken.None);
        Assert.That(names, Is.Ordered);
    }

    [Test]
    public async Task A_clinic_closes_although_a_unit_loops_for_ever()
    {
        Assert.That(async () => await OffendAsync(Misdeed.LoopsInCode, 0), Throws.InstanceOf<TimeoutException>());

        await store.ReopenAsync();
        await store.AddAsync("next");
        await store.AssertWholeAsync();
    }

    // Which seal each thing was committed under.
    private async Task<Dictionary<string, long>> SealsAsync() => (await store.Engine.ReadAsync(Runtime.Store.Rights.Core, oneMoment: false,
        c => c.QueryAsync<(string Name, long Seal)>("""
            SELECT r.new ->> 'name', s.number FROM core__audit_rows r JOIN core__audit_seals s ON r.id BETWEEN s.first_row AND s.last_row
            WHERE r.object = 'test__things'
            """), CancellationToken.None)).ToDictionary(r => r.Name, r => r.Seal);

    private List<Task> Neighbours(string prefix) => [.. Enumerable.Range(0, 20).Select(i => store.AddAsync($"{prefix} {i}"))];

    private async Task OffendAsync(Misdeed misdeed, int number)
    {
        await store.AddAsync($"{misdeed} {number}", then: unit => MisbehaveAsync(unit, misdeed, number)!);
    }

    private Task? MisbehaveAsync(IUnitOfWork unit, Misdeed misdeed, int number) => misdeed switch
    {
        Misdeed.LoopsInCode => Loop(),
        Misdeed.AwaitsForEver => over.Task,
        Misdeed.RunsAStatementWithoutEnd => unit.Connection.ExecuteScalarAsync<long>(Endless),
        Misdeed.WritesWithoutEnd => unit.Connection.ExecuteAsync(
            "INSERT INTO test__parts (thing, body) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'none', zeroblob(10) FROM n"),
        Misdeed.BeginsAUnit => store.AddAsync($"nested {number}"),
        Misdeed.Reads => store.NamesAsync(),
        Misdeed.FailsAtTheCommit => unit.Connection.ExecuteAsync("INSERT INTO test__parts (thing, body) VALUES ('nobody', x'')"),
        Misdeed.RollsBackTheGroup => unit.Connection.ExecuteAsync("INSERT OR ROLLBACK INTO test__things (id, name) SELECT id, 'other' FROM test__things"),
        Misdeed.Throws => throw new InvalidOperationException("It throws."),
        Misdeed.ThrowsAfterReturning => LaterAsync(() => throw new InvalidOperationException("It throws later.")),
        Misdeed.LeavesAStatementRunning => LeaveAsync(() => unit.Connection.ExecuteScalar<long>(Endless)),
        Misdeed.LeavesAWriteRunning => LeaveAsync(() => unit.Connection.Execute(
            "INSERT INTO test__parts (thing, body) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'none', zeroblob(10) FROM n")),
        Misdeed.ReadsOnAfterReturning => LaterAsync(() => unit.Connection.Execute("DELETE FROM test__things")),
        Misdeed.LeavesAReaderOpen => OpenAsync(unit),
        Misdeed.ReturnsNoTask => null,
        Misdeed.CancelsItself => Task.FromCanceled(new CancellationToken(canceled: true)),
        Misdeed.BlocksOnAnotherUnit => BlockAsync(number),
        _ => throw new ArgumentOutOfRangeException(nameof(misdeed)),
    };

    private Task Loop()
    {
        while (!over.Task.IsCompleted) Thread.SpinWait(100);
        return Task.CompletedTask;
    }

    // Returns at once; what it began goes on when the unit is long over.
    private Task LaterAsync(Action action)
    {
        _ = Task.Run(async () =>
        {
            await over.Task;
            action();
        }).ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    // Returns once the other thread has begun.
    private static async Task LeaveAsync(Action action)
    {
        var begun = new TaskCompletionSource();
        _ = Task.Run(() =>
        {
            begun.SetResult();
            action();
        }).ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
        await begun.Task;
    }

    private static async Task OpenAsync(IUnitOfWork unit)
    {
        var reader = await unit.Connection.ExecuteReaderAsync("SELECT name FROM test__things");
        await reader.ReadAsync();
    }

    // Waits for what can only come after it: hidden from the store by leaving the unit's context.
    private Task BlockAsync(int number)
    {
        using (ExecutionContext.SuppressFlow()) return Task.Run(() => store.AddAsync($"other {number}"));
    }
}
