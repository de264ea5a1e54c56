using Smp.Runtime.Hosting;
using Smp.Runtime.Shells;
using Smp.Sdk;

namespace Smp.Runtime.Core;

/// <summary>Turns modules on and off, for whoever does it in this request.</summary>
public sealed class Modules(Clinic clinic, ICurrentActor actor, IServiceProvider scope)
{
    /// <summary>How every module stands.</summary>
    public IReadOnlyList<PluginStatus> List() => clinic.Plugins;

    /// <summary>Turns a module on or off. Returns how it stands then.</summary>
    /// <exception cref="RefusedException">There is no such module.</exception>
    public Task<PluginStatus> SetEnabledAsync(string plugin, bool enabled, CancellationToken token = default) =>
        clinic.SetEnabledAsync(plugin, enabled, actor.Actor, scope, token);
}
