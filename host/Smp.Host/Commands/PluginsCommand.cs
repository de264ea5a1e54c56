using System.CommandLine;
using System.Text.Json;

namespace Smp.Host.Commands;

/// <summary><c>smp plugins list|enable|disable|install|remove|check</c></summary>
internal static class PluginsCommand
{
    private static readonly string[] Shown = ["id", "version", "state", "reason"];

    public static Command Make()
    {
        var plugins = new Command("plugins", "Modules.");
        plugins.Add(List());
        plugins.Add(Switch("enable", "Turns a module on."));
        plugins.Add(Switch("disable", "Turns a module off. Its records stay."));
        plugins.Add(PluginsInstallCommand.Install());
        plugins.Add(PluginsInstallCommand.Remove());
        plugins.Add(PluginsCheckCommand.Make());
        return plugins;
    }

    private static Command List()
    {
        var command = new Command("list", "Lists the modules, how each stands and why.");
        command.SetAction(async (parsed, token) =>
        {
            await using var clinic = await ClinicClient.OpenAsync(parsed.GetValue(CommandLine.Data)!, token);
            var plugins = (await clinic.SendAsync(HttpMethod.Get, "/api/plugins", null, token))!.Value.EnumerateArray()
                .Select(p => Shown.ToDictionary(name => name, name => p.GetProperty(name).GetString()!)).ToList();
            if (parsed.GetValue(CommandLine.Json)) Console.WriteLine(JsonSerializer.Serialize(plugins));
            else if (plugins.Count == 0) Console.WriteLine("There are no modules here.");
            else Table.Write(["Module", "Version", "State", "Reason"], [.. plugins.Select(p => Shown.Select(name => p[name]).ToList())]);
            return CommandLine.Done;
        });
        return command;
    }

    private static Command Switch(string verb, string description)
    {
        var id = new Argument<string>("id") { Description = "Which, as 'smp plugins list' shows." };
        var command = new Command(verb, description) { id };
        command.SetAction(async (parsed, token) =>
        {
            await using var clinic = await ClinicClient.OpenAsync(parsed.GetValue(CommandLine.Data)!, token);
            var plugin = (await clinic.SendAsync(HttpMethod.Post, $"/api/plugins/{Uri.EscapeDataString(parsed.GetValue(id)!)}/{verb}", null, token))!.Value;
            var (state, reason) = (plugin.GetProperty("state").GetString(), plugin.GetProperty("reason").GetString());
            if (verb == "enable" && state != "Enabled") throw new CommandFailedException($"{parsed.GetValue(id)} is {state}: {reason}");
            if (parsed.GetValue(CommandLine.Json)) Console.WriteLine(plugin.GetRawText());
            else Console.WriteLine($"{parsed.GetValue(id)} is {state}.");
            return CommandLine.Done;
        });
        return command;
    }
}
