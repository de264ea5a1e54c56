using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Api;
using Smp.Runtime.Core;
using Smp.Runtime.Hosting;
using Smp.Runtime.Identity;
using Smp.Runtime.Loading;
using Smp.Runtime.Store;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Runtime.Shells;

/// <summary>Builds a shell completely and runs it dry, so that nothing is found out by the first visitor.</summary>
internal sealed class ShellBuilder(Clinic clinic, IServiceProvider root, IShellFace face)
{
    private static readonly TimeSpan PluginLimit = TimeSpan.FromSeconds(5);
    private int number;

    /// <exception cref="PluginFailure">A plugin stands in the way; without it the build can be tried again.</exception>
    public async Task<Shell> BuildAsync(IReadOnlyList<RunningPlugin> plugins)
    {
        var contents = new ShellContents(plugins);
        var services = new ServiceCollection();
        AddHost(services, contents);
        List<(RunningPlugin Plugin, ServiceCollection Services)> theirs = [.. plugins.Select(p => (p, Configure(p)))];
        var ledgers = theirs.Where(t => t.Services.Any(s => s.ServiceType == typeof(ISupplyLedger))).Select(t => t.Plugin).ToList();
        if (ledgers.Count > 1)
            throw new PluginFailure(ledgers[^1].Id, $"{ledgers[0].Manifest.Name} provides the supply ledger already, and there is only one.");
        foreach (var descriptor in theirs.SelectMany(t => t.Services)) ((ICollection<ServiceDescriptor>)services).Add(descriptor);

        foreach (var plugin in plugins) await MigrateAsync(plugin);

        var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
        try
        {
            var known = provider.GetRequiredService<IServiceProviderIsService>();
            foreach (var (plugin, own) in theirs)
            {
                if (DependencyCheck.Missing(own, known) is [_, ..] missing) throw new PluginFailure(plugin.Id, string.Join(" ", missing));
            }

            var shell = new Shell(++number, provider, Pipeline(provider, contents, await RoutesAsync(provider, contents)), contents);
            await RunDryAsync(shell);
            return shell;
        }
        catch
        {
            await provider.DisposeAsync();
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
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "smp-form";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.HeaderName = "X-Form-Token";
        });

        services.AddSingleton(contents);
        services.AddSingleton(clinic);
        services.AddSingleton(clinic.Store);
        services.AddSingleton(clinic.Settings);
        services.AddSingleton(new PluginRights(contents.Plugins.ToDictionary(p => p.Assembly, p => new Rights(p.Id))
            .Append(new(typeof(CorePlugin).Assembly, Rights.Core)).ToDictionary()));
        services.AddScoped(typeof(IStore<>), typeof(Store<>));
        services.AddClinicCore();
        services.AddClinicIdentity(clinic.Identity, Permissions(contents), new() { IdleTimeout = clinic.Options.IdleTimeout });
        face.ConfigureServices(services, contents);
        // The framework's own, such as one that makes keys outside of the data folder. The shell starts the plugins' alone.
        services.RemoveAll<IHostedService>();
    }

    private static PermissionCatalog Permissions(ShellContents contents) => new([.. contents.Plugins.SelectMany(plugin =>
        plugin.Manifest.Permissions.Select(p => new Identity.PermissionDefinition(p.Name, p.Title, p.Roles, plugin.Id)))]);

    private static ServiceCollection Configure(RunningPlugin plugin)
    {
        var own = new ServiceCollection();
        Guard(plugin.Id, "ConfigureServices", () => plugin.Plugin.ConfigureServices(own));
        return RegistrationCheck.Objections(plugin.Assembly, own) is [_, ..] objections
            ? throw new PluginFailure(plugin.Id, string.Join(" ", objections))
            : own;
    }

    private async Task MigrateAsync(RunningPlugin plugin)
    {
        try
        {
            await clinic.Store.MigrateAsync(new Rights(plugin.Id), Migration.In(plugin.Assembly));
        }
        catch (MigrationException error)
        {
            throw new PluginFailure(plugin.Id, error.Message, error);
        }
    }

    // Each module's routes and the host's own beside each other: almost all of it is compiling, and a start waits for it.
    private async Task<IReadOnlyList<Endpoint>> RoutesAsync(ServiceProvider provider, ShellContents contents)
    {
        var making = contents.Plugins.Select(plugin => Task.Run(() => RoutesOf(plugin, provider))).Append(Task.Run(() =>
        {
            var own = new RouteList(provider);
            face.Map(own, contents);
            return own.MakeEndpoints();
        }));
        return [.. (await Task.WhenAll(making)).SelectMany(made => made)];
    }

    private static IReadOnlyList<Endpoint> RoutesOf(RunningPlugin plugin, IServiceProvider provider)
    {
        if (RouteCheck.Pages(plugin) is [_, ..] pages) throw new PluginFailure(plugin.Id, string.Join(" ", pages));
        if (plugin.Plugin is not IWebPlugin web) return [];
        var own = new PluginRoutes(plugin.Id, provider);
        Guard(plugin.Id, "MapRoutes", () => web.MapRoutes(own));
        var endpoints = Guard(plugin.Id, "The making of its routes", own.MakeEndpoints);
        return RouteCheck.Routes(plugin, endpoints) is [_, ..] wrong ? throw new PluginFailure(plugin.Id, string.Join(" ", wrong)) : endpoints;
    }

    private RequestDelegate Pipeline(ServiceProvider provider, ShellContents contents, IReadOnlyList<Endpoint> endpoints)
    {
        var app = new ApplicationBuilder(provider);
        face.Use(app, contents);
        app.UseRouting();
        app.UseClinicIdentity();
        app.UseAntiforgery();
        app.UseMiddleware<IdempotencyMiddleware>();
        // As they were made and checked: a source of the framework's makes them anew whenever it is asked.
        app.UseEndpoints(routes => routes.DataSources.Add(new DefaultEndpointDataSource(endpoints)));
        return app.Build();
    }

    // The route matcher is made at the first request: this is the first.
    private static async Task RunDryAsync(Shell shell)
    {
        await using var scope = shell.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Method = HttpMethods.Get;
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("localhost");
        context.Request.Path = "/api/health/dry-run";
        context.Response.Body = Stream.Null;
        await shell.Pipeline(context);
    }

    private static void Guard(string plugin, string what, Action call) => Guard(plugin, what, () =>
    {
        call();
        return true;
    });

    private static T Guard<T>(string plugin, string what, Func<T> call)
    {
        var outcome = OwnThread.Run($"{plugin}: {what}", PluginLimit, call);
        if (outcome.TimedOut) throw new PluginFailure(plugin, $"{what} didn't return within {PluginLimit.TotalSeconds:0} seconds.");
        if (outcome.Error is { } error) throw new PluginFailure(plugin, $"{what} failed: {error.Message}", error);
        return outcome.Value!;
    }
}
