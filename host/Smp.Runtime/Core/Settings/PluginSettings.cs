using Smp.Runtime.Shells;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Settings;

/// <summary>One plugin's settings.</summary>
internal sealed class PluginSettings<TPlugin>(SettingsBook book, PluginRights rights, ShellContents shell) : ISettings<TPlugin>
    where TPlugin : IPlugin
{
    private readonly string plugin = rights.Of(typeof(TPlugin).Assembly).PluginId;

    public T Get<T>(string name)
    {
        var setting = shell.SettingsOf(plugin).FirstOrDefault(s => s.Name == name)
            ?? throw new ArgumentException($"The manifest of {plugin} has no setting {name}.", nameof(name));
        return book.Get(plugin, setting) switch
        {
            T value => value,
            long whole when typeof(T) == typeof(int) => (T)(object)checked((int)whole),
            long whole when typeof(T) == typeof(decimal) => (T)(object)(decimal)whole,
            var other => throw new ArgumentException($"The setting {name} of {plugin} is a {other.GetType().Name}, not a {typeof(T).Name}.", nameof(name)),
        };
    }
}
