using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Smp.Host.Web;
using Smp.Runtime.Core.Audit;

namespace Smp.Host.Commands;

/// <summary><c>smp audit verify|export</c></summary>
internal static class AuditCommand
{
    public static Command Make()
    {
        var audit = new Command("audit", "The audit trail.");
        audit.Add(Verify());
        audit.Add(Export());
        return audit;
    }

    private static Command Verify()
    {
        var heads = new Option<string[]>("--head") { Description = "A head of the chain that was kept elsewhere; several are named one after the other.", HelpName = "NUMBER:HASH" };
        heads.Validators.Add(parsed =>
        {
            foreach (var head in parsed.GetValueOrDefault<string[]>() ?? [])
            {
                if (AuditHeads.Parse(head) is null) parsed.AddError($"{head} is no head. One looks like 812:9f86d081…, with 64 digits after the colon, as 'smp audit verify' prints it.");
            }
        });
        var command = new Command("verify", "Verifies the audit trail, and the data against it. Exit code 1 when something isn't as it was written.") { heads };
        command.SetAction(async (parsed, token) =>
        {
            await using var clinic = await ClinicClient.ConnectAsync(parsed.GetValue(CommandLine.Data)!, token);
            var query = (parsed.GetValue(heads) ?? []).Select(head => $"head={Uri.EscapeDataString(head)}");
            var verdict = (await clinic.AskPatientlyAsync($"/api/audit/verify?{string.Join('&', query)}", token))!.Value;
            var ok = verdict.GetProperty("ok").GetBoolean();
            if (parsed.GetValue(CommandLine.Json)) PrintJson(verdict);
            else Print(verdict, ok);
            return ok ? CommandLine.Done : CommandLine.Failed;
        });
        return command;
    }

    private static void PrintJson(JsonElement verdict) => Console.WriteLine(JsonSerializer.Serialize(new
    {
        ok = verdict.GetProperty("ok"), units = verdict.GetProperty("units"), rows = verdict.GetProperty("rows"), head = verdict.GetProperty("head"),
        problems = verdict.GetProperty("problems"),
    }, JsonSerializerOptions.Web));

    private static void Print(JsonElement verdict, bool ok)
    {
        var (units, rows, head) = (verdict.GetProperty("units").GetInt64(), verdict.GetProperty("rows").GetInt64(), verdict.GetProperty("head").GetString());
        if (ok) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The audit trail is whole: {units:#,0} units of work, {rows:#,0} changed rows, and the data is as they say."));
        else
        {
            var (problems, found) = (verdict.GetProperty("problems"), verdict.GetProperty("found").GetInt64());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"The audit trail of {units:#,0} units of work and {rows:#,0} changed rows is not as it was written. {(found == 1 ? "One thing is" : $"{found:#,0} things are")} wrong:"));
            foreach (var problem in problems.EnumerateArray()) Console.WriteLine($"  {problem.GetProperty("fault").GetString(),-10} {problem.GetProperty("text").GetString()}");
            if (found > problems.GetArrayLength()) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  and {found - problems.GetArrayLength():#,0} more"));
        }

        Console.WriteLine($"Its head: {head}");
        if (ok) Console.WriteLine("Keep it where nobody who can change the data can change it: given to --head later, it shows a trail that was cut off or made anew.");
    }

    private static Command Export()
    {
        var from = Day("--from", "From this day of the clinic on.");
        var to = Day("--to", "To this day of the clinic.");
        var output = new Option<string?>("--out") { Description = "The file to write; it must not be there yet. Standard output when left out.", HelpName = "FILE" };
        var command = new Command("export", "Writes the audit trail out: a line of JSON for each unit of work, and the chain's head on the last.") { from, to, output };
        command.SetAction(async (parsed, token) =>
        {
            var file = parsed.GetValue(output);
            if (file is not null && Path.Exists(file)) throw new CommandFailedException($"{file} is there already. Name another file.");
            await using var clinic = await ClinicClient.ConnectAsync(parsed.GetValue(CommandLine.Data)!, token);
            var path = Links.To("/api/audit/export", ("from", parsed.GetValue(from)), ("to", parsed.GetValue(to)));
            if (file is null)
            {
                await using var standard = Console.OpenStandardOutput();
                await clinic.CopyAsync(path, standard, token);
            }
            else await WriteAsync(clinic, path, file, token);
            return CommandLine.Done;
        });
        return command;
    }

    // Under another name until it is whole, and for its owner alone: it holds what patients' records hold.
    internal static async Task WriteAsync(ClinicClient clinic, string path, string file, CancellationToken token)
    {
        var part = file + ".part";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var stream = new FileStream(part, options)) await clinic.CopyAsync(path, stream, token);
            File.Move(part, file);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static Option<string?> Day(string name, string description)
    {
        var day = new Option<string?>(name) { Description = description, HelpName = "DAY" };
        day.Validators.Add(parsed =>
        {
            var text = parsed.GetValueOrDefault<string?>();
            if (text is not null && !DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                parsed.AddError($"{text} is no day. One looks like 2026-07-31.");
        });
        return day;
    }
}
