using System.CommandLine;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Smp.Host.Demo;
using Smp.Host.Serving;
using Smp.Runtime.Hosting;
using Smp.Runtime.Identity;

namespace Smp.Host.Commands;

/// <summary><c>smp serve</c></summary>
internal static class ServeCommand
{
    private const string DefaultUrl = "http://localhost:5080";

    public static Command Make()
    {
        var urls = new Option<string>("--urls") { Description = "The addresses to listen on, with ; between them.", HelpName = "URL", DefaultValueFactory = _ => DefaultUrl };
        var demo = new Option<bool>("--demo") { Description = "A clinic with sample data, to try things out. Without --data it is gone when it is stopped." };
        var safe = new Option<bool>("--safe-mode") { Description = "Start without any module." };
        var browser = new Option<FileInfo>("--browser") { Description = "The browser that prints documents: Chromium, Chrome or Edge. Found where it usually is when left out.", HelpName = "PATH" };
        browser.AcceptExistingOnly();
        urls.Validators.Add(parsed =>
        {
            foreach (var url in Split(parsed.GetValueOrDefault<string>()))
            {
                if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
                    parsed.AddError($"{url} is no address to listen on. One looks like {DefaultUrl}.");
            }
        });
        var command = new Command("serve", "Opens the clinic.") { urls, demo, safe, browser };
        command.SetAction((parsed, token) => ServeAsync(
            parsed.GetValue(demo) && parsed.GetResult(CommandLine.Data) is null or { Implicit: true } ? null : parsed.GetValue(CommandLine.Data),
            Split(parsed.GetValue(urls)!), parsed.GetValue(demo), parsed.GetValue(safe),
            parsed.GetValue(browser)?.FullName, token));
        return command;
    }

    /// <summary>How a clinic in a folder is opened.</summary>
    public static ClinicOptions Clinic(string data) => new()
    {
        DataFolder = data, BundledPlugins = [Path.Combine(AppContext.BaseDirectory, "plugins")],
    };

    private static async Task<int> ServeAsync(string? data, IReadOnlyList<string> urls, bool demo, bool safe, string? browser, CancellationToken token)
    {
        var folder = data ?? Directory.CreateTempSubdirectory("smp-demo-").FullName;
        try
        {
            await using var server = await StartAsync(new ServerOptions { Clinic = Clinic(folder) with { SafeMode = safe, Browser = browser }, Urls = urls }, token);
            var open = server.Urls.Count > 0 ? server.Urls[0] : DefaultUrl;
            Console.WriteLine($"The clinic is open: {open}");
            if (demo) await SayDemoAsync(server, data is null);
            else if (await server.Clinic.RunAsync(services => services.GetRequiredService<SetupLink>().OpenAsync(token)) is { } setup)
                Console.WriteLine($"Nobody can sign in yet. Set it up here, once: {open}/setup?token={setup}");
            foreach (var plugin in server.Clinic.Plugins.Where(p => p.IsTrouble))
                Console.WriteLine($"The module {plugin.Name} isn't running: {plugin.Reason}");
            Console.WriteLine($"Data: {folder} · stop with Ctrl+C");
            await server.WaitForShutdownAsync(token);
            return CommandLine.Done;
        }
        finally
        {
            if (data is null) Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<ClinicServer> StartAsync(ServerOptions options, CancellationToken token)
    {
        try
        {
            return await ClinicServer.StartAsync(options, token);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            throw new CommandFailedException($"Another program listens on {string.Join(" or ", options.Urls)}. Stop it, or name another address with --urls.");
        }
        catch (SocketException error)
        {
            throw new CommandFailedException($"{string.Join(" or ", options.Urls)} can't be listened on: {error.Message}");
        }
    }

    private static async Task SayDemoAsync(ClinicServer server, bool passing)
    {
        var password = $"demo-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        var users = await DemoClinic.AddAsync(server.Clinic, password);
        if (users.Count == 0)
        {
            Console.WriteLine("This folder holds a clinic already, so no sample data was added. Sign in as before.");
            return;
        }

        Console.WriteLine($"Sign in with the password {password} as:");
        foreach (var (name, role) in users) Console.WriteLine($"  {name,-8} {role}");
        if (passing) Console.WriteLine("It is a demonstration: everything in it is invented, and gone when it is stopped.");
    }

    private static string[] Split(string urls) => urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
