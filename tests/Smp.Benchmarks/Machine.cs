using System.Globalization;
using System.Runtime.InteropServices;

namespace Smp.Benchmarks;

/// <summary>What a measurement was made on.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024);
        return string.Create(CultureInfo.InvariantCulture,
            $"{Processor()}, {Environment.ProcessorCount} cores, {memory:0.#} GB · {RuntimeInformation.OSDescription} · {RuntimeInformation.FrameworkDescription} · {RuntimeInformation.RuntimeIdentifier}");
    }

    /// <summary>How busy the machine is: the load of the last minute, where the system tells it.</summary>
    public static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    /// <summary>Whether others keep more than half of the processors busy.</summary>
    public static bool IsBusy() => double.TryParse(Load(), CultureInfo.InvariantCulture, out var load) && load > Environment.ProcessorCount / 2.0;

    private static string Processor() => File.Exists("/proc/cpuinfo")
        && File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();
}
