namespace Smp.Benchmarks;

/// <summary>A benchmark couldn't be carried out; the message says why.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
