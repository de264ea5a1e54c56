using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace GuardUndeclared;

/// <summary>Has a guard that its manifest doesn't declare.</summary>
public sealed class GuardUndeclaredPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services) => services.AddGuard<SecretGuard>();
}

public sealed class SecretGuard : IProcedureGuard
{
    public Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token) =>
        Task.FromResult<IReadOnlyList<GuardAnswer>>([]);
}
