using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Store.Audit;
using Smp.Runtime.Store.Sqlite;
using SQLitePCL;

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
    private readonly TimeProvider time;
    private WriterSession writer;

    public Writer(SqliteFile file, StoreOptions options, AsyncLocal<UnitRun?> ambient, TimeProvider time, ILogger log)
    {
        this.file = file;
        this.options = options;
        this.ambient = ambient;
        this.time = time;
        this.log = log;
        writer = Open();
        using (ExecutionContext.SuppressFlow()) loop = Task.Run(LoopAsync);
    }

    /// <summary>Where the audit chain ends, on disk.</summary>
    public AuditHead Head => writer.Trail?.Head ?? AuditHead.None;

    private SqliteSession Session => writer.Session;

    public void Enqueue(UnitRequest request)
    {
        if (!queue.Writer.TryWrite(request)) request.Fail(new ObjectDisposedException("store", "The clinic is closing."));
    }

    /// <summary>Runs something on the writer's own session, alone, between two groups: a migration.</summary>
    public Task<T> ExclusiveAsync<T>(Func<WriterSession, T> work)
    {
        var turn = new Turn<T>(work);
        if (!queue.Writer.TryWrite(turn)) throw new ObjectDisposedException("store", "The clinic is closing.");
        return turn.Done;
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await loop;
        writer.Dispose();
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
                try
                {
                    turn.Run(writer);
                }
                catch (Exception)
                {
                    // Whoever asked has been told.
                    Renew();
                }

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
            Rollback();
        }
        catch (Exception)
        {
            Reopen();
        }
    }

    // The session itself is of no use any more: closing it rolls back. While no other can be opened (a full disk), it stays, and the next group tries again.
    private void Reopen()
    {
        try
        {
            var lost = writer;
            writer = Open();
            lost.Dispose();
        }
        catch (Exception error)
        {
            log.LogError(error, "The store can't be opened anew");
        }
    }

    private void Begin()
    {
        writer.Execute("BEGIN IMMEDIATE");
        if (writer.Trail?.BeginGroup() == false)
            log.LogError("The database was changed past the store while it was open. Verify the audit trail");
    }

    private void Rollback()
    {
        writer.Trail?.Abandon();
        if (Session.InTransaction) writer.Execute("ROLLBACK");
    }

    private WriterSession Open()
    {
        var opened = new WriterSession(file.OpenWriter(), time);
        try
        {
            opened.ResumeTrail();
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Runs and commits a group that begins with one request. Returns what was read from the queue but belongs to the next.</summary>
    private async Task<object?> GroupAsync(UnitRequest first, List<UnitRequest> ready)
    {
        object? next = first;
        var began = Environment.TickCount64;
        try
        {
            Begin();
        }
        catch (Exception error)
        {
            first.Fail(error);
            Renew();
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

            if (!Session.InTransaction)
            {
                // What broke this unit broke the group with it; its neighbours did nothing wrong and are run again.
                Rollback();
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
                Begin();
                error = await RunAsync(request);
                if (error is null) error = TryCommit();
                else Rollback();
            }
            catch (Exception failure)
            {
                error = failure;
                Renew();
            }

            if (error is null) request.Succeed();
            else request.Fail(error);
        }
    }

    private Exception? TryCommit()
    {
        try
        {
            writer.Trail?.Seal();
            writer.Execute("COMMIT");
            writer.Trail?.Committed();
            return null;
        }
        catch (Exception error)
        {
            // A deferred foreign key fails here and leaves the transaction open.
            Rollback();
            return error;
        }
    }

    /// <summary>Runs one unit in a savepoint; null when it can be committed. After an error nothing of it is left.</summary>
    private async Task<Exception?> RunAsync(UnitRequest request)
    {
        if (request.Token.IsCancellationRequested) return new OperationCanceledException(request.Token);
        writer.Execute("SAVEPOINT unit");
        var error = await OnceAsync(request);
        if (error is null && options.RunUnitsTwice)
        {
            writer.Execute("ROLLBACK TO unit");
            error = await OnceAsync(request);
        }

        if (!Session.InTransaction) return error ?? new InvalidOperationException("The unit ended the transaction.");
        // Said now it is this unit's failure alone; at the commit it would be its whole group's, each of which would be run again by itself.
        if (error is null && Session.HasOpenForeignKeys) error = new SqliteException("FOREIGN KEY constraint failed", raw.SQLITE_CONSTRAINT, raw.SQLITE_CONSTRAINT_FOREIGNKEY);
        error ??= EndUnit(request);
        if (error is not null)
        {
            writer.Trail?.AbandonUnit();
            writer.Execute("ROLLBACK TO unit");
        }

        writer.Execute("RELEASE unit");
        return error;
    }

    private SqliteException? EndUnit(UnitRequest request)
    {
        try
        {
            writer.Trail?.EndUnit(new(request.Rights.PluginId, request.Act, request.Actor, request.Now, request.Request));
            return null;
        }
        catch (SqliteException error)
        {
            return error;
        }
    }

    private async Task<Exception?> OnceAsync(UnitRequest request)
    {
        writer.Trail?.BeginUnit();
        var unit = new UnitRun(Session, request);
        var run = Start(request, unit);
        try
        {
            if (!run.IsCompleted) await run.WaitAsync(options.UnitBudget);
            else await run;
            return null;
        }
        catch (TimeoutException) when (!run.IsCompleted)
        {
            unit.Stop();
            log.LogError("A unit of {Plugin} went over its budget of {Budget} and was stopped: {Act}",
                request.Rights.PluginId, options.UnitBudget, request.Act.What);
            // From here on whatever the unit still does is refused. A statement that runs is interrupted, which ends the whole
            // transaction; End then waits until the session is quiet.
            Session.Interrupt();
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
        public abstract void Run(WriterSession writer);
    }

    private sealed class Turn<T>(Func<WriterSession, T> work) : Turn
    {
        private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Done => done.Task;

        public override void Run(WriterSession writer)
        {
            try
            {
                done.TrySetResult(work(writer));
            }
            catch (Exception error)
            {
                done.TrySetException(error);
                throw;
            }
        }
    }
}
