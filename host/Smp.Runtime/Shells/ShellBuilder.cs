using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Smp.Runtime.Api;
using Smp.Runtime.Backups;
using Smp.Runtime.Core;
using Smp.Runtime.Core.Audit;
using Smp.Runtime.Core.Orders;
using Smp.Runtime.Core.Patients;
using Smp.Runtime.Core.Procedures;
using Smp.Runtime.Core.Worklist;
using Smp.Runtime.Health;
using Smp.Runtime.Hosting;
using Smp.Runtime.Identity;
using Smp.Runtime.Store;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Runtime.Shells;

/// <summary>Builds a shell completely and runs it dry, so that nothing is found out by the first visitor.</summary>
internal sealed class ShellBuilder(Clinic clinic, IServiceProvider root, IShellFace face)
{
    private readonly ILogger log = root.GetRequiredService<ILogger<ShellBuilder>>();
    private int number;
    private IOptions<JsonOptions>? json;

    /// <summary>Builds a shell. The plugins' tables must be brought up to date before it is put in place.</summary>
    /// <exception cref="PluginFailure">A plugin stands in the way; without it the build can be tried again.</exception>
    public Task<Shell> BuildAsync(IReadOnlyList<RunningPlugin> plugins) => AssembleOrBlameAsync(plugins);

    /// <summary>
    /// Brings the plugins' tables up to date. Last, when nothing else stands in the way any more: what was migrated for a version that then can't run might
    /// keep the one before from running.
    /// </summary>
    /// <exception cref="PluginFailure">Those of one can't be.</exception>
    public async Task MigrateAsync(IReadOnlyList<RunningPlugin> plugins)
    {
        foreach (var plugin in plugins) await MigrateAsync(plugin);
    }

    // Some failures name no plugin: the framework throws them when everything is together. Whose they are shows by adding one plugin at a time.
    private async Task<Shell> AssembleOrBlameAsync(IReadOnlyList<RunningPlugin> plugins)
    {
        try
        {
            return await AssembleAsync(plugins);
        }
        catch (Exception error) when (error is not PluginFailure && plugins.Count > 0)
        {
            for (var count = 1; count <= plugins.Count; count++)
            {
                try
                {
                    await (await AssembleAsync([.. plugins.Take(count)])).DisposeAsync();
                }
                catch (Exception its) when (its is not PluginFailure)
                {
                    throw new PluginFailure(plugins[count - 1].Id, $"The clinic can't be put together with it: {its.Message}", its);
                }
            }

            throw;
        }
    }

    private async Task<Shell> AssembleAsync(IReadOnlyList<RunningPlugin> plugins)
    {
        var contents = new ShellContents(plugins);
        var services = new ServiceCollection();
        AddHost(services, contents);
        List<(RunningPlugin Plugin, ServiceCollection Services)> theirs = [.. plugins.Select(p => (p, Configure(p, plugins)))];
        RegistrationCheck.CheckExports(theirs);
        var ledgers = theirs.Where(t => t.Services.Any(s => s.ServiceType == typeof(ISupplyLedger))).Select(t => t.Plugin).ToList();
        if (ledgers.Count > 1)
            throw new PluginFailure(ledgers[^1].Id, $"{ledgers[0].Manifest.Name} provides the supply ledger already, and there is only one.");
        foreach (var (plugin, own) in theirs) Add(services, plugin, own);
        WorklistSources.Separate(services);
        ProcedureGuards.Separate(services);
        services.AddSingleton(ProcedureKinds.Of(theirs.Select(t => (t.Plugin.Id, (IServiceCollection)t.Services))));
        JobKinds.Add(services, contents);

        var lifetime = new ShellLifetime(log, root.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        services.AddSingleton<IPluginLifetime>(lifetime);
        var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
        try
        {
            var check = new DependencyCheck(services, provider.GetRequiredService<IServiceProviderIsService>());
            foreach (var (plugin, own) in theirs)
            {
                if (check.Objections(own) is [_, ..] objections) throw new PluginFailure(plugin.Id, string.Join(" ", objections));
            }

            var routed = Routed(provider, contents, await new ShellRoutes(face, contents, provider).MakeAsync(beside: number == 0));
            await RunDryAsync(provider, routed);
            json ??= Options.Create(provider.GetRequiredService<IOptions<JsonOptions>>().Value);
            return new Shell(Interlocked.Increment(ref number), provider, Pipeline(provider, contents, routed), contents, lifetime, log);
        }
        catch
        {
            await Shell.EndAsync(provider, log);
            lifetime.Dispose();
            throw;
        }
    }

    private void AddHost(IServiceCollection services, ShellContents contents)
    {
        // Instances of the outer host: shared by all shells, and disposed with none of them.
        services.AddSingleton(root.GetRequiredService<ILoggerFactory>());
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(root.GetRequiredService<IConfiguration>());
        services.AddSingleton(root.GetRequiredService<IWebHostEnvironment>());
        services.AddSingleton<IHostEnvironment>(root.GetRequiredService<IWebHostEnvironment>());
        services.AddSingleton(root.GetRequiredService<IHostApplicationLifetime>());
        services.AddSingleton(root.GetRequiredService<DiagnosticListener>());
        services.AddSingleton<DiagnosticSource>(root.GetRequiredService<DiagnosticListener>());
        services.AddSingleton(root.GetRequiredService<IMeterFactory>());
        services.AddSingleton(root.GetRequiredService<IDataProtectionProvider>());
        services.AddSingleton(root.GetRequiredService<TimeProvider>());
        services.AddHttpContextAccessor();
        services.AddOptions().AddRouting().AddLocalization();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
            json.SerializerOptions.TypeInfoResolver = new LazyBodies(json.SerializerOptions);
        });
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "smp-form";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.HeaderName = "X-Form-Token";
        });

        services.AddSingleton(contents);
        services.AddSingleton(clinic);
        services.AddSingleton(clinic.Store);
        services.AddSingleton(clinic.RequestKey);
        services.AddSingleton(clinic.Health);
        services.AddSingleton(clinic.Settings);
        services.AddSingleton(clinic.Backups);
        services.AddSingleton(new PluginRights(contents.Plugins.ToDictionary(p => p.Assembly, p => p.Rights)
            .Append(new(typeof(CorePlugin).Assembly, Rights.Core)).ToDictionary()));
        services.AddScoped(typeof(IStore<>), typeof(Store<>));
        services.AddClinicCore();
        services.AddClinicIdentity(clinic.Identity, Permissions(contents), new() { IdleTimeout = clinic.Options.IdleTimeout });
        face.ConfigureServices(services, contents);
        // The framework's own, such as one that makes keys outside of the data folder. The shell starts the plugins' alone.
        services.RemoveAll<IHostedService>();
        // No plugin may configure it, so every shell's would be the same; but bodies would be described anew, and the code for that stays in memory.
        if (json is not null) services.Replace(ServiceDescriptor.Singleton(json));
    }

    private static PermissionCatalog Permissions(ShellContents contents) => new([.. contents.Plugins.SelectMany(plugin =>
        plugin.Manifest.Permissions.Select(p => new Identity.PermissionDefinition(p.Name, p.Title, p.Roles, plugin.Id)))]);

    private static void Add(ServiceCollection services, RunningPlugin plugin, ServiceCollection own)
    {
        foreach (var descriptor in own)
        {
            // By plugin, so that it is known whose can't be made. The registration check lets only types through.
            services.Add(descriptor.ServiceType == typeof(IHostedService)
                ? ServiceDescriptor.KeyedSingleton(typeof(IHostedService), plugin.Id, descriptor.ImplementationType!)
                : descriptor);
        }
    }

    private static PluginServices Configure(RunningPlugin plugin, IReadOnlyList<RunningPlugin> all)
    {
        var own = new PluginServices(plugin, all);
        PluginFailure.Guard(plugin.Id, "ConfigureServices", () => plugin.Plugin.ConfigureServices(own));
        RegistrationCheck.DropOptionsMachinery(own);
        var objections = RegistrationCheck.Objections(plugin.Assembly, own, plugin.Contracts);
        if (objections.Count == 0) objections = [.. ProcedureGuards.Objections(plugin.Manifest.Guards, own), .. ProcedureKinds.Objections(plugin.Id, own)];
        return objections.Count > 0 ? throw new PluginFailure(plugin.Id, string.Join(" ", objections)) : own;
    }

    private async Task MigrateAsync(RunningPlugin plugin)
    {
        try
        {
            var migrations = Migration.In(plugin.Assembly);
            var backup = await clinic.Guard.BeforeAsync(plugin.Id, migrations);
            await clinic.Store.MigrateAsync(plugin.Rights, migrations, backup);
        }
        catch (MigrationException error)
        {
            // A backup that couldn't be made, or a full disk, says nothing of the plugin.
            throw new PluginFailure(plugin.Id, error.Message, error) { IsPassing = error.InnerException is BackupException || StoreFault.Of(error) is not null };
        }
        catch (Exception error)
        {
            throw new PluginFailure(plugin.Id, $"Its tables can't be brought up to date: {error.Message}", error) { IsPassing = StoreFault.Of(error) is not null };
        }
    }

    private RequestDelegate Pipeline(ServiceProvider provider, ShellContents contents, RequestDelegate routed)
    {
        var app = new ApplicationBuilder(provider);
        face.Use(app, contents);
        app.Run(routed);
        return app.Build();
    }

    private RequestDelegate Routed(ServiceProvider provider, ShellContents contents, IReadOnlyList<Endpoint> endpoints)
    {
        var app = new ApplicationBuilder(provider);
        app.UseRouting();
        app.UseMiddleware<RouteHealth>(RouteHealth.GaugesOf(endpoints, contents, clinic.Health));
        app.UseClinicIdentity();
        app.UseAntiforgery();
        app.UseMiddleware<SessionWrites>();
        app.UseMiddleware<IdempotencyMiddleware>();
        app.UseMiddleware<MergedPatients>();
        app.UseMiddleware<PatientLooks>();
        // As they were made and checked: a source of the framework's makes them anew whenever it is asked.
        app.UseEndpoints(routes => routes.DataSources.Add(new DefaultEndpointDataSource(endpoints)));
        return app.Build();
    }

    // The route matcher is made at the first request: this is the first. Inside of what turns errors into answers, so that they show.
    private static async Task RunDryAsync(ServiceProvider provider, RequestDelegate routed)
    {
        await using var scope = provider.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Method = HttpMethods.Get;
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("localhost");
        context.Request.Path = "/api/health/dry-run";
        context.Response.Body = Stream.Null;
        await routed(context);
    }
}
