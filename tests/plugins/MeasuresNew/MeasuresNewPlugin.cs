using Measures;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace MeasuresNew;

public sealed class MeasuresNewPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }

    public override string ToString() => Ruler.Name;
}
