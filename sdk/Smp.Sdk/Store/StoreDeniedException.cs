namespace Smp.Sdk;

/// <summary>A statement reached for what its plugin may not touch. Nothing of it was carried out: a mistake in the plugin, for its author to mend.</summary>
/// <param name="plugin">The plugin whose statement it was.</param>
/// <param name="denied">What it would have done, in words that name the object: <c>read needles__lots.number</c>.</param>
/// <param name="inner">What the engine said.</param>
public sealed class StoreDeniedException(string plugin, string denied, Exception? inner = null) : InvalidOperationException(
    $"{plugin} may not {denied}. A module's statements reach its own tables ({plugin.Replace('.', '_')}__…), what its manifest names under data.reads and the clinic granted, and the keys of the contract tables.",
    inner)
{
    /// <summary>The plugin whose statement it was.</summary>
    public string Plugin { get; } = plugin;

    /// <summary>What was denied, in words that name the object.</summary>
    public string Denied { get; } = denied;
}
