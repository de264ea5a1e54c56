using Microsoft.Extensions.DependencyInjection;

namespace Smp.Runtime.Shells;

/// <summary>Finds services whose constructors ask for what they can't be given, before a visitor does.</summary>
/// <param name="all">Everything registered in the shell.</param>
/// <param name="known">What the shell can provide.</param>
internal sealed class DependencyCheck(IServiceCollection all, IServiceProviderIsService known)
{
    private readonly Dictionary<Type, ServiceLifetime> lifetimes = all.Where(s => !s.IsKeyedService)
        .GroupBy(s => s.ServiceType).ToDictionary(g => g.Key, g => g.Last().Lifetime);

    /// <summary>What is wrong with a plugin's services, a sentence each.</summary>
    public IReadOnlyList<string> Objections(IServiceCollection own)
    {
        List<string> wrong = [];
        foreach (var service in own.Where(s => !s.IsKeyedService && s.ImplementationType is { IsGenericTypeDefinition: false }))
        {
            var type = service.ImplementationType!;
            var constructors = type.GetConstructors();
            if (constructors.Length == 0)
            {
                wrong.Add($"{type.FullName} has no public constructor.");
                continue;
            }

            var wants = constructors
                .Select(c => c.GetParameters().Where(p => !p.HasDefaultValue).Select(p => p.ParameterType).ToList())
                .OrderBy(types => types.Count(t => !known.IsService(t))).ThenByDescending(types => types.Count).First();
            wrong.AddRange(wants.Where(w => !known.IsService(w)).Select(w => $"{type.FullName} needs {w}, which nobody provides."));
            if (service.Lifetime != ServiceLifetime.Singleton) continue;
            wrong.AddRange(wants.Where(IsScoped).Select(w =>
                $"{type.FullName} is made once and needs {w}, which is made for each request. It can ask for IServiceScopeFactory and get one when it needs it."));
        }

        return wrong;
    }

    private bool IsScoped(Type type) =>
        lifetimes.TryGetValue(type, out var lifetime) || (type.IsConstructedGenericType && lifetimes.TryGetValue(type.GetGenericTypeDefinition(), out lifetime))
            ? lifetime == ServiceLifetime.Scoped
            : false;
}
