using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Smp.Runtime.Core;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Storage;

/// <summary>A store in a folder of its own, with the core's tables and those of one plugin: <c>test__things</c>, and <c>test__parts</c>, which must refer to them.</summary>
internal sealed class StoreFixture : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("smp-store-").FullName;
    private readonly StoreOptions options;

    public StoreFixture(StoreOptions? options = null, string? from = null)
    {
        if (from is not null) File.Copy(from, Path);
        this.options = options ?? new StoreOptions { RunUnitsTwice = true };
        Engine = Open();
        Engine.MigrateAsync(Rights.Core, Migration.In(typeof(CorePlugin).Assembly)).GetAwaiter().GetResult();
        Migrate([.. Applied]).GetAwaiter().GetResult();
    }

    /// <summary>The plugin's rights.</summary>
    public static Rights Mine { get; } = new("test");

    /// <summary>What the plugin has applied.</summary>
    public static IReadOnlyList<Migration> Applied { get; } =
    [
        new(1, "0001_things.sql", """
            CREATE TABLE test__things (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
            CREATE TABLE test__parts (id INTEGER PRIMARY KEY, thing INTEGER NOT NULL REFERENCES test__things (id) DEFERRABLE INITIALLY DEFERRED) STRICT;
            """),
    ];

    /// <summary>For units that publish nothing.</summary>
    public static IServiceProvider NoServices { get; } = new ServiceCollection().BuildServiceProvider();

    public StoreEngine Engine { get; private set; }

    public ServiceCollection Services { get; } = new();

    public string Path => System.IO.Path.Combine(folder, "clinic.db");

    public Task<IReadOnlyList<int>> Migrate(params Migration[] migrations) => Engine.MigrateAsync(Mine, migrations);

    public Task<T> Write<T>(Func<IUnitOfWork, Task<T>> unit, CancellationToken token = default) =>
        Engine.WriteAsync(Mine, new Act("Tested"), Actor.System, Services.BuildServiceProvider(), unit, token);

    public Task<int> Add(string name) => Write(unit => Insert(unit.Connection, name));

    public Task<T> Read<T>(Func<DbConnection, Task<T>> read, CancellationToken token = default) =>
        Engine.ReadAsync(Mine, oneMoment: false, read, token);

    public Task<long> Count() => Read(c => c.ExecuteScalarAsync<long>("SELECT count(*) FROM test__things"));

    public async Task<IReadOnlyList<string>> Names() =>
        (await Read(c => c.QueryAsync<string>("SELECT name FROM test__things ORDER BY name"))).AsList();

    public static Task<int> Insert(DbConnection connection, string name) =>
        connection.ExecuteAsync("INSERT INTO test__things (name) VALUES (@name)", new { name });

    /// <summary>Looks at the file past the store, as somebody with a tool would.</summary>
    public IReadOnlyList<string> Look(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        return [.. connection.Query<string>(sql)];
    }

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
