using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace Smp.Runtime.Core.Worklist;

/// <param name="Types">The classes, in the order of their registration.</param>
/// <summary>The classes of the worklist's sources. Each is made by itself: asked for together, one that can't be made would take the others along.</summary>
public sealed record WorklistSources(IReadOnlyList<Type> Types)
{
    /// <summary>Those that may know something about a patient.</summary>
    public IReadOnlyList<Type> AboutPatients { get; } = [.. Types.Where(type => !type.IsDefined(typeof(ForTheClinicAttribute), inherit: false))];

    /// <summary>Registers each source under its own class.</summary>
    internal static void Separate(IServiceCollection services)
    {
        List<Type> types = [];
        foreach (var source in services.Where(s => s.ServiceType == typeof(IWorklistSource) && !s.IsKeyedService).ToList())
        {
            services.Remove(source);
            var type = source.ImplementationType!;
            if (types.Contains(type)) continue;
            types.Add(type);
            services.Add(new ServiceDescriptor(typeof(IWorklistSource), type, type, source.Lifetime));
        }

        services.AddSingleton(new WorklistSources(types));
    }

    /// <summary>A source of a class, in a scope.</summary>
    internal static IWorklistSource Make(IServiceProvider scope, Type type) => scope.GetRequiredKeyedService<IWorklistSource>(type);
}
