using System.Net;

namespace ReviewStudio.Core.Webhooks.Sending;

/// <summary>Turns a host's name into addresses.</summary>
public interface IHostResolver
{
    /// <exception cref="System.Net.Sockets.SocketException">The name is unknown.</exception>
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation);
}

/// <summary>Asks the system's resolver.</summary>
internal sealed class SystemHostResolver : IHostResolver, IUseCase
{
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation) =>
        IPAddress.TryParse(host, out var address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellation);
}
