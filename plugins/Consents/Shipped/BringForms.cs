using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Smp.Consents.Templates;

namespace Smp.Consents.Shipped;

/// <summary>Brings the forms that come with the module into a clinic that doesn't have them yet. One that the clinic has stays as it made it.</summary>
internal sealed class BringForms(IServiceScopeFactory scopes) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TemplateBook>().BringAsync(ShippedForms.All(), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
