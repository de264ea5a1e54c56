using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace NewerSdk;

public sealed class NewerSdkPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services) => services.AddScoped<Uses>();
}

public sealed class Uses(ITimeline timeline, IStore<NewerSdkPlugin> store)
{
    public async Task<int> RunAsync(IUnitOfWork unit)
    {
        await timeline.WriteAsync(unit, new TimelineEntry(1, Photos.Formats.Best()), "sms");
        store.Depth = await store.ReadAsync(connection => Task.FromResult(connection.ConnectionTimeout));
        if (Photos.Limit > 3) throw Refuse.Because("Too many.");
        return await store.CountAsync<string>(text => text.Length > 1, null);
    }
}
