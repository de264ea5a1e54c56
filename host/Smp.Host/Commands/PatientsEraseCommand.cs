using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Smp.Sdk;

namespace Smp.Host.Commands;

/// <summary><c>smp patients erase</c></summary>
internal static class PatientsEraseCommand
{
    public static Command Make()
    {
        var id = PatientsCommand.Patient();
        var plan = new Option<bool>("--plan") { Description = "Only shows what would go, and what must still be kept." };
        var confirm = new Option<string?>("--confirm") { Description = "The patient's number or name once more. Without it, it is asked for at a terminal.", HelpName = "WHO" };
        var reason = new Option<string?>("--reason") { Description = "The ground in law. It stays in the audit trail, so it names nobody.", HelpName = "WORDS" };
        var command = new Command("erase", "Erases a patient's record for good, as far as it needn't be kept, after a backup.") { id, plan, confirm, reason };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(plan) == (parsed.GetValue(reason) is not null)) parsed.AddError("Say why with --reason, or look first with --plan.");
        });
        command.SetAction(async (parsed, token) =>
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/api/patients/{PatientsCommand.Number(parsed.GetValue(id))}/erase");
            var json = parsed.GetValue(CommandLine.Json);
            await using var clinic = await ClinicClient.ConnectAsync(parsed.GetValue(CommandLine.Data)!, token);
            var preview = (await clinic.SendAsync(HttpMethod.Get, path, null, token))!.Value;
            if (parsed.GetValue(plan))
            {
                if (json) Console.WriteLine(preview.GetRawText());
                else Print(preview);
                return CommandLine.Done;
            }

            var typed = parsed.GetValue(confirm) ?? Ask(preview);
            var done = (await clinic.SendAsync(HttpMethod.Post, path, new { accept = preview.GetProperty("fingerprint").GetString(), confirm = typed, reason = parsed.GetValue(reason) }, token))!.Value;
            if (json) Console.WriteLine(done.GetRawText());
            else Say(done);
            return CommandLine.Done;
        });
        return command;
    }

    private static string Ask(JsonElement preview)
    {
        if (Console.IsInputRedirected) throw new CommandFailedException("It can't be undone. Say whom you mean with --confirm: the patient's number or name.");
        Print(preview);
        Console.Write($"This can't be undone. Type {preview.GetProperty("patient").GetProperty("number").GetString()} to go on: ");
        return Console.ReadLine()?.Trim() ?? "";
    }

    private static void Print(JsonElement preview)
    {
        foreach (var table in preview.GetProperty("tables").EnumerateArray())
        {
            var (goes, unnamed) = (table.GetProperty("goes").GetInt64(), table.GetProperty("unnamed").GetInt64());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {table.GetProperty("table").GetString(),-34} {goes,6} go{(unnamed > 0 ? $", {unnamed} stay without the name" : "")}"));
        }

        if (preview.GetProperty("files").GetInt32() is > 0 and var files) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"files",-34} {files,6} go"));
        foreach (var merged in preview.GetProperty("merged").EnumerateArray()) Console.WriteLine($"{PatientSummary.NumberOf(merged.GetInt64())} was merged into it, and goes too.");
        foreach (var held in preview.GetProperty("held").EnumerateArray())
        {
            Console.WriteLine($"{held.GetProperty("kind").GetString()}: {held.GetProperty("rows")} stay until {held.GetProperty("until").GetString()}, {held.GetProperty("years")} years after the last entry.");
        }

        if (preview.GetProperty("whole").GetBoolean()) Console.WriteLine("Nothing of the record is left then but its number.");
    }

    private static void Say(JsonElement done)
    {
        Console.WriteLine(done.GetProperty("whole").GetBoolean() ? "The record is erased." : $"What may go is erased. The rest can go from {done.GetProperty("restOn").GetString()}.");
        if (done.GetProperty("backup").GetString() is { } backup) Console.WriteLine($"The backup {backup} was made before it, and holds the record still, as do those before.");
    }
}
