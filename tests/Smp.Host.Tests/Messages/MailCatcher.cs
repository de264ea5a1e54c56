using System.Net;
using System.Net.Sockets;

namespace Smp.Host.Tests.Messages;

/// <summary>A mail server that takes everything, but what is for nobody; as far as RFC 5321 is needed.</summary>
internal sealed class MailCatcher : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;
    private readonly List<string> mails = [];

    public MailCatcher()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>What came, whole, in its order.</summary>
    public IReadOnlyList<string> Mails
    {
        get
        {
            lock (mails) return [.. mails];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await serving;
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                await TalkAsync(client.GetStream());
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or IOException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 catcher");
        while (await reader.ReadLineAsync(stop.Token) is { } line)
        {
            if (line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
            {
                await writer.WriteLineAsync("354 go on");
                var mail = new List<string>();
                while (await reader.ReadLineAsync(stop.Token) is { } part && part != ".") mail.Add(part);
                lock (mails) mails.Add(string.Join('\n', mail));
                await writer.WriteLineAsync("250 taken");
            }
            else if (line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase))
            {
                await writer.WriteLineAsync("221 bye");
                return;
            }
            else await writer.WriteLineAsync(line.Contains("nobody@", StringComparison.Ordinal) && line.StartsWith("RCPT", StringComparison.OrdinalIgnoreCase) ? "550 no such user" : "250 fine");
        }
    }
}
