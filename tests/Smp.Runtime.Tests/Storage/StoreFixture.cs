using System.Data.Common;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Storage;

/// <summary>A store in a folder of its own, with one table, <c>things</c>, and one that must refer to it, <c>parts</c>.</summary>
internal sealed class StoreFixture : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("smp-store-").FullName;
    private readonly StoreOptions options;

    public StoreFixture(StoreOptions? options = null)
    {
        this.options = options ?? new StoreOptions { RunUnitsTwice = true };
        Engine = Open();
        Migrate(new Migration(1, "0001_things.sql", """
            CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
            CREATE TABLE parts (id INTEGER PRIMARY KEY, thing INTEGER NOT NULL REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED) STRICT;
            """)).GetAwaiter().GetResult();
    }

    public StoreEngine Engine { get; private set; }

    public ServiceCollection Services { get; } = new();

    public string Path => System.IO.Path.Combine(folder, "clinic.db");

    public Task<IReadOnlyList<int>> Migrate(params Migration[] migrations) => Engine.MigrateAsync(Rights.Core, migrations);

    public Task<T> Write<T>(Func<IUnitOfWork, Task<T>> unit, CancellationToken token = default) =>
        Engine.WriteAsync(Rights.Core, new Act("Tested"), Actor.System, Services.BuildServiceProvider(), unit, token);

    public Task<int> Add(string name) => Write(unit => Insert(unit.Connection, name));

    public Task<T> Read<T>(Func<DbConnection, Task<T>> read, CancellationToken token = default) =>
        Engine.ReadAsync(Rights.Core, oneMoment: false, read, token);

    public Task<long> Count() => Read(c => c.ExecuteScalarAsync<long>("SELECT count(*) FROM things"));

    public async Task<IReadOnlyList<string>> Names() =>
        (await Read(c => c.QueryAsync<string>("SELECT name FROM things ORDER BY name"))).AsList();

    public static Task<int> Insert(DbConnection connection, string name) =>
        connection.ExecuteAsync("INSERT INTO things (name) VALUES (@name)", new { name });

    public async Task ReopenAsync()
    {
        await Engine.DisposeAsync();
        Engine = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private StoreEngine Open() => new(Path, options, TimeProvider.System, NullLogger<StoreEngine>.Instance);
}
