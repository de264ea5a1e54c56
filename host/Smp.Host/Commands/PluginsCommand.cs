using System.CommandLine;
using System.Text.Json;

namespace Smp.Host.Commands;

/// <summary><c>smp plugins list|plan|enable|disable|upgrade|rollback|install|remove|check</c></summary>
internal static class PluginsCommand
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(500);
    private static readonly string[] Shown = ["id", "version", "state", "reason"];
    private static readonly string[] Actions = ["enable", "disable", "upgrade", "rollback", "remove"];

    public static Command Make()
    {
        var plugins = new Command("plugins", "Modules.");
        plugins.Add(List());
        plugins.Add(Plan());
        plugins.Add(Do("enable", "Turns a module on, or tries it again."));
        plugins.Add(Do("disable", "Turns a module off. Its records stay."));
        plugins.Add(Do("upgrade", "Chooses a higher version that lies beside the one that runs. If it can't run, that one goes on, and the exit code is 1."));
        plugins.Add(Do("rollback", "Chooses the version before."));
        plugins.Add(PluginsInstallCommand.Install());
        plugins.Add(PluginsInstallCommand.Remove());
        plugins.Add(PluginsCheckCommand.Make());
        return plugins;
    }

    private static Argument<string> Id() => new("id") { Description = "Which, as 'smp plugins list' shows." };

    private static Option<string?> Version() => new("--version") { Description = "Which version; without it, the next in order.", HelpName = "VERSION" };

    private static Command List()
    {
        var command = new Command("list", "Lists the modules, how each stands and why, and the versions that are there.");
        command.SetAction(async (parsed, token) =>
        {
            await using var clinic = await ClinicClient.OpenAsync(parsed.GetValue(CommandLine.Data)!, token);
            var plugins = (await clinic.SendAsync(HttpMethod.Get, "/api/plugins", null, token))!.Value.EnumerateArray().Select(p => (
                Row: Shown.ToDictionary(name => name, name => (object)p.GetProperty(name).GetString()!),
                Versions: p.GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("version").GetString()!).ToList())).ToList();
            if (parsed.GetValue(CommandLine.Json))
            {
                foreach (var (row, versions) in plugins) row["versions"] = versions;
                Console.WriteLine(JsonSerializer.Serialize(plugins.Select(p => p.Row)));
            }
            else if (plugins.Count == 0) Console.WriteLine("There are no modules here.");
            else
            {
                Table.Write(["Module", "Version", "State", "Beside it", "Reason"], [.. plugins.Select(p => new[]
                {
                    $"{p.Row["id"]}", $"{p.Row["version"]}", $"{p.Row["state"]}", string.Join(" ", p.Versions.Where(v => v != (string)p.Row["version"])), $"{p.Row["reason"]}",
                })]);
            }

            return CommandLine.Done;
        });
        return command;
    }

    private static Command Plan()
    {
        var action = new Argument<string>("action") { Description = string.Join(", ", Actions) + "." };
        action.AcceptOnlyFromAmong(Actions);
        var (id, version) = (Id(), Version());
        var purge = new Option<bool>("--purge") { Description = "For 'remove': with all its records." };
        var command = new Command("plan", "Says what would follow, and does nothing. Exit code 1 when it can't be done.") { action, id, version, purge };
        purge.Validators.Add(parsed =>
        {
            if (parsed.GetValueOrDefault<bool>() && parsed.GetValue(action) is not "remove") parsed.AddError("--purge goes with 'plan remove'.");
        });
        command.SetAction(async (parsed, token) =>
        {
            await using var clinic = await ClinicClient.OpenAsync(parsed.GetValue(CommandLine.Data)!, token);
            var answer = await PlanAsync(clinic, parsed.GetValue(id)!, parsed.GetValue(action)!, parsed.GetValue(version), token, parsed.GetValue(purge));
            if (parsed.GetValue(CommandLine.Json)) Console.WriteLine(answer.GetRawText());
            else PlanText.Write(answer.GetProperty("plan"));
            return answer.GetProperty("plan").GetProperty("impossible").GetArrayLength() == 0 ? CommandLine.Done : CommandLine.Failed;
        });
        return command;
    }

    private static Command Do(string verb, string description)
    {
        var (id, version) = (Id(), Version());
        var also = new Option<bool>("--also") { Description = "Turn off those that can't run without it, too. Without it, nothing is done, and they are named." };
        var yes = new Option<bool>("--yes") { Description = "Agree to what the version asks for beyond what was allowed, without being asked." };
        var reason = new Option<string?>("--reason") { Description = "Why, for the history.", HelpName = "WORDS" };
        var command = new Command(verb, description) { id, also, reason };
        var chooses = verb is "upgrade" or "rollback";
        if (chooses)
        {
            command.Add(version);
            command.Add(yes);
        }

        command.SetAction(async (parsed, token) =>
        {
            var which = parsed.GetValue(id)!;
            await using var clinic = await ClinicClient.OpenAsync(parsed.GetValue(CommandLine.Data)!, token);
            var chosen = chooses ? parsed.GetValue(version) : null;
            var accept = chooses ? await AgreeAsync(clinic, which, verb, chosen, parsed.GetValue(yes), token) : null;
            var order = new { version = chosen, alsoDisable = parsed.GetValue(also), accept, reason = parsed.GetValue(reason) };
            var plugin = await DoAsync(clinic, $"/api/plugins/{Uri.EscapeDataString(which)}/{verb}", order, token);
            var (state, why) = (plugin.GetProperty("state").GetString(), plugin.GetProperty("reason").GetString());
            // After a migration that can't be undone a version that fails can't make way for the one before.
            if (verb == "enable" ? state != "Enabled" : chooses && state is "Quarantined" or "Blocked" or "Incompatible") throw new CommandFailedException($"{which} is {state}: {why}");
            if (parsed.GetValue(CommandLine.Json)) Console.WriteLine(plugin.GetRawText());
            else Console.WriteLine(chooses ? $"{which} is at {plugin.GetProperty("version").GetString()}, {state}." : $"{which} is {state}.");
            return CommandLine.Done;
        });
        return command;
    }

    /// <summary>Has something done with a module, and says meanwhile how far it has come.</summary>
    internal static async Task<JsonElement> DoAsync(ClinicClient clinic, string path, object order, CancellationToken token)
    {
        return (await WatchAsync(clinic, clinic.SendAsync(HttpMethod.Post, path, order, token), "/api/plugins/progress", token))!.Value;
    }

    /// <summary>Waits for something that is being done, and says meanwhile how far it has come.</summary>
    internal static async Task<T> WatchAsync<T>(ClinicClient clinic, Task<T> doing, string progress, CancellationToken token)
    {
        using var line = new ProgressLine();
        while (await Task.WhenAny(doing, Task.Delay(Often, token)) != doing)
        {
            if (await SentenceAsync(clinic, progress, token) is { } said) line.Say(said, 0, 0);
        }

        return await doing;
    }

    // Null when there is nothing to say, or it can't be asked: what is being done goes on all the same, and its own answer counts.
    private static async Task<string?> SentenceAsync(ClinicClient clinic, string progress, CancellationToken token)
    {
        try
        {
            return (await clinic.SendAsync(HttpMethod.Get, progress, null, token))?.GetProperty("sentence").GetString();
        }
        catch (CommandFailedException)
        {
            return null;
        }
    }

    // Null where nobody has to agree. Who agrees does so to what is shown here, and to nothing else.
    private static async Task<string?> AgreeAsync(ClinicClient clinic, string id, string verb, string? version, bool yes, CancellationToken token)
    {
        var answer = await PlanAsync(clinic, id, verb, version, token);
        var plan = answer.GetProperty("plan");
        if (!plan.GetProperty("needsConsent").GetBoolean() || plan.GetProperty("impossible").GetArrayLength() > 0) return null;
        if (!yes)
        {
            if (Console.IsInputRedirected) throw new CommandFailedException($"{id} {plan.GetProperty("toVersion").GetString()} asks for more than it was allowed. 'smp plugins plan {verb} {id}' says for what; --yes agrees to it.");
            PlanText.Write(plan);
            Console.Write("Go on? [y/N] ");
            if (Console.ReadLine()?.Trim() is not ("y" or "Y" or "yes")) throw new CommandFailedException("Nothing was done.");
        }

        return answer.GetProperty("fingerprint").GetString();
    }

    internal static async Task<JsonElement> PlanAsync(ClinicClient clinic, string id, string action, string? version, CancellationToken token, bool purge = false) =>
        (await clinic.SendAsync(HttpMethod.Get,
            $"/api/plugins/{Uri.EscapeDataString(id)}/plan?action={action}{(version is null ? "" : $"&version={Uri.EscapeDataString(version)}")}{(purge ? "&purge=true" : "")}", null, token))!.Value;
}
