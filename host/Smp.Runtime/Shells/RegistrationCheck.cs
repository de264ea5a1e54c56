using System.Reflection;
using System.Runtime.Loader;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Runtime.Shells;

/// <summary>
/// What a plugin may register: its own types, implementations of the SDK's extension points, hosted services, and options of its own
/// types. Anything else could change the host for everybody.
/// </summary>
internal static class RegistrationCheck
{
    private static readonly HashSet<Type> ExtensionPoints =
    [
        typeof(IWorklistSource), typeof(IEventHandler<>), typeof(ISupplyLedger), typeof(IDemoData), typeof(IHostedService),
    ];

    private static readonly HashSet<Type> OptionsTypes =
    [
        typeof(IConfigureOptions<>), typeof(IPostConfigureOptions<>), typeof(IValidateOptions<>), typeof(IOptionsChangeTokenSource<>),
    ];

    /// <summary>What the plugin registered that it may not, a sentence each.</summary>
    public static IReadOnlyList<string> Objections(Assembly plugin, IServiceCollection services) =>
        [.. services.Where(s => !Allowed(plugin, s)).Select(s => $"It registers {Named(s.ServiceType)}, which a plugin may not.").Distinct()];

    private static bool Allowed(Assembly plugin, ServiceDescriptor service)
    {
        var type = service.ServiceType;
        if (Own(plugin, type)) return true;
        if (service.IsKeyedService) return false;
        var open = type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;
        if (OptionsTypes.Contains(open)) return type.IsConstructedGenericType && Own(plugin, type.GenericTypeArguments[0]);
        // Its implementation must be the plugin's: else it would only be another name for a service of the host.
        return service.ImplementationInstance switch
        {
            Panel panel => Own(plugin, panel.Component),
            Catalog catalog => Own(plugin, catalog.Texts),
            _ => ExtensionPoints.Contains(open) && service.ImplementationType is { } implementation && Own(plugin, implementation),
        };
    }

    // The plugin's assembly and the private ones that were loaded beside it.
    private static bool Own(Assembly plugin, Type type) => type.Assembly == plugin
        || AssemblyLoadContext.GetLoadContext(type.Assembly) is { } context
            && context != AssemblyLoadContext.Default
            && context == AssemblyLoadContext.GetLoadContext(plugin);

    private static string Named(Type type) => type.IsConstructedGenericType
        ? $"{type.GetGenericTypeDefinition().FullName!.Split('`')[0]}<{string.Join(", ", type.GenericTypeArguments.Select(Named))}>"
        : type.FullName ?? type.Name;
}
