using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Localization;

namespace Smp.Sdk.Web;

/// <summary>Registers what the components and forms of the SDK need.</summary>
public static class WebServices
{
    /// <summary>Adds <see cref="Words"/> and the SDK's own texts. Called by the host, and by tests that render components.</summary>
    public static IServiceCollection AddSmpWeb(this IServiceCollection services)
    {
        services.AddLocalization();
        services.TryAddSingleton<ResourceManagerStringLocalizerFactory>();
        services.Replace(ServiceDescriptor.Singleton<IStringLocalizerFactory, KeptTextsFactory>());
        services.TryAddSingleton<Words>();
        return services.AddTexts<SdkTexts>();
    }

    /// <summary>
    /// Adds a module's texts, so that its sentences (of refusals too) are said in the clinic's language. The resource files
    /// lie beside the class: <c>NeedlesTexts.cs</c>, <c>NeedlesTexts.resx</c>, <c>NeedlesTexts.de.resx</c>.
    /// </summary>
    public static IServiceCollection AddTexts<TTexts>(this IServiceCollection services) where TTexts : class =>
        services.AddSingleton(new Catalog(typeof(TTexts)));
}
