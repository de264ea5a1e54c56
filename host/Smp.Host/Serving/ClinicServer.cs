using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Smp.Host.Web;
using Smp.Runtime.Hosting;

namespace Smp.Host.Serving;

/// <summary>A clinic that is open and can be reached: by its addresses, and by the socket in its data folder.</summary>
public sealed class ClinicServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly DataFolder folder;

    private ClinicServer(WebApplication app, DataFolder folder, Clinic clinic) =>
        (this.app, this.folder, Clinic) = (app, folder, clinic);

    /// <summary>The clinic.</summary>
    public Clinic Clinic { get; }

    /// <summary>The addresses it listens on, with the ports that were taken.</summary>
    public IReadOnlyList<string> Urls { get; private set; } = [];

    /// <summary>Opens the clinic and starts to listen.</summary>
    /// <exception cref="DataFolderException">The data folder is owned by another process, or can't be used.</exception>
    /// <exception cref="Runtime.Store.MigrationException">The clinic's data can't be brought up to date.</exception>
    /// <exception cref="IOException">An address is taken.</exception>
    public static async Task<ClinicServer> StartAsync(ServerOptions options, CancellationToken token = default)
    {
        var folder = DataFolder.Take(options.Clinic.DataFolder);
        WebApplication? app = null;
        Clinic? clinic = null;
        try
        {
            app = Build(options, folder);
            clinic = await Clinic.OpenAsync(options.Clinic, folder, app.Services, new HostFace());
            // Of a proxy on this machine alone: it says whether the browser came by TLS, and so whether cookies are for TLS only.
            app.UseForwardedHeaders(new() { ForwardedHeaders = ForwardedHeaders.XForwardedProto });
            app.UseMiddleware<SecurityHeaders>();
            app.UseMiddleware<Health>(clinic);
            app.Run(clinic.InvokeAsync);
            await app.StartAsync(token);
            LocalSocket.Protect(folder.Socket);
            var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
            return new ClinicServer(app, folder, clinic)
            {
                Urls = [.. addresses.Where(a => !a.Contains("unix:", StringComparison.Ordinal))],
            };
        }
        catch
        {
            if (app is not null) await app.DisposeAsync();
            if (clinic is not null) await clinic.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the process is asked to stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken token = default) => app.WaitForShutdownAsync(token);

    /// <summary>Finishes the requests that run, closes the clinic, and lets go of its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await Clinic.DisposeAsync();
        await app.DisposeAsync();
        LocalSocket.Remove(folder.Socket);
        folder.Dispose();
    }

    private static WebApplication Build(ServerOptions options, DataFolder folder)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "smp",
            ContentRootPath = AppContext.BaseDirectory,
            // What can change while it runs is a setting of the clinic's: no file is watched.
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.Logging.ClearProviders();
        // Information of the framework holds addresses with their query strings, which may name patients.
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning)
            // Says what it then throws; and that keys lie unencrypted in the data folder, which only the clinic's own user can read.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
            // Says that it makes pages uncacheable, which they are anyhow.
            .AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error);
        if (options.LogToConsole)
        {
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "yyyy-MM-dd HH:mm:ss ";
            });
        }

        options.Logging?.Invoke(builder.Logging);
        if (options.Urls.Any(u => u.StartsWith("https:", StringComparison.OrdinalIgnoreCase))) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 20 * 1024 * 1024;
            LocalSocket.Listen(kestrel, folder.Socket);
        });
        // Named beside the socket, so that Kestrel takes both.
        foreach (var url in options.Urls) LocalSocket.ListenOn(builder.WebHost, url);
        builder.Services.AddSingleton(options.Time);
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddDataProtection().SetApplicationName("smp").PersistKeysToFileSystem(Directory.CreateDirectory(folder.Keys));
        // The console is the command line's: it says itself what happened.
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        return builder.Build();
    }
}
