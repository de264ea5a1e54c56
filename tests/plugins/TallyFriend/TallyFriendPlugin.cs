using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;
using Smp.Sdk.Web;
using Tally.Contracts;

namespace TallyFriend;

/// <summary>Uses what another module exports where that module runs, and does without it where it doesn't.</summary>
public sealed class TallyFriendPlugin : IWebPlugin
{
    public void ConfigureServices(IServiceCollection services) => services
        .AddScoped<Greeting>()
        .AddWith("test.tally", with => with.AddScoped<IGreeter, CountingGreeter>());

    public void MapRoutes(IPluginRoutes routes) => routes.Api.MapGet("/hello", (Greeting greeting) => TypedResults.Ok(greeting.Say())).Demand("patients.view");
}

public interface IGreeter
{
    string Greet();
}

public sealed class Greeting(IEnumerable<IGreeter> greeters)
{
    public string Say() => greeters.FirstOrDefault()?.Greet() ?? "Nobody counts here.";
}

internal sealed class CountingGreeter(ITally tally) : IGreeter
{
    public string Greet() => $"Counted so far: {tally.Count}.";
}
