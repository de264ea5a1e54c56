using Microsoft.Extensions.DependencyInjection;

namespace Smp.Runtime.Shells;

/// <summary>Finds services whose constructors ask for what nobody provides, before a visitor does.</summary>
internal static class DependencyCheck
{
    /// <summary>What is missing, a sentence each.</summary>
    public static IReadOnlyList<string> Missing(IServiceCollection services, IServiceProviderIsService known)
    {
        List<string> missing = [];
        foreach (var type in services.Select(s => s.IsKeyedService ? null : s.ImplementationType).OfType<Type>().Where(t => !t.IsGenericTypeDefinition))
        {
            var constructors = type.GetConstructors();
            if (constructors.Length == 0)
            {
                missing.Add($"{type.FullName} has no public constructor.");
                continue;
            }

            var wants = constructors
                .Select(c => c.GetParameters().Where(p => !p.HasDefaultValue && !known.IsService(p.ParameterType)).Select(p => p.ParameterType).ToList())
                .MinBy(w => w.Count)!;
            missing.AddRange(wants.Select(w => $"{type.FullName} needs {w}, which nobody provides."));
        }

        return missing;
    }
}
