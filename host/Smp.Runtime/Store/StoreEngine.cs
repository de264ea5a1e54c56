using Microsoft.Extensions.Logging;
using Smp.Runtime.Store.Audit;
using Smp.Runtime.Store.Sqlite;
using Smp.Sdk;

namespace Smp.Runtime.Store;

/// <summary>The clinic's store: one file, one writer, many readers. Lives as long as the host.</summary>
public sealed class StoreEngine : IAsyncDisposable
{
    // Not static: two clinics in one process, as in tests, are told apart.
    private readonly AsyncLocal<UnitRun?> ambient = new();
    private readonly SqliteFile file;
    private readonly ReaderPool readers;
    private readonly Writer writer;
    private readonly TimeProvider time;
    private readonly ILogger log;

    /// <summary>Opens the file, and makes it when it isn't there.</summary>
    /// <param name="path">The database file, in a folder that exists.</param>
    /// <param name="options">How writer and readers are shared.</param>
    /// <param name="time">Dates units of work.</param>
    /// <param name="log">Told when a unit is stopped.</param>
    public StoreEngine(string path, StoreOptions options, TimeProvider time, ILogger<StoreEngine> log)
    {
        DapperMapping.Register();
        this.time = time;
        this.log = log;
        file = new SqliteFile(path, options.StatementsKept, options.LogPages);
        writer = new Writer(file, options, ambient, time, log);
        readers = new ReaderPool(file, options.Readers);
    }

    internal Task<T> ReadAsync<T>(
        Rights rights, bool oneMoment, Func<System.Data.Common.DbConnection, Task<T>> read, CancellationToken token)
    {
        if (ambient.Value is { HoldsBack: true })
        {
            throw new InvalidOperationException(
                "A unit of work reads through its own connection: another one would not see what the unit has changed.");
        }

        return readers.UseAsync(rights, oneMoment, read, token);
    }

    internal Task<T> WriteAsync<T>(
        Rights rights, Act act, Actor actor, IServiceProvider services, Func<IUnitOfWork, Task<T>> write, CancellationToken token,
        string? request = null)
    {
        if (ambient.Value is { HoldsBack: true })
        {
            throw new InvalidOperationException(
                "A unit of work is under way here already. Join it (IStore<T>.Join) instead of beginning another inside it.");
        }

        var unit = new UnitRequest<T>(write)
        {
            Rights = rights, Act = act, Actor = actor, Request = request, Now = Moments.Cut(time.GetUtcNow()), Services = services, Token = token,
        };
        writer.Enqueue(unit);
        return unit.Done;
    }

    internal static System.Data.Common.DbConnection Join(Rights rights, IUnitOfWork unit) =>
        unit is UnitOfWork ours ? ours.Run.ConnectionFor(rights) : throw new ArgumentException("This unit isn't one of the store's.", nameof(unit));

    /// <summary>The plugin whose unit of work it is.</summary>
    internal static string OwnerOf(IUnitOfWork unit) =>
        unit is UnitOfWork ours ? ours.Owner.PluginId : throw new ArgumentException("This unit isn't one of the store's.", nameof(unit));

    /// <summary>
    /// Asks somebody in the middle of a unit of work, with their own rights, to read and to change nothing. What they still run when the time is up
    /// is stopped, which costs the unit nothing: only a statement that changes something takes its transaction along when it is interrupted.
    /// </summary>
    /// <exception cref="TimeoutException">The time was up.</exception>
    internal async Task<T> LendAsync<T>(
        IUnitOfWork unit, Rights rights, TimeSpan limit, Func<IUnitOfWork, CancellationToken, Task<T>> ask, CancellationToken token)
    {
        var lent = unit is UnitOfWork ours ? ours.Run.Lend() : throw new ArgumentException("This unit isn't one of the store's.", nameof(unit));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        var asking = Task.Run(() =>
        {
            ambient.Value = lent;
            return ask(new UnitOfWork(lent, rights), patience.Token);
        }, CancellationToken.None);
        try
        {
            return await asking.WaitAsync(limit, token);
        }
        catch (Exception) when (!asking.IsCompleted)
        {
            // Whatever it does from here on is refused, also outside of the unit.
            lent.Stop();
            await patience.CancelAsync();
            _ = asking.ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
            throw;
        }
        finally
        {
            lent.End();
        }
    }

    /// <summary>Brings a plugin's tables up to date, in one turn of the writer.</summary>
    /// <param name="rights">Whose.</param>
    /// <param name="migrations">All that it has.</param>
    /// <param name="backup">The backup that was made before; remembered for those that can't be undone.</param>
    /// <exception cref="MigrationException">What stands in the way; nothing was changed then.</exception>
    internal async Task<IReadOnlyList<int>> MigrateAsync(Rights rights, IReadOnlyList<Migration> migrations, string? backup = null)
    {
        var done = await writer.ExclusiveAsync(session => new Migrations(session, rights, time, backup).Apply(migrations));
        if (done.Count > 0) readers.Renew();
        return done;
    }

    /// <summary>Takes away all tables of a plugin with what is in them, and what else <paramref name="forget"/> does, in one turn of the writer.</summary>
    /// <exception cref="MigrationException">What stands in the way; nothing was changed then.</exception>
    internal async Task<IReadOnlyList<TableRows>> PurgeAsync(Rights rights, Act act, Actor actor, Action<Microsoft.Data.Sqlite.SqliteConnection, DateTimeOffset> forget)
    {
        var gone = await writer.ExclusiveAsync(session => new Purge(session, rights, time).Run(act, actor, forget));
        readers.Renew();
        return gone;
    }

    /// <summary>The tables that a purge would take, how much is in each, and what else in the database uses them, as a sentence.</summary>
    internal Task<(IReadOnlyList<TableRows> Tables, string? Reference)> CountAsync(Rights rights) => Task.Run(() =>
    {
        using var session = file.OpenReader();
        session.Begin();
        return (Purge.Count(session, rights), Purge.ReferenceTo(session, rights));
    });

    /// <summary>Sees to it that every table is audited, whatever was done to the file since it was closed. Once, when the core's tables are up to date.</summary>
    internal async Task MendAsync()
    {
        foreach (var name in await writer.ExclusiveAsync(session => new Migrations(session, Rights.Core, time).Mend()))
            log.LogError("What audits or guards {Name} had been changed past the store, and was made anew. Verify the audit trail", name);
    }

    /// <summary>Where the audit chain ends now.</summary>
    public AuditHead Head => writer.Head;

    /// <summary>Verifies the audit trail as it is at this moment, while the clinic goes on.</summary>
    /// <param name="kept">Heads that were kept elsewhere, to see whether the chain still leads there.</param>
    /// <param name="token">Gives up.</param>
    public async Task<AuditReport> VerifyAsync(IReadOnlyList<AuditHead> kept, CancellationToken token = default)
    {
        using var session = file.OpenReader();
        using var beside = file.OpenReader();
        // In a turn of the writer's nothing changes between the two.
        await writer.ExclusiveAsync(_ =>
        {
            foreach (var reader in (SqliteSession[])[session, beside]) reader.Execute("BEGIN; SELECT 1 FROM sqlite_schema;");
            return true;
        });
        return await Task.Run(() => AuditVerification.Run(session, beside, kept, token), token);
    }

    /// <summary>
    /// Empties the write-ahead log into the file, so that what was overwritten is nowhere any more. Where a long read stands in the way, it happens with
    /// a later checkpoint.
    /// </summary>
    internal Task EmptyLogAsync() => writer.ExclusiveAsync(session =>
    {
        session.Session.Execute("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000;");
        return true;
    });

    /// <summary>What is wrong with the pages of the file, at most a few of it. Several seconds for each GB.</summary>
    internal Task<IReadOnlyList<string>> CheckPagesAsync(CancellationToken token) => Task.Run<IReadOnlyList<string>>(() =>
    {
        using var session = file.OpenReader();
        using var stop = token.UnsafeRegister(static s => ((SqliteSession)s!).Interrupt(), session);
        List<string> problems = [];
        using var check = new SqliteStatement(session, "PRAGMA quick_check(5)");
        while (check.Step())
        {
            if (check.Text(0) is { } said && said != "ok") problems.Add(said);
        }

        return problems;
    }, token);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        readers.Dispose();
    }
}
