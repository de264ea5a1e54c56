using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace PrivateSdkCopy;

public sealed class PrivateSdkCopyPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }
}
