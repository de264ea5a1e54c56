using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace HangsInConstructor;

public sealed class HangsInConstructorPlugin : IPlugin
{
    public HangsInConstructorPlugin()
    {
        using var never = new ManualResetEvent(false);
        never.WaitOne();
    }

    public void ConfigureServices(IServiceCollection services)
    {
    }
}
