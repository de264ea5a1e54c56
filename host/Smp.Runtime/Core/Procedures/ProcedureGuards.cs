using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace Smp.Runtime.Core.Procedures;

/// <summary>The classes of the guards that run in a shell. Each is made by itself: asked for together, one that can't be made would take the others along.</summary>
/// <param name="Types">In the order of their registration.</param>
public sealed record ProcedureGuards(IReadOnlyList<Type> Types)
{
    private const string Ending = "Guard";

    /// <summary>What the manifest calls a guard: <c>IntervalGuard</c> is <c>interval</c>, <c>SmpWaitGuard</c> is <c>smp-wait</c>.</summary>
    public static string NameOf(Type guard)
    {
        var name = guard.Name.Length > Ending.Length && guard.Name.EndsWith(Ending, StringComparison.Ordinal) ? guard.Name[..^Ending.Length] : guard.Name;
        var words = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1])) words.Append('-');
            words.Append(char.ToLowerInvariant(name[i]));
        }

        return words.ToString();
    }

    /// <summary>Where a plugin's guards and its manifest differ, a sentence each.</summary>
    internal static IReadOnlyList<string> Objections(IReadOnlyList<string> declared, IServiceCollection own)
    {
        var registered = own.Where(IsGuard).Select(s => s.ImplementationType!).Distinct().ToList();
        var names = registered.Select(NameOf).ToList();
        return
        [
            .. registered.Where(g => !declared.Contains(NameOf(g))).Select(g =>
                $"It registers the guard {g.Name}, which its manifest doesn't declare: \"{NameOf(g)}\" is missing in \"guards\"."),
            .. names.GroupBy(n => n).Where(n => n.Count() > 1).Select(n => $"It registers two guards that are called \"{n.Key}\"."),
            .. declared.Except(names).Select(n => $"Its manifest declares the guard \"{n}\", which it doesn't register."),
        ];
    }

    /// <summary>Registers each guard under its own class.</summary>
    internal static void Separate(IServiceCollection services)
    {
        List<Type> types = [];
        foreach (var guard in services.Where(IsGuard).ToList())
        {
            services.Remove(guard);
            var type = guard.ImplementationType!;
            if (types.Contains(type)) continue;
            types.Add(type);
            services.Add(new ServiceDescriptor(typeof(IProcedureGuard), type, type, guard.Lifetime));
        }

        services.AddSingleton(new ProcedureGuards(types));
    }

    /// <summary>A guard of a class, in a scope.</summary>
    internal static IProcedureGuard Make(IServiceProvider scope, Type type) => scope.GetRequiredKeyedService<IProcedureGuard>(type);

    private static bool IsGuard(ServiceDescriptor service) => service.ServiceType == typeof(IProcedureGuard) && !service.IsKeyedService;
}

/// <summary>A module that the clinic has on and that owes its guards, whether it runs or not.</summary>
/// <param name="Module">Its id.</param>
/// <param name="Name">Its name, as shown.</param>
public sealed record OwedGuards(string Module, string Name);
