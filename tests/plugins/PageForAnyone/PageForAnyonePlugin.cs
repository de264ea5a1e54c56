using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace PageForAnyone;

public sealed class PageForAnyonePlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }
}

[Route("/test.pageforanyone/all")]
public sealed class Anyone : ComponentBase;
