using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Smp.Benchmarks.Startup;

/// <summary>One start, in milliseconds.</summary>
/// <param name="Took">From the start of the process to the end of the answer to its first request.</param>
/// <param name="Processor">The processor time it had used by then, which others on the machine hardly change; in steps of ten.</param>
internal sealed record Start(double Took, double Processor);

/// <summary>A server and the first request it is asked.</summary>
/// <param name="Name">As it is shown.</param>
/// <param name="Program">The published program.</param>
/// <param name="Arguments">Its arguments, but for the address.</param>
/// <param name="Path">What is asked for.</param>
/// <param name="Token">The API token that is sent along.</param>
internal sealed record Contestant(string Name, string Program, IReadOnlyList<string> Arguments, string Path, string? Token = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Starts the program, asks, and ends it again.</summary>
    /// <exception cref="BenchmarkException">The answer wasn't 200, or there was none.</exception>
    public async Task<Start> StartAsync()
    {
        var port = FreePort();
        var start = Tool.Plain(Program, [.. Arguments, "--urls", $"http://127.0.0.1:{port}"]);
        var request = Encoding.ASCII.GetBytes(
            $"GET {Path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{(Token is null ? "" : $"Authorization: Bearer {Token}\r\n")}\r\n");
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        // What it says is read, so that it never waits for a full pipe.
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        string? answer = null;
        try
        {
            while (answer is null && !process.HasExited && Stopwatch.GetElapsedTime(began) < Patience)
            {
                answer = Ask(port, request);
                if (answer is null) Thread.Sleep(1);
            }

            var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            if (answer?.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) == true) return new(took, process.TotalProcessorTime.TotalMilliseconds);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        throw new BenchmarkException($"{Name} didn't answer {Path} with 200.\n{answer}\n{string.Join('\n', await said)}");
    }

    // The whole answer; null while nobody listens. Over a plain socket: a client would spend the machine's time on exceptions.
    private static string? Ask(int port, byte[] request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var done = new ManualResetEventSlim();
        using var connect = new SocketAsyncEventArgs();
        connect.RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, port);
        connect.Completed += (_, _) => done.Set();
        if (socket.ConnectAsync(connect)) done.Wait();
        if (connect.SocketError != SocketError.Success) return null;
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        socket.Send(request);
        using var answer = new StreamReader(new NetworkStream(socket), Encoding.UTF8);
        return answer.ReadToEnd();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
