using System.Collections.Concurrent;
using System.Net;
using Smp.Sdk;

namespace Smp.Consents.Remote;

/// <summary>How often one address may come to links in a minute: what anybody can reach is asked for by anybody.</summary>
internal sealed class VisitLimit(TimeProvider time)
{
    private const int PerMinute = 60, MaxAddresses = 10_000;

    private readonly ConcurrentDictionary<IPAddress, (long Minute, int Visits)> visits = new();

    /// <summary>Counts a visit.</summary>
    /// <exception cref="RefusedException">There were too many in this minute.</exception>
    public void Count(IPAddress? address)
    {
        var minute = time.GetUtcNow().Ticks / TimeSpan.TicksPerMinute;
        if (visits.Count > MaxAddresses) visits.Clear();
        var (_, count) = visits.AddOrUpdate(Whose(address), (minute, 1), (_, before) => before.Minute == minute ? (minute, before.Visits + 1) : (minute, 1));
        if (count > PerMinute) throw Refuse.Because($"There were too many visits from here in this minute. Wait a minute, and try again.");
    }

    // Of IPv6, whoever has one address has the rest of its network, too.
    private static IPAddress Whose(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily is not System.Net.Sockets.AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new(bytes);
    }
}
