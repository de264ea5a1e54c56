using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
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
        if (File.Exists(Path.Combine(Folder, "trouble.txt"))) throw new InvalidOperationException("The line is dead.");
    }

    public void ConfigureServices(IServiceCollection services)
    {
    }

    public void MapRoutes(IPluginRoutes routes)
    {
        routes.Api.MapGet("/version", () => TypedResults.Ok(Path.GetFileName(Folder))).Demand("test.calls.call");
        routes.Api.MapPost("/calls", async (IStore<CallsPlugin> store) => TypedResults.Ok(await store.WriteAsync(new Act("Called"), unit =>
            unit.Connection.ExecuteAsync($"INSERT INTO test_calls__calls ({(IsThird ? "said" : "words")}) VALUES ('hello')")))).Demand("test.calls.call");
        routes.Api.MapGet("/calls", async (IStore<CallsPlugin> store) => TypedResults.Ok(await store.ReadAsync(connection =>
            connection.ExecuteScalarAsync<long>($"SELECT count({(IsThird ? "said" : "words")}) FROM test_calls__calls")))).Demand("test.calls.call");
    }

    private static bool IsThird => Path.GetFileName(Folder).StartsWith('3');
}
