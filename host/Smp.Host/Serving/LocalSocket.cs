using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Smp.Runtime.Identity;

namespace Smp.Host.Serving;

/// <summary>The socket in the data folder, by which the command line talks to the host that owns the folder. Only the same user can open it.</summary>
internal static class LocalSocket
{
    public static void Listen(KestrelServerOptions kestrel, string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!OperatingSystem.IsWindows() && folder.StartsWith(Path.GetTempPath(), StringComparison.Ordinal))
        {
            const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Directory.CreateDirectory(folder, Own);
        }

        // Left behind by a process that was killed: the folder's lock says that nobody listens.
        File.Delete(path);
        kestrel.ListenUnixSocket(path, listen => listen.Use(next => connection =>
        {
            connection.Features.Set<ILocalConnection>(new LocalConnection(Environment.UserName));
            return next(connection);
        }));
    }

    public static void ListenOn(IWebHostBuilder host, string url) => host.ConfigureKestrel(kestrel =>
    {
        var address = BindingAddress.Parse(url);
        void Scheme(ListenOptions listen)
        {
            if (address.Scheme == "https") listen.UseHttps();
        }

        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip)) kestrel.Listen(ip, address.Port, Scheme);
        // A port that is free on one loopback address may be taken on the other.
        else if (address.Host == "localhost" && address.Port == 0) kestrel.Listen(IPAddress.Loopback, 0, Scheme);
        else if (address.Host == "localhost") kestrel.ListenLocalhost(address.Port, Scheme);
        else kestrel.ListenAnyIP(address.Port, Scheme);
    });

    public static void Protect(string path)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public static void Remove(string path) => File.Delete(path);

    /// <summary>A client that talks through a socket. It waits for as long as it is let.</summary>
    public static HttpClient Client(string path) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, token) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    {
        BaseAddress = new Uri("http://localhost"),
        // Who waits can stop by hand; a backup to a slow disk takes its time.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private sealed record LocalConnection(string OsUser) : ILocalConnection;
}
