using System.CommandLine;
using Smp.Sdk;

namespace Smp.Host.Commands;

/// <summary><c>smp users add|reset-password|list</c></summary>
internal static class UsersCommand
{
    public static Command Make()
    {
        var users = new Command("users", "People who can sign in.");
        users.Add(Add());
        users.Add(ResetPassword());
        users.Add(List());
        return users;
    }

    private static Command Add()
    {
        var name = new Option<string>("--name") { Description = "The name to sign in with.", HelpName = "NAME", Required = true };
        var fullName = new Option<string?>("--full-name") { Description = "The person's name as shown.", HelpName = "NAME" };
        var role = new Option<Role>("--role") { Description = $"What they are: {string.Join(", ", Enum.GetNames<Role>())}.", HelpName = "ROLE", Required = true };
        var command = new Command("add", "Adds somebody. The password is read from standard input, its first line.") { name, fullName, role };
        command.SetAction(async (parsed, token) =>
        {
            var password = Passwords.Read();
            await using var clinic = await ClinicClient.OpenAsync(parsed.GetValue(CommandLine.Data)!, token);
            await clinic.SendAsync(HttpMethod.Post, "/api/users", new
            {
                name = parsed.GetValue(name), fullName = parsed.GetValue(fullName), role = parsed.GetValue(role).ToString(), password,
            }, token);
            if (!parsed.GetValue(CommandLine.Json)) Console.WriteLine($"{parsed.GetValue(name)} can sign in as {parsed.GetValue(role)}.");
            return CommandLine.Done;
        });
        return command;
    }

    private static Command ResetPassword()
    {
        var name = new Option<string>("--name") { Description = "The name to sign in with.", HelpName = "NAME", Required = true };
        var command = new Command("reset-password", "Sets a new password, unlocks, and ends the user's sessions. It is read from standard input, its first line.") { name };
        command.SetAction(async (parsed, token) =>
        {
            var password = Passwords.Read();
            await using var clinic = await ClinicClient.ConnectAsync(parsed.GetValue(CommandLine.Data)!, token);
            await clinic.SendAsync(HttpMethod.Post, $"/api/users/{Uri.EscapeDataString(parsed.GetValue(name)!)}/password", new { password }, token);
            if (!parsed.GetValue(CommandLine.Json)) Console.WriteLine($"{parsed.GetValue(name)} has a new password.");
            return CommandLine.Done;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "Lists everybody.");
        command.SetAction(async (parsed, token) =>
        {
            await using var clinic = await ClinicClient.ConnectAsync(parsed.GetValue(CommandLine.Data)!, token);
            var users = (await clinic.SendAsync(HttpMethod.Get, "/api/users", null, token))!.Value;
            if (parsed.GetValue(CommandLine.Json)) Console.WriteLine(users.GetRawText());
            else
            {
                Table.Write(["Sign-in name", "Name", "Role", "Active"], [.. users.EnumerateArray().Select(u => new[]
                {
                    u.GetProperty("userName").GetString()!, u.GetProperty("name").GetString()!, u.GetProperty("role").GetString()!,
                    u.GetProperty("active").GetBoolean() ? "yes" : "no",
                })]);
            }

            return CommandLine.Done;
        });
        return command;
    }
}
