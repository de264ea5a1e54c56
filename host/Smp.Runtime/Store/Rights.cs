namespace Smp.Runtime.Store;

/// <summary>
/// With whose rights a statement runs, and what they reach. Statements are prepared and kept by (rights, SQL), so that one that
/// was prepared for one plugin never runs for another, nor for the same one with other rights.
/// </summary>
public sealed class Rights : IEquatable<Rights>
{
    private readonly string identity;
    private readonly int hash;

    /// <param name="pluginId">The plugin; <c>core</c> for the host itself.</param>
    /// <param name="reads">The tables of others that it reads: what its manifest declares and the clinic granted.</param>
    public Rights(string pluginId, params IEnumerable<string> reads)
    {
        PluginId = pluginId;
        TablePrefix = PrefixOf(pluginId);
        Reads = reads.ToHashSet(StringComparer.OrdinalIgnoreCase);
        identity = string.Join(' ', Reads.Order(StringComparer.Ordinal).Prepend(pluginId));
        hash = identity.GetHashCode(StringComparison.Ordinal);
    }

    /// <summary>The host's own: every table but the audit trail, which it only reads.</summary>
    public static Rights Core { get; } = new("core");

    /// <summary>Whose they are.</summary>
    public string PluginId { get; }

    /// <summary>What the names of the plugin's tables begin with: <c>acme_aftercare__</c>.</summary>
    public string TablePrefix { get; }

    /// <summary>The tables of others that it reads.</summary>
    public IReadOnlySet<string> Reads { get; }

    /// <summary>What the names of a plugin's tables begin with.</summary>
    public static string PrefixOf(string pluginId) => pluginId.Replace('.', '_') + "__";

    /// <inheritdoc/>
    public bool Equals(Rights? other) => ReferenceEquals(this, other) || (other is not null && hash == other.hash && identity == other.identity);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Rights);

    /// <inheritdoc/>
    public override int GetHashCode() => hash;

    /// <inheritdoc/>
    public override string ToString() => PluginId;
}
