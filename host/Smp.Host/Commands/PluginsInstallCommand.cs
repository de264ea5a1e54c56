using System.CommandLine;
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
        var command = new Command("remove", "Removes a module's files. It has to be off. Its records stay.") { id, version };
        command.SetAction(async (parsed, token) =>
        {
            await using var clinic = await ClinicClient.OpenAsync(parsed.GetValue(CommandLine.Data)!, token);
            var path = $"/api/plugins/{Uri.EscapeDataString(parsed.GetValue(id)!)}"
                + (parsed.GetValue(version) is { } one ? $"/versions/{Uri.EscapeDataString(one)}" : "");
            var removed = (await clinic.SendAsync(HttpMethod.Delete, path, null, token))!.Value;
            if (parsed.GetValue(CommandLine.Json)) Console.WriteLine(removed.GetRawText());
            else
            {
                foreach (var each in removed.EnumerateArray())
                {
                    var later = each.GetProperty("filesGone").GetBoolean() ? "" : " Some of its files are in use, and go when the clinic starts the next time.";
                    Console.WriteLine($"{each.GetProperty("id").GetString()} {each.GetProperty("version").GetString()} is removed.{later}");
                }
            }

            return CommandLine.Done;
        });
        return command;
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
