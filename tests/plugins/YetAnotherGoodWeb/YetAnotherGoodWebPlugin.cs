using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace YetAnotherGoodWeb;

public sealed class YetAnotherGoodWebPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }
}

[Route("/test.yetanothergoodweb")]
[Demand("patients.view")]
public sealed class FirstPage : ComponentBase;
