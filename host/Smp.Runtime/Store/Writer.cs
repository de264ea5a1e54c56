using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Store;

/// <summary>
/// The one writer. Units of work come through a queue, run one after the other, each in a savepoint, and are committed in
/// groups; nobody is told "done" before the group is on disk. Waiting is fair, and the more there is to do, the more of it
/// shares one flush.
/// </summary>
internal sealed class Writer : IAsyncDisposable
{
    private readonly SqliteFile file;
    private readonly StoreOptions options;
    private readonly AsyncLocal<UnitRun?> ambient;
    private readonly ILogger log;
    private readonly Channel<object> queue = Channel.CreateUnbounded<object>(new() { SingleReader = true });
    private readonly Task loop;
    private SqliteSession session;

    public Writer(SqliteFile file, StoreOptions options, AsyncLocal<UnitRun?> ambient, ILogger log)
    {
        this.file = file;
        this.options = options;
        this.ambient = ambient;
        this.log = log;
        session = file.OpenWriter();
        using (ExecutionContext.SuppressFlow()) loop = Task.Run(LoopAsync);
    }

    public void Enqueue(UnitRequest request)
    {
        if (!queue.Writer.TryWrite(request)) request.Fail(new ObjectDisposedException("store", "The clinic is closing."));
    }

    /// <summary>Runs something on the writer's own session, alone, between two groups: a migration.</summary>
    public Task<T> ExclusiveAsync<T>(Func<SqliteSession, T> work)
    {
        var turn = new Turn<T>(work);
        if (!queue.Writer.TryWrite(turn)) throw new ObjectDisposedException("store", "The clinic is closing.");
        return turn.Done;
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await loop;
        session.Dispose();
    }

    private async Task LoopAsync()
    {
        object? held = null;
        while (held is not null || await queue.Reader.WaitToReadAsync())
        {
            if (held is null && !queue.Reader.TryRead(out held)) continue;
            if (held is Turn turn)
            {
                held = null;
                turn.Run(session);
                continue;
            }

            held = await SafelyAsync((UnitRequest)held);
        }
    }

    // Whatever goes wrong outside of the units themselves (a full disk at a savepoint) fails this group and no other: the loop goes on.
    private async Task<object?> SafelyAsync(UnitRequest first)
    {
        List<UnitRequest> group = [];
        try
        {
            return await GroupAsync(first, group);
        }
        catch (Exception error)
        {
            log.LogError(error, "A group of {Count} units was lost", group.Count);
            foreach (var request in group) request.Fail(error);
            Renew();
            return null;
        }
    }

    private void Renew()
    {
        try
        {
            if (session.InTransaction) session.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // Then the session itself is of no use any more: closing it rolls back.
            var lost = session;
            session = file.OpenWriter();
            lost.Dispose();
        }
    }

    /// <summary>Runs and commits a group that begins with one request. Returns what was read from the queue but belongs to the next.</summary>
    private async Task<object?> GroupAsync(UnitRequest first, List<UnitRequest> ready)
    {
        object? next = first;
        var began = Environment.TickCount64;
        try
        {
            session.Execute("BEGIN IMMEDIATE");
        }
        catch (Exception error)
        {
            first.Fail(error);
            return null;
        }

        while (next is UnitRequest request)
        {
            next = null;
            ready.Add(request);
            if (await RunAsync(request) is { } error)
            {
                ready.Remove(request);
                request.Fail(error);
            }

            if (!session.InTransaction)
            {
                // What broke this unit broke the group with it; its neighbours did nothing wrong and are run again.
                await ReplayAsync(ready);
                return null;
            }

            var full = ready.Count >= options.MaxGroup || Environment.TickCount64 - began >= options.GroupTime.TotalMilliseconds;
            if (!full) queue.Reader.TryRead(out next);
        }

        if (TryCommit() is { } failure)
        {
            if (ready.Count == 1) ready[0].Fail(failure);
            else await ReplayAsync(ready);
        }
        else
        {
            foreach (var request in ready) request.Succeed();
        }

        return next;
    }

    /// <summary>Runs units of a lost group again, each committed by itself, so that the one at fault fails alone.</summary>
    private async Task ReplayAsync(List<UnitRequest> requests)
    {
        foreach (var request in requests)
        {
            Exception? error;
            try
            {
                session.Execute("BEGIN IMMEDIATE");
                error = await RunAsync(request);
                if (error is null) error = TryCommit();
                else if (session.InTransaction) session.Execute("ROLLBACK");
            }
            catch (Exception failure)
            {
                error = failure;
            }

            if (error is null) request.Succeed();
            else request.Fail(error);
        }
    }

    private Exception? TryCommit()
    {
        try
        {
            session.Execute("COMMIT");
            return null;
        }
        catch (Exception error)
        {
            // A deferred foreign key fails here and leaves the transaction open.
            if (session.InTransaction) session.Execute("ROLLBACK");
            return error;
        }
    }

    /// <summary>Runs one unit in a savepoint; null when it can be committed. After an error nothing of it is left.</summary>
    private async Task<Exception?> RunAsync(UnitRequest request)
    {
        if (request.Token.IsCancellationRequested) return new OperationCanceledException(request.Token);
        session.Execute("SAVEPOINT unit");
        var error = await OnceAsync(request);
        if (error is null && options.RunUnitsTwice)
        {
            session.Execute("ROLLBACK TO unit");
            error = await OnceAsync(request);
        }

        if (!session.InTransaction) return error ?? new InvalidOperationException("The unit ended the transaction.");
        if (error is not null) session.Execute("ROLLBACK TO unit");
        session.Execute("RELEASE unit");
        return error;
    }

    private async Task<Exception?> OnceAsync(UnitRequest request)
    {
        var unit = new UnitRun(session, request);
        var run = Start(request, unit);
        try
        {
            if (!run.IsCompleted) await run.WaitAsync(options.UnitBudget);
            else await run;
            return null;
        }
        catch (TimeoutException) when (!run.IsCompleted)
        {
            log.LogError("A unit of {Plugin} went over its budget of {Budget} and was stopped: {Act}",
                request.Rights.PluginId, options.UnitBudget, request.Act.What);
            // From here on whatever the unit still does is refused. A statement that runs is interrupted, which ends the whole
            // transaction; End then waits until the session is quiet.
            session.Interrupt();
            _ = run.ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
            return new TimeoutException(
                $"This took longer than {options.UnitBudget.TotalSeconds:0.#} seconds and was stopped. Nothing was changed.");
        }
        catch (Exception error)
        {
            return error;
        }
        finally
        {
            unit.End();
        }
    }

    // On a thread of its own, so that a unit that loops holds up nobody longer than its budget.
    private Task Start(UnitRequest request, UnitRun unit) => Task.Run(() =>
    {
        Task? task = null;
        if (request.Context is { } context) ExecutionContext.Run(context.CreateCopy(), _ => task = Enter(), null);
        else task = Enter();
        return task!;

        Task Enter()
        {
            ambient.Value = unit;
            return request.RunAsync(new UnitOfWork(unit, request.Rights));
        }
    });

    private abstract class Turn
    {
        public abstract void Run(SqliteSession session);
    }

    private sealed class Turn<T>(Func<SqliteSession, T> work) : Turn
    {
        private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Done => done.Task;

        public override void Run(SqliteSession session)
        {
            try
            {
                done.TrySetResult(work(session));
            }
            catch (Exception error)
            {
                if (session.InTransaction) session.Execute("ROLLBACK");
                done.TrySetException(error);
            }
        }
    }
}
