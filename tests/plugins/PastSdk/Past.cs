using Microsoft.Extensions.DependencyInjection;

namespace Smp.Sdk;

public interface IPlugin
{
    void ConfigureServices(IServiceCollection services);
}

public static class Refuse
{
    public static Exception Because(FormattableString sentence) => new InvalidOperationException(sentence?.Format);
}
