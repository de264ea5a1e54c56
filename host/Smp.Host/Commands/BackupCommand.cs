using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Smp.Runtime.Backups;
using Smp.Runtime.Hosting;

namespace Smp.Host.Commands;

/// <summary>
/// <c>smp backup create|list|verify|restore</c>. Making one is for the clinic that has the data open; the others look at folders, and
/// need no clinic: that is what there is after a disaster.
/// </summary>
internal static class BackupCommand
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerOptions.Web) { Converters = { new JsonStringEnumConverter() } };

    private static readonly Option<string?> In = new("--in")
    {
        Description = "The folder that the backups are in. Without it: the clinic's own.", HelpName = "DIR",
    };

    public static Command Make()
    {
        var backup = new Command("backup", "Backups.");
        backup.Add(Create());
        backup.Add(List());
        backup.Add(Verify());
        backup.Add(Restore());
        return backup;
    }

    private static Command Create()
    {
        var to = new Option<string?>("--to") { Description = "The folder to put it into. Without it: the clinic's own.", HelpName = "DIR" };
        var encrypt = new Option<bool>("--encrypt")
        {
            Description = "Encrypt it with a passphrase: the first line of standard input, or SMP_BACKUP_PASSPHRASE. Without the passphrase nobody can ever read it.",
        };
        var command = new Command("create", "Makes a backup, while the clinic goes on. Exit code 1 when it can't, or when a photo is missing in the data folder.") { to, encrypt };
        command.SetAction(async (parsed, token) =>
        {
            var passphrase = parsed.GetValue(encrypt) ? Passwords.ReadPassphrase(isNew: true) : null;
            var folder = parsed.GetValue(to) is { } named ? Path.GetFullPath(named) : null;
            JsonElement made;
            await using (var clinic = await ClinicClient.ConnectAsync(parsed.GetValue(CommandLine.Data)!, token))
            {
                using var progress = new ProgressLine("Making the backup");
                made = (await clinic.SendAsync(HttpMethod.Post, "/api/backups", new { folder, passphrase }, token))!.Value;
            }

            if (parsed.GetValue(CommandLine.Json)) Console.WriteLine(made.GetRawText());
            else Console.WriteLine($"{made.GetProperty("path").GetString()} ({Sizes.Say(made.GetProperty("bytes").GetInt64())})");
            var warnings = made.GetProperty("warnings").EnumerateArray().Select(w => w.GetString()!).ToList();
            Complain(warnings, "The backup was made, but");
            return warnings.Count == 0 ? CommandLine.Done : CommandLine.Failed;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "Lists backups, the newest first, and says of each whether it is whole at a first look.") { In };
        command.SetAction(parsed =>
        {
            var backups = Shelf(parsed).List();
            if (parsed.GetValue(CommandLine.Json)) Console.WriteLine(JsonSerializer.Serialize(backups, Web));
            else if (backups.Count == 0) Console.WriteLine($"There are no backups in {Shelf(parsed).Folder}.");
            else
            {
                Table.Write(["Name", "Made (UTC)", "Kind", "Size", "Encrypted", "Audit seal", "State"], [.. backups.Select(b => new[]
                {
                    b.Name, b.CreatedAt?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "", b.Kind?.ToString() ?? "",
                    b.CreatedAt is null ? "" : Sizes.Say(b.Bytes), b.Encrypted ? "yes" : "no",
                    b.AuditHead?.Seal.ToString(CultureInfo.InvariantCulture) ?? "", StateOf(b),
                })]);
            }

            return CommandLine.Done;
        });
        return command;
    }

    private static Command Verify()
    {
        var which = new Argument<string>("backup") { Description = "Its name, as 'smp backup list' shows, or its folder." };
        var command = new Command("verify", "Reads every byte of a backup, and checks the database in it. Exit code 1 when anything is wrong or missing.") { which, In };
        command.SetAction((parsed, token) =>
        {
            var path = Find(parsed, parsed.GetValue(which)!);
            var passphrase = Passphrase(path);
            BackupReport report;
            using (var progress = new ProgressLine()) report = BackupCheck.Run(path, passphrase, p => progress.Say(p.Step, p.Done, p.Total), token);
            if (parsed.GetValue(CommandLine.Json)) Console.WriteLine(JsonSerializer.Serialize(report, Web));
            else if (report.Ok) Console.WriteLine($"{report.Name} is whole: {report.Files} files, {Sizes.Say(report.Bytes)}, audit chain up to seal {report.AuditHead.Seal} {report.AuditHead.Hash}.");
            Complain(report.Problems, $"{report.Name}:");
            Complain(report.Audit, $"{report.Name} is as it was made, but its audit trail isn't whole:");
            Complain([.. report.Missing.Select(m => $"{m} was missing in the data folder already when it was made.")], $"{report.Name}:");
            return Task.FromResult(report.Ok && report.Missing.Count == 0 ? CommandLine.Done : CommandLine.Failed);
        });
        return command;
    }

    private static Command Restore()
    {
        var which = new Argument<string>("backup") { Description = "Its folder, or, with --in, its name." };
        var command = new Command("restore", "Verifies a backup and makes a clinic of it, in the new or empty folder that --data names.") { which, In };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetResult(CommandLine.Data) is null or { Implicit: true } && Environment.GetEnvironmentVariable("SMP_DATA") is null)
                parsed.AddError("Say into which folder: --data DIR.");
        });
        command.SetAction((parsed, token) =>
        {
            BackupRestore.Empty(parsed.GetValue(CommandLine.Data)!);
            var path = Find(parsed, parsed.GetValue(which)!);
            var passphrase = Passphrase(path);
            Restored restored;
            using (var progress = new ProgressLine())
                restored = BackupRestore.Run(path, parsed.GetValue(CommandLine.Data)!, passphrase, p => progress.Say(p.Step, p.Done, p.Total), token);
            if (parsed.GetValue(CommandLine.Json)) Console.WriteLine(JsonSerializer.Serialize(restored, Web));
            else Console.WriteLine($"{restored.Data} is the clinic as it was at {restored.CreatedAt:yyyy-MM-dd HH:mm} UTC: {restored.Files} files, {Sizes.Say(restored.Bytes)}.");
            // It is restored as whole as the backup is.
            Complain(restored.Audit, "Restored, but the audit trail isn't whole:");
            Complain([.. restored.Missing.Select(m => $"{m} was missing already when the backup was made.")], "Restored, but");
            return Task.FromResult(CommandLine.Done);
        });
        return command;
    }

    // One that was given for a backup that needs none isn't passed over: that one may have been put in the place of another.
    private static string? Passphrase(string path) => BackupCheck.NeedsPassphrase(path) ? Passwords.ReadPassphrase(isNew: false) : Passwords.GivenPassphrase;

    private static string StateOf(BackupSummary backup) => backup switch
    {
        { State: BackupState.Whole, Missing: > 0 } => $"Whole, but {backup.Missing} files were missing already",
        { State: BackupState.Whole } => "Whole",
        _ => $"{backup.State}: {backup.Problem}",
    };

    private static BackupShelf Shelf(ParseResult parsed) =>
        new(parsed.GetValue(In) ?? BackupSettings.ReadFolderOf(parsed.GetValue(CommandLine.Data)!));

    // A name is looked for among the backups; whatever else is a folder is one.
    private static string Find(ParseResult parsed, string which) =>
        Path.GetFileName(which) == which && !Directory.Exists(which) ? Shelf(parsed).Find(which) : which;

    private static void Complain(IReadOnlyList<string> sentences, string before)
    {
        foreach (var sentence in sentences) Console.Error.WriteLine($"smp: {before} {sentence}");
    }
}
