using Measures;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace MeasuresOld;

public sealed class MeasuresOldPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }

    public override string ToString() => Ruler.Name;
}
