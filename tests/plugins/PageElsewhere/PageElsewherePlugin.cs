using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace PageElsewhere;

public sealed class PageElsewherePlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }
}

[Route("/patients/all")]
[Demand("patients.view")]
public sealed class AllPatients : ComponentBase;
