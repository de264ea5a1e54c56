using System.CommandLine;
using System.Text.Json;
using Smp.Runtime.Packages;

namespace Smp.Host.Commands;

/// <summary><c>smp plugins check</c></summary>
internal static class PluginsCheckCommand
{
    public static Command Make()
    {
        var path = new Argument<string>("plugin") { Description = "A folder with plugin.json in it, or a package (.nupkg)." };
        var command = new Command("check", "Says everything that speaks against a plugin on this host, for those who make one. It needs no clinic, and runs none of the plugin's code. Exit code 1 when anything does.") { path };
        command.SetAction((parsed, token) =>
        {
            var plugin = PluginCheck.Run(parsed.GetValue(path)!, token);
            if (parsed.GetValue(CommandLine.Json)) Console.WriteLine(JsonSerializer.Serialize(plugin, JsonSerializerOptions.Web));
            else if (plugin.Complaints.Count == 0) Console.WriteLine($"{plugin.Id} {plugin.Version} can be installed on a host with SDK {plugin.Sdk}.");
            else foreach (var complaint in plugin.Complaints) Console.Error.WriteLine($"smp: {complaint}");
            return Task.FromResult(plugin.Complaints.Count == 0 ? CommandLine.Done : CommandLine.Failed);
        });
        return command;
    }
}
