using Smp.Runtime.Loading;
using Smp.Runtime.Shells;
using Smp.Sdk;

namespace Smp.Runtime.Core.Settings;

/// <summary>The settings of the core or of a module, for the page and the API that edit them.</summary>
public sealed class ClinicSettings(SettingsBook book, ShellContents shell, ICurrentActor actor, IServiceProvider scope)
{
    /// <summary>The settings of a plugin that runs, or of <c>core</c>, with their values; secrets are never given out.</summary>
    /// <exception cref="RefusedException">No such plugin runs.</exception>
    public IReadOnlyList<(SettingDefinition Setting, object? Value, bool IsSet)> Of(string plugin) =>
        [.. Definitions(plugin).Select(s => (s, s.Secret ? null : book.Get(plugin, s), book.IsSet(plugin, s.Name)))];

    /// <summary>Sets several settings at once.</summary>
    /// <param name="plugin">Whose.</param>
    /// <param name="changes">By name; each of the type that its definition names.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">No such plugin runs, or a value isn't allowed; nothing was set then.</exception>
    public Task SetAsync(string plugin, IReadOnlyDictionary<string, object> changes, CancellationToken token = default) =>
        book.SetAsync(plugin, Definitions(plugin), changes, actor.Actor, scope, token);

    private IReadOnlyList<SettingDefinition> Definitions(string plugin) => plugin == "core" || shell.Plugins.Any(p => p.Id == plugin)
        ? shell.SettingsOf(plugin)
        : throw Refuse.Missing($"No module {plugin} runs here.");
}
