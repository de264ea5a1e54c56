namespace Smp.Sdk;

/// <summary>
/// A module's settings, as its manifest describes them and the clinic set them. Values were checked against the manifest when
/// they were set.
/// </summary>
/// <typeparam name="TPlugin">The class that implements <see cref="IPlugin"/> in the caller's plugin.</typeparam>
public interface ISettings<TPlugin> where TPlugin : IPlugin
{
    /// <summary>The value, or the manifest's default where the clinic set none.</summary>
    /// <typeparam name="T"><see cref="bool"/>, <see cref="int"/>, <see cref="long"/>, <see cref="decimal"/> or <see cref="string"/>, as the manifest's type says.</typeparam>
    /// <exception cref="ArgumentException">The manifest doesn't name this setting, or gives it another type.</exception>
    T Get<T>(string name);
}
