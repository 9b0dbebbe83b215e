using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace ReviewStudio.Core.Webhooks.Sending;

/// <summary>The address may not be connected to.</summary>
public sealed class AddressRefusedException(string message) : Exception(message);

/// <summary>
/// Opens the connections of deliveries. The name is looked up here, the addresses are judged, and the socket connects to
/// a judged address: a name that points elsewhere a moment later changes nothing.
/// </summary>
public sealed class GuardedConnector(IHostResolver resolver, IOptions<WebhookOptions> options) : IUseCase
{
    /// <returns>The connection; TLS is put on it by the caller.</returns>
    /// <exception cref="AddressRefusedException">One of the host's addresses is not of the public internet.</exception>
    /// <exception cref="SocketException">The name is unknown, or nobody answers.</exception>
    public async Task<Stream> ConnectAsync(DnsEndPoint target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(target);
        var addresses = await resolver.ResolveAsync(target.Host.Trim('[', ']'), cancellation);

        if (addresses.Count == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        // One bad address among good ones is refused as well: which of them is used would be chance.
        if (addresses.FirstOrDefault(a => !AddressGuard.Allows(a, options.Value)) is { } closed)
        {
            throw new AddressRefusedException(
                $"{target.Host} is at {closed}, which is not an address of the public internet. Deliveries do not go to private, local or metadata addresses.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], target.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
