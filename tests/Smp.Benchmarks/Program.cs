using System.CommandLine;
using Smp.Benchmarks;
using Smp.Benchmarks.Needles;
using Smp.Benchmarks.Plugins;
using Smp.Benchmarks.Practice;
using Smp.Benchmarks.Startup;
using Smp.Benchmarks.Store;

// Each measures one thing and prints what came out; none is run by the tests.
var root = new RootCommand("Measures Smp against what else there is. Run it in Release, on a machine that is otherwise idle.")
{
    StartupBenchmark.Command(), StoreBenchmark.Command(), NeedlesBenchmark.Command(), PluginsBenchmark.Command(), PracticeBenchmark.Command(),
};
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors) Console.Error.WriteLine($"benchmarks: {error.Message}");
    Console.Error.WriteLine("benchmarks: --help says what there is.");
    return 2;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (BenchmarkException error)
{
    Console.Error.WriteLine($"benchmarks: {error.Message}");
    return 1;
}
