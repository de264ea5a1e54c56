using System.Xml.Linq;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Tests.Components;

/// <summary>Components of the SDK by themselves, rendered as a page has them.</summary>
internal static class Rendering
{
    /// <summary>What a component writes, as a tree: it is well-formed, or this fails.</summary>
    public static async Task<XElement> OfAsync<T>(object parameters) where T : IComponent
    {
        await using var services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddSingleton<IClinicClock, StoppedClock>()
            .AddSmpWeb()
            .BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        var given = ParameterView.FromDictionary(parameters.GetType().GetProperties().ToDictionary(p => p.Name, p => p.GetValue(parameters)));
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<T>(given)).ToHtmlString());
        // An attribute without a value is HTML's way to say that it is there.
        return XElement.Parse($"<body>{html.Replace(" checked ", " checked=\"\" ", StringComparison.Ordinal)}</body>");
    }

    /// <summary>Every element that has a class.</summary>
    public static IEnumerable<XElement> WithClass(this XElement within, string name) =>
        within.Descendants().Where(e => e.Attribute("class")?.Value.Split(' ').Contains(name) == true);

    private sealed class StoppedClock : IClinicClock
    {
        public DateTimeOffset Now => new(2026, 7, 7, 12, 0, 0, TimeSpan.Zero);

        public DateOnly Today => new(2026, 7, 7);

        public TimeZoneInfo Zone => TimeZoneInfo.Utc;

        public DateTimeOffset ToLocal(DateTimeOffset moment) => moment;

        public DateTimeOffset StartOf(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
    }
}
