using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Smp.Sdk.Web;

/// <summary>A named place in a page of the host where modules show panels.</summary>
public enum PanelPlace
{
    /// <summary>On a patient's page. The component has a parameter <c>long PatientId</c>.</summary>
    Patient,

    /// <summary>On the page of the day. The component has no parameters.</summary>
    Today,
}

/// <summary>A component that a module shows in a place of a page of the host.</summary>
/// <param name="Place">Where.</param>
/// <param name="Name">Names it within the place: <c>needles-uses</c>.</param>
/// <param name="Title">Its heading, in English; translated where it is shown.</param>
/// <param name="Permission">Who sees it.</param>
/// <param name="Order">Lower comes first.</param>
/// <param name="Component">The component.</param>
public sealed record Panel(PanelPlace Place, string Name, string Title, string Permission, int Order, Type Component);

/// <summary>Registers panels.</summary>
public static class PanelExtensions
{
    /// <summary>
    /// Adds a panel. It is rendered by itself, in a scope of its own, with the actor of the request and within a bounded time; when it
    /// throws or is late, a notice stands in its place. Forms in it post to pages of the plugin.
    /// </summary>
    public static IServiceCollection AddPanel<TComponent>(
        this IServiceCollection services, PanelPlace place, string name, string title, string permission, int order = 100)
        where TComponent : IComponent => services.AddSingleton(new Panel(place, name, title, permission, order, typeof(TComponent)));
}
