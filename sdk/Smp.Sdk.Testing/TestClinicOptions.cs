using Microsoft.Extensions.Logging;
using Smp.Runtime.Store;

namespace Smp.Sdk.Testing;

/// <summary>What a test clinic is made of.</summary>
public sealed class TestClinicOptions
{
    internal List<Type> Entries { get; } = [];

    internal List<string> Folders { get; } = [];

    /// <summary>The data folder; a passing one when left out. A folder that is named stays when the clinic is closed.</summary>
    public string? DataFolder { get; set; }

    /// <summary>The clock; a new one when left out. Give the same one again to open a clinic a second time.</summary>
    public TestClock? Clock { get; set; }

    /// <summary>
    /// How the store works. By default every unit of work runs twice, the first time rolled back, so that one which can't be run again
    /// shows in the first test.
    /// </summary>
    public StoreOptions Store { get; set; } = new() { RunUnitsTwice = true };

    /// <summary>Whether the staff of the demonstration, the patients and the modules' samples are there. Default false: staff alone.</summary>
    public bool Demo { get; set; }

    /// <summary>Where the log goes, to look at what is in it and what isn't. By default nowhere.</summary>
    public Action<ILoggingBuilder>? Logging { get; set; }

    /// <summary>Whether the clinic does by itself what has its time, such as the nightly backup. Default false.</summary>
    public bool Scheduled { get; set; }

    /// <summary>Whether the clinic starts without any plugin. Default false.</summary>
    public bool SafeMode { get; set; }

    /// <summary>Adds the plugin under test. Its types are those of the test, so it can be debugged and its services asked for.</summary>
    public TestClinicOptions With<TPlugin>() where TPlugin : IPlugin, new()
    {
        Entries.Add(typeof(TPlugin));
        return this;
    }

    /// <summary>Adds a folder with plugins laid out <c>&lt;id&gt;/&lt;version&gt;/</c>, to be found, checked and loaded as in a real clinic.</summary>
    public TestClinicOptions WithFolder(string folder)
    {
        Folders.Add(folder);
        return this;
    }
}
