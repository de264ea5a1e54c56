using Microsoft.AspNetCore.Http;
using Smp.Sdk.Web;

namespace Smp.Runtime.Shells;

/// <summary>Makes every route of a shell, the host's own and the modules', and checks what the modules mapped.</summary>
internal sealed class ShellRoutes(IShellFace face, ShellContents contents, IServiceProvider provider)
{
    /// <param name="beside">
    /// Whether they are made beside each other: almost all of it is compiling, and a start waits for it. While a clinic works, nobody does, and the other
    /// processors are for those who ask for something meanwhile.
    /// </param>
    /// <exception cref="PluginFailure">A plugin's routes or pages stand in the way.</exception>
    public async Task<IReadOnlyList<Endpoint>> MakeAsync(bool beside)
    {
        RefuseOneName();
        if (!beside) return [.. contents.Plugins.SelectMany(Of), .. Own()];
        var making = contents.Plugins.Select(plugin => Task.Run(() => Of(plugin))).Append(Task.Run(Own));
        return [.. (await Task.WhenAll(making)).SelectMany(made => made)];
    }

    private IReadOnlyList<Endpoint> Own()
    {
        var own = new RouteList(provider);
        face.Map(own, contents);
        return own.MakeEndpoints();
    }

    private IReadOnlyList<Endpoint> Of(RunningPlugin plugin)
    {
        var own = new PluginRoutes(plugin.Id, provider);
        if (plugin.Plugin is IWebPlugin web) PluginFailure.Guard(plugin.Id, "MapRoutes", () => web.MapRoutes(own));
        var endpoints = PluginFailure.Guard(plugin.Id, "The making of its routes", own.MakeEndpoints);
        var wrong = PluginFailure.Guard(plugin.Id, "Finding its pages", () => RouteCheck.Objections(plugin, endpoints));
        return wrong.Count == 0 ? endpoints : throw new PluginFailure(plugin.Id, string.Join(" ", wrong));
    }

    // The framework tells the pages of assemblies apart by the assemblies' names alone.
    private void RefuseOneName()
    {
        Dictionary<string, RunningPlugin> withPages = new(StringComparer.OrdinalIgnoreCase);
        foreach (var plugin in contents.Plugins.Where(p => ShellContents.HasPages(p.Assembly)))
        {
            if (withPages.TryAdd(plugin.Assembly.GetName().Name!, plugin)) continue;
            var other = withPages[plugin.Assembly.GetName().Name!];
            if (other.Assembly == plugin.Assembly) continue;
            throw new PluginFailure(plugin.Id,
                $"Its assembly is called {plugin.Manifest.Assembly}, as that of {other.Manifest.Name} is, and both have pages. Its publisher has to name it otherwise.");
        }
    }
}
