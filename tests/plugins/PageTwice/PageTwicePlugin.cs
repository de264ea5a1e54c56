using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace PageTwice;

public sealed class PageTwicePlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }
}

[Route("/test.pagetwice/{one}")]
[Demand("patients.view")]
public sealed class FirstPage : ComponentBase
{
    [Parameter] public string One { get; set; } = "";
}

[Route("/test.pagetwice/{another}")]
[Demand("patients.view")]
public sealed class SecondPage : ComponentBase
{
    [Parameter] public string Another { get; set; } = "";
}
