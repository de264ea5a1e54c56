using System.Diagnostics;
using System.Runtime.CompilerServices;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Smp.Runtime.Core;
using Smp.Runtime.Store;
using Smp.Sdk;
using SQLitePCL;

namespace Smp.Benchmarks.Store;

/// <summary>What writers did in a stretch of time.</summary>
/// <param name="PerSecond">Units that were acknowledged within it.</param>
/// <param name="Waits">From asking to acknowledgement, of each unit, in milliseconds.</param>
/// <param name="GaveUp">Units that failed because others held the lock for too long.</param>
internal sealed record Stretch(double PerSecond, IReadOnlyList<double> Waits, int GaveUp);

/// <summary>Somebody who writes units of work: a visit and its three needles.</summary>
internal interface IWriting
{
    /// <summary>Lets so many writers write, each one unit after the other, for as long as something else takes.</summary>
    Task<Stretch> WriteAsync(int writers, Func<Task> meanwhile);
}

/// <summary>The store, with a plugin's rights.</summary>
internal sealed class StoreWriting : IWriting, IAsyncDisposable
{
    private static readonly Rights Bench = new("bench");
    private static readonly Act Recorded = new("Recorded a visit");
    private static readonly Actor Technician = new(ActorKind.Person, "A. Technician", 3);
    private readonly ServiceProvider services = new ServiceCollection().BuildServiceProvider();
    private readonly StoreEngine engine;
    private long number;

    private StoreWriting(StoreEngine engine) => this.engine = engine;

    public static async Task<StoreWriting> OpenAsync(string file)
    {
        var engine = new StoreEngine(file, new(), TimeProvider.System, NullLogger<StoreEngine>.Instance);
        // With the core's tables comes the audit trail.
        await engine.MigrateAsync(Rights.Core, Migration.In(typeof(CorePlugin).Assembly));
        await engine.MigrateAsync(Bench, Visits.Migrations);
        return new(engine);
    }

    public StoreEngine Engine => engine;

    public static Rights Own => Bench;

    public Task<Stretch> WriteAsync(int writers, Func<Task> meanwhile) => WriteAsync(writers, meanwhile, TimeSpan.Zero);

    /// <summary>As above, each writer resting after each unit.</summary>
    public async Task<Stretch> WriteAsync(int writers, Func<Task> meanwhile, TimeSpan rest)
    {
        var count = new Counting();
        var all = Enumerable.Range(0, writers).Select(_ => Task.Run(WriterAsync)).ToList();
        await count.DuringAsync(meanwhile);
        return count.Of(await Task.WhenAll(all));

        async Task<List<double>> WriterAsync()
        {
            List<double> waits = [];
            while (!count.Over)
            {
                var began = Stopwatch.GetTimestamp();
                await UnitAsync();
                waits.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                count.Done();
                if (rest > TimeSpan.Zero) await Task.Delay(rest);
            }

            return waits;
        }
    }

    public Task<long> UnitAsync()
    {
        var visit = Visits.Make(Interlocked.Increment(ref number));
        return WriteAsync(async unit =>
        {
            var id = await unit.Connection.ExecuteScalarAsync<long>(Visits.Insert, visit);
            await unit.Connection.ExecuteAsync(Visits.InsertNeedle, Visits.NeedlesOf(id));
            return id;
        });
    }

    public Task<T> WriteAsync<T>(Func<IUnitOfWork, Task<T>> write) => engine.WriteAsync(Bench, Recorded, Technician, services, write, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        await services.DisposeAsync();
    }
}

/// <summary>Dapper on a pooled connection for each call, with a transaction of its own. It keeps no audit.</summary>
internal sealed class DapperWriting(string file) : IWriting
{
    private readonly Pooled pool = new(file);
    private long number;

    // Each on a thread of its own: its calls block, and the pool of threads would let only a few of them begin.
    public async Task<Stretch> WriteAsync(int writers, Func<Task> meanwhile)
    {
        var count = new Counting();
        var all = Enumerable.Range(0, writers).Select(_ => Task.Factory.StartNew(Writer, TaskCreationOptions.LongRunning)).ToList();
        await count.DuringAsync(meanwhile);
        return count.Of(await Task.WhenAll(all));

        List<double> Writer()
        {
            List<double> waits = [];
            while (!count.Over)
            {
                var began = Stopwatch.GetTimestamp();
                try
                {
                    Unit();
                    count.Done();
                }
                catch (SqliteException busy) when (busy.SqliteErrorCode == raw.SQLITE_BUSY)
                {
                    count.GiveUp();
                }

                waits.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            return waits;
        }
    }

    private void Unit()
    {
        var visit = Visits.Make(Interlocked.Increment(ref number));
        using var connection = pool.Open();
        using var transaction = connection.BeginTransaction(deferred: false);
        var id = connection.ExecuteScalar<long>(Visits.Insert, visit, transaction);
        connection.Execute(Visits.InsertNeedle, Visits.NeedlesOf(id), transaction);
        transaction.Commit();
    }
}

/// <summary>The provider's own pool, with the store's settings on each handle.</summary>
internal sealed class Pooled(string file)
{
    private readonly string settings = new SqliteConnectionStringBuilder { DataSource = file }.ToString();
    private readonly ConditionalWeakTable<sqlite3, object> set = [];

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(settings);
        connection.Open();
        // Once for each handle that the pool keeps, not for each call: they would cost a peer more than the opening.
        if (!set.TryGetValue(connection.Handle!, out _))
        {
            connection.Execute(Visits.Pragmas);
            set.TryAdd(connection.Handle!, set);
        }

        return connection;
    }
}

/// <summary>Counts what is done while something else goes on.</summary>
internal sealed class Counting
{
    private readonly long began = Stopwatch.GetTimestamp();
    private int done;
    private int gaveUp;
    private double perSecond;
    private volatile bool over;

    public bool Over => over;

    public void Done() => Interlocked.Increment(ref done);

    public void GiveUp() => Interlocked.Increment(ref gaveUp);

    public async Task DuringAsync(Func<Task> meanwhile)
    {
        await meanwhile();
        // What is still under way is waited for, but isn't counted: with fewer writers the last ones are faster.
        perSecond = Volatile.Read(ref done) / Stopwatch.GetElapsedTime(began).TotalSeconds;
        over = true;
    }

    public Stretch Of(IEnumerable<List<double>> waits) => new(perSecond, [.. waits.SelectMany(w => w)], gaveUp);
}
