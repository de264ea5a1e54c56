using System.Globalization;
using System.Resources;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace Translated;

/// <summary>The entry implements the plugin's interface through a generic base class only.</summary>
public abstract class Greeting<T> : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }
}

public sealed class TranslatedPlugin : Greeting<string>
{
    private static readonly ResourceManager Words = new("Translated.Words", typeof(TranslatedPlugin).Assembly);

    public override string ToString() => $"{Words.GetString("Hello", new CultureInfo("en"))} / {Words.GetString("Hello", new CultureInfo("de-AT"))} / {Words.GetString("Hello", new CultureInfo("hr"))}";
}
