using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Smp.Runtime.Health;
using Smp.Runtime.Identity;
using Smp.Runtime.Shells;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Web;

/// <summary>A panel as it came out.</summary>
/// <param name="Panel">Which.</param>
/// <param name="Module">The name of the module that shows it.</param>
/// <param name="Html">Its content; null when it threw or wasn't ready in time.</param>
public sealed record RenderedPanel(Panel Panel, string Module, string? Html);

/// <summary>
/// Renders the modules' panels, each by itself: in a scope of its own, with the actor of the page, and no longer than a moment. One that is
/// slow or throws harms neither the page nor the others.
/// </summary>
internal sealed class Panels(
    IEnumerable<Panel> all, ShellContents shell, ICurrentActor actor, RequestContext request, FormTokens tokens,
    ClinicHealth health, IServiceScopeFactory scopes, ILoggerFactory logs)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);

    /// <summary>What the panels of <see cref="PanelPlace.Patient"/> are given.</summary>
    public static Dictionary<string, object?> ForPatient(long id) => new() { ["PatientId"] = id };

    /// <summary>Every panel of a place that the actor may see.</summary>
    public async Task<IReadOnlyList<RenderedPanel>> RenderAsync(PanelPlace place, Dictionary<string, object?> parameters, CancellationToken token)
    {
        // Asked for here, on the page's own thread: panels only copy it.
        _ = tokens.Current;
        return await Task.WhenAll(all
            .Where(p => p.Place == place && actor.May(p.Permission))
            .OrderBy(p => p.Order).ThenBy(p => p.Name, StringComparer.Ordinal)
            .Select(p => RenderAsync(p, parameters, Patience, last: false, token)));
    }

    /// <summary>One panel by its name, with more patience: it was late, and is fetched by itself. Null when the actor may see no such panel.</summary>
    public async Task<RenderedPanel?> RenderOneAsync(PanelPlace place, string name, Dictionary<string, object?> parameters, CancellationToken token)
    {
        _ = tokens.Current;
        return all.FirstOrDefault(p => p.Place == place && p.Name == name && actor.May(p.Permission)) is { } panel
            ? await RenderAsync(panel, parameters, TimeSpan.FromSeconds(10), last: true, token)
            : null;
    }

    private async Task<RenderedPanel> RenderAsync(
        Panel panel, Dictionary<string, object?> parameters, TimeSpan patience, bool last, CancellationToken token)
    {
        var owner = shell.OwnerOf(panel.Component);
        var module = owner?.Manifest.Name ?? "Clinic";
        var gauge = owner is null ? null : health.Gauge(owner.Id, PluginCall.Panel);
        var began = CallGauge.Begin();
        Task<string>? rendering = null;
        try
        {
            // The task goes on when nobody waits any more, and then disposes its scope itself.
            if (gauge is { IsStuck: true }) throw new TimeoutException($"{panel.Name} was rendered several times and never came back.");
            rendering = Task.Run(async () =>
            {
                await using var scope = scopes.CreateAsyncScope();
                scope.ServiceProvider.GetRequiredService<RequestContext>().CopyFrom(request);
                scope.ServiceProvider.GetRequiredService<FormTokens>().CopyFrom(tokens);
                await using var renderer = new HtmlRenderer(scope.ServiceProvider, logs);
                return await renderer.Dispatcher.InvokeAsync(async () =>
                    (await renderer.RenderComponentAsync(panel.Component, ParameterView.FromDictionary(parameters))).ToHtmlString());
            }, token);
            return new(panel, module, await rendering.WaitAsync(patience, token));
        }
        catch (Exception error) when (!token.IsCancellationRequested)
        {
            logs.CreateLogger<Panels>().LogWarning(error, "The panel {Panel} was not shown", panel.Name);
            // One that is only late is fetched by itself, and fails if it isn't there then.
            if (last || error is not TimeoutException || rendering is null) gauge?.Failed(panel.Name, error);
            return new(panel, module, null);
        }
        finally
        {
            gauge?.Ended(began);
            if (rendering is { IsCompleted: false }) gauge?.Lost(rendering);
        }
    }
}
