using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Smp.Host.Commands;

/// <summary><c>smp call GET|POST|… PATH [--body JSON]</c>: everything else that the API can do, every module's part of it too.</summary>
internal static class CallCommand
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE"];

    public static Command Make()
    {
        var method = new Argument<string>("method") { Description = "GET, POST, PUT or DELETE.", HelpName = string.Join('|', Methods) };
        method.Validators.Add(parsed =>
        {
            if (parsed.Tokens is [var token] && !Methods.Contains(token.Value, StringComparer.OrdinalIgnoreCase)) parsed.AddError($"{token.Value} isn't a way to call. There are {string.Join(", ", Methods)}.");
        });
        var path = new Argument<string>("path") { Description = "The address in the API: /api/needles/lots. /api/openapi.json says which there are." };
        var body = new Option<string?>("--body") { Description = "The JSON to send; - reads it from standard input.", HelpName = "JSON" };
        var command = new Command("call", "Calls the clinic's API, as the one who runs this machine, and prints the answer.") { method, path, body };
        path.Validators.Add(parsed =>
        {
            if (!parsed.GetValueOrDefault<string>().StartsWith("/api/", StringComparison.Ordinal)) parsed.AddError("The path begins with /api/.");
        });
        command.SetAction(async (parsed, token) =>
        {
            var text = parsed.GetValue(body) is "-" ? await Console.In.ReadToEndAsync(token) : parsed.GetValue(body);
            JsonElement? json;
            try
            {
                json = text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);
            }
            catch (JsonException error)
            {
                throw new CommandFailedException($"The body isn't JSON: {error.Message}");
            }

            await using var clinic = await ClinicClient.ConnectAsync(parsed.GetValue(CommandLine.Data)!, token);
            var answer = await clinic.SendAsync(HttpMethod.Parse(parsed.GetValue(method)!.ToUpperInvariant()), parsed.GetValue(path)!, json, token);
            if (answer is { } said) Console.WriteLine(parsed.GetValue(CommandLine.Json) ? said.GetRawText() : JsonSerializer.Serialize(said, Readable));
            return CommandLine.Done;
        });
        return command;
    }
}
