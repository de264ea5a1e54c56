using System.Collections.Concurrent;

namespace Smp.Sdk.Testing;

/// <summary>
/// Clinics as tests find them, made once in a process and copied for each test: bringing the tables of every module up to date and hashing the passwords of
/// the staff takes longer than most tests do.
/// </summary>
internal static class ClinicTemplate
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Made = [];

    static ClinicTemplate() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove();

    /// <summary>Whether such a clinic begins as every other: in a folder of its own, at the usual time, with plugins of the test's own process.</summary>
    public static bool Serves(TestClinicOptions options) =>
        options is { DataFolder: null, Clock: null, SafeMode: false, Scheduled: false, Logging: null, Folders.Count: 0 };

    /// <summary>Puts the data of such a clinic into an empty folder.</summary>
    public static async Task CopyToAsync(string folder, TestClinicOptions options)
    {
        var key = $"{options.Demo} {string.Join(' ', options.Entries.Select(e => e.AssemblyQualifiedName))}";
        var made = await Made.GetOrAdd(key, _ => new(() => MakeAsync(options.Entries, options.Demo))).Value;
        Copy(new(made), folder);
    }

    private static async Task<string> MakeAsync(IEnumerable<Type> entries, bool demo)
    {
        var folder = Directory.CreateTempSubdirectory("smp-template-").FullName;
        var options = new TestClinicOptions { DataFolder = folder, Demo = demo };
        options.Entries.AddRange(entries);
        var clock = new TestClock();
        await using (var server = await TestClinic.ServeAsync(options, folder, clock)) await TestClinic.FurnishAsync(server.Clinic, demo);
        return folder;
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        foreach (var file in from.EnumerateFiles()) file.CopyTo(Path.Combine(to, file.Name));
        foreach (var folder in from.EnumerateDirectories()) Copy(folder, Directory.CreateDirectory(Path.Combine(to, folder.Name)).FullName);
    }

    private static void Remove()
    {
        foreach (var made in Made.Values.Where(m => m is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })) Directory.Delete(made.Value.Result, recursive: true);
    }
}
