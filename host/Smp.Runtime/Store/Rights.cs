namespace Smp.Runtime.Store;

/// <summary>
/// With whose rights a statement runs. Statements are prepared and kept by (rights, SQL), so that one that was prepared
/// for one plugin never runs for another.
/// </summary>
/// <param name="PluginId">The plugin; <c>core</c> for the host itself.</param>
public sealed record Rights(string PluginId)
{
    /// <summary>The host's own.</summary>
    public static Rights Core { get; } = new("core");

    /// <summary>What the names of the plugin's tables begin with: <c>acme_aftercare__</c>.</summary>
    public string TablePrefix { get; } = PluginId.Replace('.', '_') + "__";
}
