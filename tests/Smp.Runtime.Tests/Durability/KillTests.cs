using System.Diagnostics;
using System.Reflection;

namespace Smp.Runtime.Tests.Durability;

[Parallelizable(ParallelScope.All)]
public sealed class KillTests
{
    [Test]
    public async Task After_each_of_fifty_kills_what_was_acknowledged_is_there_whole_and_nothing_by_half()
    {
        using var program = Process.Start(new ProcessStartInfo("dotnet", [Program, "--kills", "50"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = program.StandardError.ReadToEndAsync();
        var said = await program.StandardOutput.ReadToEndAsync();
        await program.WaitForExitAsync();

        // The seed is in it, and the figures.
        await TestContext.Out.WriteLineAsync(said);
        Assert.That(program.ExitCode, Is.Zero, said + await errors);
        Assert.That(said, Does.Match("kills 50 .* problems 0;"));
    }

    private static string Program { get; } =
        typeof(KillTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "KillTests").Value!;
}
