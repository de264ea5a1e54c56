using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Smp.Host.Commands;

/// <summary><c>smp tokens create|list|revoke</c></summary>
internal static class TokensCommand
{
    public static Command Make()
    {
        var tokens = new Command("tokens", "API tokens.");
        tokens.Add(Create());
        tokens.Add(List());
        tokens.Add(Revoke());
        return tokens;
    }

    private static Command Create()
    {
        var user = new Option<string>("--user") { Description = "Whose: a sign-in name.", HelpName = "NAME", Required = true };
        var name = new Option<string>("--name") { Description = "What it is for.", HelpName = "WORDS", DefaultValueFactory = _ => "API" };
        var permissions = new Option<string[]>("--permission")
        {
            Description = "What it may, such as needles.view; several are named one after the other.", HelpName = "PERMISSION", AllowMultipleArgumentsPerToken = true,
        };
        var all = new Option<bool>("--all") { Description = "Whatever its owner may, now and later." };
        var command = new Command("create", "Makes a token, and prints it this one time.") { user, name, permissions, all };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(all) == (parsed.GetValue(permissions)?.Length > 0))
                parsed.AddError("Say what the token may: --permission P… or --all.");
        });
        command.SetAction(async (parsed, token) =>
        {
            await using var clinic = await ClinicClient.ConnectAsync(parsed.GetValue(CommandLine.Data)!, token);
            var made = (await clinic.SendAsync(HttpMethod.Post, "/api/tokens", new
            {
                user = parsed.GetValue(user), name = parsed.GetValue(name), permissions = parsed.GetValue(permissions), all = parsed.GetValue(all),
            }, token))!.Value.GetProperty("token").GetString();
            Console.WriteLine(parsed.GetValue(CommandLine.Json) ? JsonSerializer.Serialize(new { token = made }) : made);
            return CommandLine.Done;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "Lists tokens, without themselves.");
        command.SetAction(async (parsed, token) =>
        {
            await using var clinic = await ClinicClient.ConnectAsync(parsed.GetValue(CommandLine.Data)!, token);
            var tokens = (await clinic.SendAsync(HttpMethod.Get, "/api/tokens", null, token))!.Value;
            if (parsed.GetValue(CommandLine.Json)) Console.WriteLine(tokens.GetRawText());
            else
            {
                Table.Write(["Id", "User", "Name", "Made", "Revoked"], [.. tokens.EnumerateArray().Select(t => new[]
                {
                    t.GetProperty("id").GetInt64().ToString(CultureInfo.InvariantCulture), t.GetProperty("userName").GetString()!,
                    t.GetProperty("name").GetString()!, t.GetProperty("createdAt").GetString()!, t.GetProperty("revokedAt").GetString() ?? "",
                })]);
            }

            return CommandLine.Done;
        });
        return command;
    }

    private static Command Revoke()
    {
        var id = new Argument<long>("id") { Description = "Which, as 'smp tokens list' shows." };
        var command = new Command("revoke", "Ends a token at once.") { id };
        command.SetAction(async (parsed, token) =>
        {
            await using var clinic = await ClinicClient.ConnectAsync(parsed.GetValue(CommandLine.Data)!, token);
            await clinic.SendAsync(HttpMethod.Delete, $"/api/tokens/{parsed.GetValue(id)}", null, token);
            return CommandLine.Done;
        });
        return command;
    }
}
