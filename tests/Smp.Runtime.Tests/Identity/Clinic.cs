using System.Reflection;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Smp.Runtime.Core;
using Smp.Runtime.Identity;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Identity;

/// <summary>A clinic's identity over a real store in a folder of its own, in which every unit of work runs twice.</summary>
internal sealed class Clinic : IAsyncDisposable
{
    public const string Password = "lantern walks uphill";

    public static readonly PermissionDefinition NeedlesReceive =
        new("needles.receive", "Receive needles", [Role.Administrator, Role.Technician], "needles");

    private readonly string folder = Directory.CreateTempSubdirectory("smp-identity-").FullName;
    private readonly StoreEngine engine;
    private readonly EphemeralDataProtectionProvider keys = new();

    private Clinic()
    {
        engine = new(Path.Combine(folder, "clinic.db"), new Store.StoreOptions { RunUnitsTwice = true }, Time, NullLogger<StoreEngine>.Instance);
        var services = new ServiceCollection();
        AddTo(services);
        Services = services.BuildServiceProvider(validateScopes: true);
    }

    public FakeTime Time { get; } = new();

    public CapturedLog Log { get; } = new();

    public IdentityMemory Memory { get; } = new();

    public ServiceProvider Services { get; }

    public static async Task<Clinic> OpenAsync()
    {
        var clinic = new Clinic();
        await clinic.engine.MigrateAsync(Rights.Core, Migration.In(typeof(CorePlugin).Assembly));
        return clinic;
    }

    /// <summary>What a shell registers; also into a web application's services.</summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddLogging(logging => logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        services.AddHttpContextAccessor();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IClinicClock>(new ClinicClock(Time, () => TimeZoneInfo.Utc));
        services.AddSingleton<IDataProtectionProvider>(keys);
        services.AddSingleton(engine);
        services.AddSingleton(new PluginRights(new Dictionary<Assembly, Rights> { [typeof(CorePlugin).Assembly] = Rights.Core }));
        services.AddScoped(typeof(IStore<>), typeof(Store<>));
        services.AddClinicIdentity(Memory, new PermissionCatalog([NeedlesReceive]), new ClinicIdentityOptions());
        // As few rounds as there can be: these tests are about what happens around the hash.
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1);
    }

    /// <summary>Uses a service in a scope of its own, as a request would.</summary>
    public async Task<T> UseAsync<TService, T>(Func<TService, Task<T>> use) where TService : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <inheritdoc cref="UseAsync{TService, T}"/>
    public Task UseAsync<TService>(Func<TService, Task> use) where TService : notnull =>
        UseAsync<TService, bool>(async service =>
        {
            await use(service);
            return true;
        });

    public Task<long> AddAsync(string userName, Role role, string name = "Ana Horvat") =>
        UseAsync((Users users) => users.AddAsync(new(userName, name, role, Password)));

    public Task<CreatedToken> TokenAsync(string userName, string[]? permissions = null, DateTimeOffset? expires = null) =>
        UseAsync((Tokens tokens) => tokens.CreateAsync(userName, "Lab", permissions, expires));

    public async Task<SignInOutcome> SignInAsync(string? userName, string? password)
    {
        await using var scope = Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>().HttpContext =
            new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        return await scope.ServiceProvider.GetRequiredService<SignIn>().PasswordAsync(userName, password);
    }

    /// <summary>One value out of the store.</summary>
    public Task<T?> ScalarAsync<T>(string sql) =>
        UseAsync((IStore<CorePlugin> store) => store.ReadAsync(db => db.ExecuteScalarAsync<T>(sql)));

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await engine.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
