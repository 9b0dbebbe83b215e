using System.Net;
using System.Net.Sockets;

namespace ReviewStudio.Core.Webhooks.Sending;

/// <summary>
/// Which IP addresses a delivery may connect to: those of the public internet, after the special-purpose registries of
/// RFC 6890. A subscriber must not turn the server against the machines beside it.
/// </summary>
public static class AddressGuard
{
    /// <summary>IPv4 blocks that are no public unicast: own, private, shared, loopback, link-local, documentation, benchmarks, relay, multicast, reserved.</summary>
    private static readonly IPNetwork[] Closed4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>All public IPv6 lies here; loopback, link-local, unique local and multicast do not.</summary>
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    /// <summary>Protocol assignments with Teredo, documentation.</summary>
    private static readonly IPNetwork[] Closed6 = [.. new[] { "2001::/23", "2001:db8::/32", "3fff::/20" }.Select(IPNetwork.Parse)];

    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether the address is one of the public internet. An IPv4 address inside of an IPv6 one is judged as itself.</summary>
    public static bool IsPublic(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !Closed4.Any(block => block.Contains(address));
        }

        var bytes = address.GetAddressBytes();
        if (SixToFour.Contains(address))
        {
            return IsPublic(new IPAddress(bytes.AsSpan(2, 4)));
        }

        return Translated.Contains(address)
            ? IsPublic(new IPAddress(bytes.AsSpan(12, 4)))
            : Global6.Contains(address) && !Closed6.Any(block => block.Contains(address));
    }

    /// <summary>Whether it is this machine, which a setting can allow.</summary>
    public static bool IsLoopback(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
    }

    /// <summary>Whether a delivery may connect to it.</summary>
    public static bool Allows(IPAddress address, WebhookOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return IsPublic(address) || (options.AllowLoopback && IsLoopback(address));
    }
}
