using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Nosy;

/// <summary>Runs whatever SQL it is sent, with its own rights.</summary>
public sealed class NosyPlugin : IWebPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }

    public void MapRoutes(IPluginRoutes routes)
    {
        routes.Api.MapPost("/read", async (Statement statement, IStore<NosyPlugin> store) =>
            TypedResults.Ok(await store.ReadAsync(c => c.QueryAsync<string>(statement.Sql)))).Demand("test.nosy.look");
        routes.Api.MapPost("/write", async (Statement statement, IStore<NosyPlugin> store) =>
            TypedResults.Ok(await store.WriteAsync(new Act("Ran a statement"), u => u.Connection.ExecuteAsync(statement.Sql)))).Demand("test.nosy.look");
    }
}

public sealed record Statement(string Sql);
