using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Smp.Runtime.Loading;
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
        typeof(IWorklistSource), typeof(IProcedureGuard), typeof(IEventHandler<>), typeof(IJob<>), typeof(ISupplyLedger), typeof(IMessageSender), typeof(IDemoData), typeof(IHostedService),
    ];

    private static readonly HashSet<Type> OptionsTypes =
    [
        typeof(IConfigureOptions<>), typeof(IPostConfigureOptions<>), typeof(IValidateOptions<>), typeof(IOptionsChangeTokenSource<>),
    ];

    private static readonly HashSet<(Type, Type?)> OptionsMachinery =
        [.. new ServiceCollection().AddOptions().Select(s => (s.ServiceType, s.ImplementationType))];

    /// <summary>What the plugin registered that it may not, a sentence each.</summary>
    /// <param name="plugin">The plugin's assembly.</param>
    /// <param name="services">What it registered.</param>
    /// <param name="contracts">The exports that it shares, whose interfaces it may implement.</param>
    public static IReadOnlyList<string> Objections(Assembly plugin, IServiceCollection services, IReadOnlyCollection<Assembly> contracts) =>
        [.. services.Where(s => !Allowed(plugin, s, contracts)).Select(Objection).Distinct()];

    /// <summary>
    /// Who exports an interface decides who implements it: what it implements itself is a service of its own for others to ask for, and nobody else's;
    /// what it leaves open anybody may implement who shares it.
    /// </summary>
    /// <exception cref="PluginFailure">A plugin implements what another one exports and implements itself.</exception>
    public static void CheckExports(IEnumerable<(RunningPlugin Plugin, ServiceCollection Services)> theirs)
    {
        Dictionary<Type, RunningPlugin> implemented = [];
        foreach (var (plugin, services) in theirs)
        {
            foreach (var type in services.Select(s => s.ServiceType))
            {
                if (implemented.TryGetValue(type, out var owner) && owner != plugin)
                    throw new PluginFailure(plugin.Id, $"It registers {Named(type)}, which {owner.Manifest.Name} exports and provides itself. It can ask for it, and not put another in its place.");
                if (type.Assembly == plugin.Export) implemented[type] = plugin;
            }
        }
    }

    /// <summary>
    /// Takes out what <c>Configure&lt;T&gt;</c> and <c>AddOptions</c> add each time beside the plugin's own options: the machinery of options, which
    /// the host has already.
    /// </summary>
    public static void DropOptionsMachinery(ServiceCollection services)
    {
        foreach (var service in services.Where(s => !s.IsKeyedService && OptionsMachinery.Contains((s.ServiceType, s.ImplementationType))).ToList())
            services.Remove(service);
    }

    private static bool Allowed(Assembly plugin, ServiceDescriptor service, IReadOnlyCollection<Assembly> contracts)
    {
        var type = service.ServiceType;
        if (Own(plugin, type)) return true;
        if (service.IsKeyedService) return false;
        var open = Open(type);
        if (OptionsTypes.Contains(open)) return type.IsConstructedGenericType && Own(plugin, type.GenericTypeArguments[0]);
        // Its implementation must be the plugin's: else it would only be another name for a service of the host.
        return service.ImplementationInstance switch
        {
            Panel panel => Own(plugin, panel.Component),
            Catalog catalog => Own(plugin, catalog.Texts),
            // Data, which is looked at by itself.
            ProcedureKind => true,
            _ => (ExtensionPoints.Contains(open) || contracts.Contains(open.Assembly)) && service.ImplementationType is { } implementation && Own(plugin, implementation),
        };
    }

    private static bool Own(Assembly plugin, Type type) => plugin.Owns(type.Assembly);

    private static string Objection(ServiceDescriptor service) =>
        ExtensionPoints.Contains(Open(service.ServiceType)) && !service.IsKeyedService && service.ImplementationType is null
            ? $"It registers {Named(service.ServiceType)} with an object or a function; a plugin registers a class of its own by its type, so that it can be checked."
            : $"It registers {Named(service.ServiceType)}, which a plugin may not.";

    private static Type Open(Type type) => type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;

    private static string Named(Type type) => type.IsConstructedGenericType
        ? $"{type.GetGenericTypeDefinition().FullName!.Split('`')[0]}<{string.Join(", ", type.GenericTypeArguments.Select(Named))}>"
        : type.FullName ?? type.Name;
}
