using System.CommandLine;
using System.Text.Json;
using Smp.Runtime.Backups;
using Smp.Runtime.Doctor;
using Smp.Runtime.Hosting;
using Smp.Runtime.Store;

namespace Smp.Host.Commands;

/// <summary><c>smp doctor</c></summary>
internal static class DoctorCommand
{
    public static Command Make()
    {
        var command = new Command("doctor", "Looks the clinic over. Exit code 1 when something needs doing.");
        command.SetAction(async (parsed, token) =>
        {
            var diagnosis = await LookAsync(parsed.GetValue(CommandLine.Data)!, token);
            if (parsed.GetValue(CommandLine.Json)) Console.WriteLine(JsonSerializer.Serialize(diagnosis, JsonSerializerOptions.Web));
            else
            {
                foreach (var finding in diagnosis.Findings) Console.WriteLine($"{(finding.Ok ? "ok  " : "DO  ")}{finding.Check,-10}{finding.Text}");
            }

            return diagnosis.Ok ? CommandLine.Done : CommandLine.Failed;
        });
        return command;
    }

    private static async Task<Diagnosis> LookAsync(string data, CancellationToken token)
    {
        try
        {
            await using var clinic = await ClinicClient.ConnectAsync(data, token);
            return (await clinic.AskPatientlyAsync("/api/doctor", token))!.Value.Deserialize<Diagnosis>(JsonSerializerOptions.Web)!;
        }
        catch (Exception error) when (error is DataFolderException or MigrationException or BackupException || StoreFault.Of(error, opening: true) is not null)
        {
            // A doctor is called when it doesn't open, too: then what can be seen from outside.
            var why = StoreFault.Of(error, opening: true)?.AtOpening ?? error.Message;
            return Diagnosis.Of([.. MachineChecks.Of(data, BackupSettings.ReadFolderOf(data), TimeProvider.System.GetUtcNow()), new("clinic", false, $"It can't be opened. {why}")]);
        }
    }
}
