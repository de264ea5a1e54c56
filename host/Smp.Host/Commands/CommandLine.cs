using System.CommandLine;
using Smp.Runtime.Backups;
using Smp.Runtime.Hosting;
using Smp.Runtime.Store;

namespace Smp.Host.Commands;

/// <summary>The command line: <c>smp …</c>. Exit codes: 0 done, 1 refused or failed, 2 wrong usage.</summary>
internal static class CommandLine
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;

    /// <summary>Where the data is.</summary>
    public static readonly Option<string> Data = new("--data")
    {
        Description = "The clinic's data folder.",
        HelpName = "DIR",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SMP_DATA") ?? "clinic-data",
        Recursive = true,
    };

    /// <summary>Whether a machine reads the answer.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "Answer with JSON.", Recursive = true };

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Smp: the practice-management platform for hair-restoration clinics.")
        {
            Data, Json, ServeCommand.Make(), UsersCommand.Make(), TokensCommand.Make(), PatientsCommand.Make(), PluginsCommand.Make(), BackupCommand.Make(), AuditCommand.Make(),
            DoctorCommand.Make(), CallCommand.Make(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync($"smp: {error.Message}");
            await Console.Error.WriteLineAsync("smp: 'smp --help' and 'smp COMMAND --help' say what there is.");
            return WrongUsage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception error) when (error is not DataFolderException && StoreFault.Of(error, opening: true) is { } fault)
        {
            await Console.Error.WriteLineAsync($"smp: {fault.AtOpening}");
            return Failed;
        }
        catch (Exception error) when (error is CommandFailedException or DataFolderException or MigrationException or BackupException or IOException or UnauthorizedAccessException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync($"smp: {error.Message}");
            return Failed;
        }
    }
}

/// <summary>A command couldn't be carried out; the message says why.</summary>
internal sealed class CommandFailedException(string message) : Exception(message);
