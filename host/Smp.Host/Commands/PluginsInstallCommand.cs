using System.CommandLine;
using System.Text.Json;
using Smp.Runtime.Packages;

namespace Smp.Host.Commands;

/// <summary><c>smp plugins install|remove</c></summary>
internal static class PluginsInstallCommand
{
    public static Command Install()
    {
        var from = new Argument<string>("package") { Description = "A package (.nupkg), or a folder with plugin.json in it." };
        var command = new Command("install", "Installs a version of a module, beside those that are there. A new module is off until it is turned on.") { from };
        command.SetAction(async (parsed, token) =>
        {
            await using var package = Open(parsed.GetValue(from)!, out var isFolder);
            await using var clinic = await ClinicClient.OpenAsync(parsed.GetValue(CommandLine.Data)!, token);
            var made = (await clinic.UploadAsync($"/api/plugins/packages{(isFolder ? "?folder=true" : "")}", package, token))!.Value;
            var (id, version) = (made.GetProperty("id").GetString(), made.GetProperty("version").GetString());
            if (parsed.GetValue(CommandLine.Json)) Console.WriteLine(made.GetRawText());
            else if (made.GetProperty("alreadyInstalled").GetBoolean()) Console.WriteLine($"{id} {version} is already installed.");
            else Console.WriteLine($"{id} {version} is installed.");
            return CommandLine.Done;
        });
        return command;
    }

    public static Command Remove()
    {
        var id = new Argument<string>("id") { Description = "Which module, as 'smp plugins list' shows." };
        var version = new Option<string?>("--version") { Description = "Which version. Without it: all that the clinic installed.", HelpName = "VERSION" };
        var purge = new Option<string?>("--purge")
        {
            Description = "With all its records, after a backup. The id is typed once more: as this option's value, or when it is asked for at a terminal.",
            HelpName = "ID", Arity = ArgumentArity.ZeroOrOne,
        };
        var reason = new Option<string?>("--reason") { Description = "Why it is purged, for the history and the audit trail.", HelpName = "WORDS" };
        var command = new Command("remove", "Removes a module's files. It has to be off. Its records stay, unless it is purged.") { id, version, purge, reason };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetResult(purge) is not null && parsed.GetResult(version) is not null) parsed.AddError("--purge takes all versions; leave --version out.");
            if (parsed.GetResult(purge) is null && parsed.GetResult(reason) is not null) parsed.AddError("--reason goes with --purge.");
        });
        command.SetAction(async (parsed, token) =>
        {
            await using var clinic = await ClinicClient.OpenAsync(parsed.GetValue(CommandLine.Data)!, token);
            if (parsed.GetResult(purge) is not null)
            {
                await PurgeAsync(clinic, parsed.GetValue(id)!, parsed.GetValue(purge), parsed.GetValue(reason), parsed.GetValue(CommandLine.Json), token);
                return CommandLine.Done;
            }

            var path = $"/api/plugins/{Uri.EscapeDataString(parsed.GetValue(id)!)}"
                + (parsed.GetValue(version) is { } one ? $"/versions/{Uri.EscapeDataString(one)}" : "");
            var removed = (await clinic.SendAsync(HttpMethod.Delete, path, null, token))!.Value;
            if (parsed.GetValue(CommandLine.Json)) Console.WriteLine(removed.GetRawText());
            else Say(removed);

            return CommandLine.Done;
        });
        return command;
    }

    private static async Task PurgeAsync(ClinicClient clinic, string id, string? typed, string? reason, bool json, CancellationToken token)
    {
        string? accept = null;
        if (typed is null)
        {
            if (Console.IsInputRedirected) throw new CommandFailedException($"Its records go for good. Say so by its id: --purge {id}");
            var answer = await PluginsCommand.PlanAsync(clinic, id, "remove", version: null, token, purge: true);
            var plan = answer.GetProperty("plan");
            PlanText.Write(plan);
            if (plan.GetProperty("impossible").GetArrayLength() > 0) throw new CommandFailedException("Nothing was done.");
            Console.Write($"All of this goes. Type {id} to go on: ");
            typed = Console.ReadLine()?.Trim() ?? "";
            // What was shown is what goes.
            accept = answer.GetProperty("fingerprint").GetString();
        }

        var done = await PluginsCommand.DoAsync(clinic, $"/api/plugins/{Uri.EscapeDataString(id)}/purge", new { purge = typed, accept, reason }, token);
        if (json)
        {
            Console.WriteLine(done.GetRawText());
            return;
        }

        var tables = done.GetProperty("tables");
        var rows = tables.EnumerateArray().Sum(t => t.GetProperty("rows").GetInt64());
        Console.WriteLine($"{id} is purged: {tables.GetArrayLength()} {(tables.GetArrayLength() == 1 ? "table" : "tables")} with {rows} {(rows == 1 ? "row" : "rows")}. The backup {done.GetProperty("backup").GetString()} was made before it.");
        Say(done.GetProperty("versions"));
    }

    private static void Say(JsonElement removed)
    {
        foreach (var each in removed.EnumerateArray())
        {
            var later = each.GetProperty("filesGone").GetBoolean() ? "" : " Some of its files are in use, and go when the clinic starts the next time.";
            Console.WriteLine($"{each.GetProperty("id").GetString()} {each.GetProperty("version").GetString()} is removed.{later}");
        }
    }

    private static FileStream Open(string path, out bool isFolder)
    {
        isFolder = Directory.Exists(path);
        if (!isFolder) return File.Exists(path) ? File.OpenRead(path) : throw new CommandFailedException($"There is no file and no folder {path}.");
        var temporary = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose);
        try
        {
            FolderPackage.Write(path, temporary);
            temporary.Position = 0;
            return temporary;
        }
        catch (Exception error)
        {
            temporary.Dispose();
            throw error is PackageException ? new CommandFailedException(error.Message) : error;
        }
    }
}
