using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Calls;

/// <summary>Notes calls. Each version knows the table as its own migrations left it.</summary>
public sealed class CallsPlugin : IWebPlugin
{
    private static readonly string Folder = Path.GetDirectoryName(typeof(CallsPlugin).Assembly.Location)!;

    public CallsPlugin()
    {
        // Says that its code ran, beside its folder, which stays as it is.
        File.WriteAllText(Folder + ".ran", "");
        if (Trouble == "") throw new InvalidOperationException("The line is dead.");
    }

    public void ConfigureServices(IServiceCollection services)
    {
        if (Trouble == "start") services.AddHostedService<Exchange>();
    }

    public void MapRoutes(IPluginRoutes routes)
    {
        routes.Api.MapGet("/version", () => TypedResults.Ok(Path.GetFileName(Folder))).Demand("test.calls.call");
        routes.Api.MapPost("/calls", async (IStore<CallsPlugin> store) => TypedResults.Ok(await store.WriteAsync(new Act("Called"), unit =>
            unit.Connection.ExecuteAsync($"INSERT INTO test_calls__calls ({(IsThird ? "said" : "words")}) VALUES ('hello')")))).Demand("test.calls.call");
        routes.Api.MapGet("/calls", async (IStore<CallsPlugin> store) => TypedResults.Ok(await store.ReadAsync(connection =>
            connection.ExecuteScalarAsync<long>($"SELECT count({(IsThird ? "said" : "words")}) FROM test_calls__calls")))).Demand("test.calls.call");
    }

    // Null for none; empty where its constructor shall fail, else what shall.
    private static string? Trouble => Path.Combine(Folder, "trouble.txt") is var file && File.Exists(file) ? File.ReadAllText(file) : null;

    private static bool IsThird => Path.GetFileName(Folder).StartsWith('3');
}

/// <summary>What fails last of all: everything else of the module is in place by then.</summary>
public sealed class Exchange : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("Nobody picks up.");

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
