using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ReviewStudio.Core.Webhooks.Sending;

/// <summary>
/// How long to wait after a failure: doubling from the first delay up to the longest, of which the upper half is spread
/// so that deliveries that failed together do not come back together. The spread is a hash of delivery and attempt: it
/// can be told again, and differs between deliveries.
/// </summary>
public static class BackOff
{
    /// <param name="attempts">Attempts that failed, 1 and up.</param>
    /// <returns>From half of the full wait to the full wait.</returns>
    public static TimeSpan After(int attempts, Guid delivery, WebhookOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        var full = Math.Min(options.FirstDelay.TotalSeconds * Math.Pow(2, attempts - 1), options.LongestDelay.TotalSeconds);
        return TimeSpan.FromSeconds(full / 2 * (1 + Spread(attempts, delivery)));
    }

    /// <returns>In 0..1, the 1 left out.</returns>
    private static double Spread(int attempts, Guid delivery)
    {
        Span<byte> told = stackalloc byte[20];
        delivery.TryWriteBytes(told);
        BinaryPrimitives.WriteInt32BigEndian(told[16..], attempts);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(told, hash);
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) / (double)(1UL << 53);
    }
}
