using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Smp.Host.Web;
using Smp.Runtime.Core.Patients;
using Smp.Sdk;

namespace Smp.Host.Commands;

/// <summary><c>smp patients import|export|erase</c></summary>
internal static class PatientsCommand
{
    public static Command Make()
    {
        var patients = new Command("patients", "Patients, taken in, out and away.");
        patients.Add(Import());
        patients.Add(Export());
        patients.Add(PatientsEraseCommand.Make());
        return patients;
    }

    private static Command Import()
    {
        var file = new Argument<FileInfo>("file") { Description = "A CSV file with a line of headings." };
        file.AcceptExistingOnly();
        var map = new Option<string[]>("--map") { Description = "Which heading stands for which field, where it doesn't say so itself: phone:Mobile. Several are named one after the other.", HelpName = "FIELD:HEADING", AllowMultipleArgumentsPerToken = true };
        var dates = new Option<string?>("--dates") { Description = "How dates are written, when not as 1990-12-31.", HelpName = "FORM" };
        dates.AcceptOnlyFromAmong([.. ImportOptions.DateForms]);
        var duplicates = new Option<string?>("--duplicates") { Description = "What is done with somebody who may be here already: refuse the whole file, skip them, or add them.", HelpName = "WHAT" };
        duplicates.AcceptOnlyFromAmong("refuse", "skip", "add");
        var dry = new Option<bool>("--dry-run") { Description = "Only says what would be done." };
        var command = new Command("import", "Registers the patients of a CSV file: all of them, or none. Exit code 1 when none were.") { file, map, dates, duplicates, dry };
        command.SetAction(async (parsed, token) =>
        {
            await using var clinic = await ClinicClient.ConnectAsync(parsed.GetValue(CommandLine.Data)!, token);
            await using var content = parsed.GetValue(file)!.OpenRead();
            var path = Links.To("/api/patients/import", ("dates", parsed.GetValue(dates)), ("duplicates", parsed.GetValue(duplicates)), ("dryRun", parsed.GetValue(dry) ? "true" : null));
            foreach (var pair in parsed.GetValue(map) ?? []) path += $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}map={Uri.EscapeDataString(pair)}";
            var report = (await PluginsCommand.WatchAsync(clinic, clinic.UploadAsync(path, content, token), "/api/patients/import/progress", token))!.Value;
            if (parsed.GetValue(CommandLine.Json)) Console.WriteLine(report.GetRawText());
            else Print(report, parsed.GetValue(dry));
            var wrong = report.GetProperty("problems").GetArrayLength() > 0;
            var held = report.GetProperty("duplicates").GetArrayLength() > 0 && parsed.GetValue(duplicates) is not ("skip" or "add");
            return wrong || held ? CommandLine.Failed : CommandLine.Done;
        });
        return command;
    }

    private static void Print(JsonElement report, bool dry)
    {
        foreach (var problem in report.GetProperty("problems").EnumerateArray())
            Console.WriteLine($"Line {problem.GetProperty("line")}, {problem.GetProperty("field").GetString()}: {problem.GetProperty("message").GetString()}");
        foreach (var duplicate in report.GetProperty("duplicates").EnumerateArray())
        {
            var of = duplicate.GetProperty("of") is { ValueKind: JsonValueKind.Number } known ? PatientSummary.NumberOf(known.GetInt64()) : $"line {duplicate.GetProperty("ofLine")}";
            Console.WriteLine($"Line {duplicate.GetProperty("line")}: {duplicate.GetProperty("name").GetString()} may be the same person as {of}.");
        }

        foreach (var column in report.GetProperty("columns").EnumerateObject()) Console.WriteLine($"  {column.Name,-14} from “{column.Value.GetString()}”");
        if (report.GetProperty("ignored") is { } ignored && ignored.GetArrayLength() > 0)
            Console.WriteLine($"  nothing is taken from {string.Join(", ", ignored.EnumerateArray().Select(i => $"“{i.GetString()}”"))}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.GetProperty("lines")} patients in the file, {report.GetProperty("registered")} registered{(dry ? ": this was a dry run" : "")}."));
    }

    private static Command Export()
    {
        var id = Patient();
        var to = new Option<string>("--to") { Description = "The ZIP file to write; it must not be there yet.", HelpName = "FILE", Required = true };
        var command = new Command("export", "Writes a patient's whole record out, with every module's part and all files. It is written down as a look at the record.") { id, to };
        command.SetAction(async (parsed, token) =>
        {
            var file = parsed.GetValue(to)!;
            if (Path.Exists(file)) throw new CommandFailedException($"{file} is there already. Name another file.");
            await using var clinic = await ClinicClient.ConnectAsync(parsed.GetValue(CommandLine.Data)!, token);
            await AuditCommand.WriteAsync(clinic, $"/api/patients/{Number(parsed.GetValue(id)!)}/export", file, token);
            if (!parsed.GetValue(CommandLine.Json)) Console.WriteLine($"The record is in {file}. Whoever has it can read it: keep it as safe as the clinic's data.");
            return CommandLine.Done;
        });
        return command;
    }

    /// <summary>Which patient, by number.</summary>
    public static Argument<string> Patient()
    {
        var id = new Argument<string>("patient") { Description = "The patient's number, P-000017 or 17." };
        id.Validators.Add(parsed =>
        {
            if (Number(parsed.GetValueOrDefault<string>()) is null) parsed.AddError("A patient's number is P-000017, or 17.");
        });
        return id;
    }

    /// <summary>The key that a number stands for; null for what is none.</summary>
    public static long? Number(string? text) =>
        long.TryParse(text?.Replace("P-", "", StringComparison.OrdinalIgnoreCase), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
