using System.Net.Sockets;
using System.Text.Json;
using Smp.Host.Serving;
using Smp.Runtime.Hosting;

namespace Smp.Host.Commands;

/// <summary>
/// Talks to the clinic in a data folder: to the host that has it open, by the socket there; or, when none runs, to one that is
/// opened for this command alone and can be reached by nobody else.
/// </summary>
internal sealed class ClinicClient : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly HttpClient http;
    private readonly ClinicServer? own;

    private ClinicClient(HttpClient http, ClinicServer? own) => (this.http, this.own) = (http, own);

    /// <exception cref="DataFolderException">The folder can't be used.</exception>
    /// <exception cref="CommandFailedException">There is no clinic in it.</exception>
    public static Task<ClinicClient> ConnectAsync(string data, CancellationToken token) => File.Exists(Path.Combine(data, "clinic.db"))
        ? OpenAsync(data, token)
        : throw new CommandFailedException($"There is no clinic in {Path.GetFullPath(data)}. Name its folder with --data; 'smp serve' and 'smp users add' make one.");

    /// <summary>As <see cref="ConnectAsync"/>, and makes the clinic where there is none: for what comes before the first start.</summary>
    /// <exception cref="DataFolderException">The folder can't be used.</exception>
    public static async Task<ClinicClient> OpenAsync(string data, CancellationToken token)
    {
        var http = LocalSocket.Client(DataFolder.SocketOf(data));
        var until = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await AnswersAsync(http, token)) return new ClinicClient(http, null);
            try
            {
                var own = await ClinicServer.StartAsync(new ServerOptions
                {
                    Clinic = ServeCommand.Clinic(data) with { Scheduled = false }, LogToConsole = false,
                }, token);
                return new ClinicClient(http, own);
            }
            catch (DataFolderException error) when (error.IsHeld && TimeProvider.System.GetElapsedTime(until) < StartPatience)
            {
                // Another process has the folder and isn't listening yet, or not any more: one of the two will change.
                await Task.Delay(50, token);
            }
        }
    }

    /// <summary>Sends a request and gives back its answer's JSON, null when it has none.</summary>
    /// <exception cref="CommandFailedException">The clinic refused, and the message is what it said; or it didn't answer for 10 minutes.</exception>
    public Task<JsonElement?> SendAsync(HttpMethod method, string path, object? body, CancellationToken token) =>
        SendAsync(method, path, body is null ? null : JsonContent.Create(body, options: JsonSerializerOptions.Web), token);

    /// <summary>Sends a file and gives back the answer's JSON.</summary>
    /// <exception cref="CommandFailedException">The clinic refused, and the message is what it said; or it didn't answer for 10 minutes.</exception>
    public Task<JsonElement?> UploadAsync(string path, Stream file, CancellationToken token)
    {
        var content = new StreamContent(file);
        content.Headers.ContentType = new("application/octet-stream");
        return SendAsync(HttpMethod.Post, path, content, token);
    }

    private async Task<JsonElement?> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken token)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(token);
        until.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            using var response = await http.SendAsync(request, until.Token);
            return await ReadAsync(response, until.Token);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new CommandFailedException($"The clinic didn't answer for {Patience.TotalMinutes:0} minutes.");
        }
    }

    /// <summary>Asks for something that may take as long as it takes, such as reading everything there is.</summary>
    /// <exception cref="CommandFailedException">The clinic refused; the message is what it said.</exception>
    public async Task<JsonElement?> AskPatientlyAsync(string path, CancellationToken token)
    {
        using var response = await http.GetAsync(path, token);
        return await ReadAsync(response, token);
    }

    /// <summary>Copies an answer that may be of any length, as it comes.</summary>
    /// <exception cref="CommandFailedException">The clinic refused; the message is what it said.</exception>
    /// <exception cref="IOException">The answer broke off.</exception>
    public async Task CopyAsync(string path, Stream to, CancellationToken token)
    {
        using var response = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, token);
        if (!response.IsSuccessStatusCode) await ReadAsync(response, token);
        await response.Content.CopyToAsync(to, token);
        await to.FlushAsync(token);
    }

    private static async Task<JsonElement?> ReadAsync(HttpResponseMessage response, CancellationToken token)
    {
        var text = await response.Content.ReadAsStringAsync(token);
        var json = text.Length > 0 && response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true
            ? JsonSerializer.Deserialize<JsonElement>(text)
            : (JsonElement?)null;
        return response.IsSuccessStatusCode ? json : throw new CommandFailedException(Say(json, (int)response.StatusCode));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (own is not null) await own.DisposeAsync();
    }

    // What the problem document says, the fields named as the API names them.
    private static string Say(JsonElement? problem, int status)
    {
        if (problem is not { ValueKind: JsonValueKind.Object } document) return $"The clinic answered with status {status}.";
        var detail = document.TryGetProperty("detail", out var said) ? said.GetString() : null;
        if (document.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Object)
        {
            var fields = errors.EnumerateObject().SelectMany(e => e.Value.EnumerateArray().Select(m => $"{e.Name}: {m.GetString()}"));
            return string.Join(" ", fields);
        }

        return detail ?? (document.TryGetProperty("title", out var title) ? title.GetString()! : $"The clinic answered with status {status}.");
    }

    private static async Task<bool> AnswersAsync(HttpClient http, CancellationToken token)
    {
        try
        {
            using var answer = await http.GetAsync("/health/ready", token);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException error) when (error.InnerException is SocketException or IOException)
        {
            return false;
        }
    }
}
