using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Smp.Runtime.Core;
using Smp.Runtime.Hosting;
using Smp.Runtime.Store;
using Smp.Runtime.Store.Audit;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Durability;

/// <summary>A store in a folder that a test chose, with one plugin's tables, and everything that it was told was kept.</summary>
internal sealed class DurableStore : IAsyncDisposable
{
    private readonly string folder;
    private readonly StoreOptions options;
    private readonly List<string> kept = [];
    private readonly ServiceProvider services = new ServiceCollection().BuildServiceProvider();

    private DurableStore(string folder, StoreOptions options)
    {
        (this.folder, this.options) = (folder, options);
        Engine = new(PathIn(folder), options, TimeProvider.System, NullLogger<StoreEngine>.Instance);
    }

    public static Rights Mine { get; } = new("test");

    public StoreEngine Engine { get; private set; }

    public string Database => PathIn(folder);

    /// <summary>The names that were acknowledged.</summary>
    public IReadOnlyList<string> Kept
    {
        get
        {
            lock (kept) return [.. kept.Order(StringComparer.Ordinal)];
        }
    }

    public static async Task<DurableStore> OpenAsync(string folder, StoreOptions? options = null)
    {
        var store = new DurableStore(folder, options ?? new());
        await store.MigrateAsync();
        return store;
    }

    public async Task ReopenAsync()
    {
        await Engine.DisposeAsync();
        Engine = new(Database, options, TimeProvider.System, NullLogger<StoreEngine>.Instance);
        await MigrateAsync();
    }

    public Task<T> WriteAsync<T>(Func<IUnitOfWork, Task<T>> unit) =>
        Engine.WriteAsync(Mine, new Act("Tested"), Actor.System, services, unit, CancellationToken.None);

    /// <summary>Adds a thing with a part of so many bytes, and remembers that it was told that it is kept.</summary>
    /// <param name="name">Whose name nobody else has.</param>
    /// <param name="bytes">How large it is.</param>
    /// <param name="then">What the unit does then.</param>
    public async Task AddAsync(string name, int bytes = 100, Func<IUnitOfWork, Task>? then = null)
    {
        await WriteAsync(async unit =>
        {
            await unit.Connection.ExecuteAsync("INSERT INTO test__parts (thing, body) VALUES (@name, @body)", new { name, body = new byte[bytes] });
            await unit.Connection.ExecuteAsync("INSERT INTO test__things (name) VALUES (@name)", new { name });
            if (then is not null) await then(unit);
            return true;
        });
        lock (kept) kept.Add(name);
    }

    /// <summary>Tries to; returns what ails the disk when it can't, and null when it could.</summary>
    public async Task<StoreFault?> TryAddAsync(string name, int bytes = 100)
    {
        try
        {
            await AddAsync(name, bytes);
            return null;
        }
        catch (SqliteException error)
        {
            return StoreFault.Of(error) ?? throw new InvalidOperationException($"There are no words for {error.SqliteExtendedErrorCode}: {error.Message}", error);
        }
    }

    public async Task<IReadOnlyList<string>> NamesAsync() => (await Engine.ReadAsync(
        Mine, oneMoment: false, c => c.QueryAsync<string>("SELECT name FROM test__things ORDER BY name COLLATE BINARY"), CancellationToken.None)).AsList();

    /// <summary>Whatever was acknowledged is there and nothing else, things have their parts, and the chain verifies.</summary>
    public async Task AssertWholeAsync(params AuditHead[] heads)
    {
        Assert.That(await NamesAsync(), Is.EqualTo(Kept));
        var halves = await Engine.ReadAsync(Mine, oneMoment: false, c => c.ExecuteScalarAsync<long>("""
            SELECT (SELECT count(*) FROM test__things WHERE name NOT IN (SELECT thing FROM test__parts))
                 + (SELECT count(*) FROM test__parts WHERE thing NOT IN (SELECT name FROM test__things))
            """), CancellationToken.None);
        Assert.That(halves, Is.Zero, "halves");
        var report = await Engine.VerifyAsync([Engine.Head, .. heads]);
        Assert.That(report.Problems, Is.Empty);
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await services.DisposeAsync();
    }

    public static string PathIn(string folder) => Path.Combine(folder, "clinic.db");

    private async Task MigrateAsync()
    {
        await Engine.MigrateAsync(Rights.Core, Migration.In(typeof(CorePlugin).Assembly));
        await Engine.MigrateAsync(Mine, [new(1, "0001_things.sql", """
            CREATE TABLE test__things (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
            CREATE TABLE test__parts (
                id    INTEGER PRIMARY KEY,
                thing TEXT NOT NULL REFERENCES test__things (name) DEFERRABLE INITIALLY DEFERRED,
                body  BLOB NOT NULL
            ) STRICT;
            """)]);
    }
}
