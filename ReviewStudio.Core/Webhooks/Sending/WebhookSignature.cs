using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ReviewStudio.Core.Webhooks.Sending;

/// <summary>
/// How a receiver knows that an event is ours and fresh: HMAC-SHA256 (RFC 2104) with the subscription's secret over the
/// timestamp, a full stop, and the body as it was sent.
/// </summary>
public static class WebhookSignature
{
    /// <summary>The event's id: the same at every attempt.</summary>
    public const string IdHeader = "X-ReviewStudio-Id";

    /// <summary>When this attempt was signed, in seconds since 1970-01-01 UTC.</summary>
    public const string TimestampHeader = "X-ReviewStudio-Timestamp";

    /// <summary><c>v1=</c> and the signature in lower-case hex; several with commas between them while a secret is being replaced.</summary>
    public const string SignatureHeader = "X-ReviewStudio-Signature";

    /// <summary>Signs a body.</summary>
    /// <param name="secret">The whole secret as it was shown; its UTF-8 bytes are the key.</param>
    /// <param name="timestamp">Seconds since 1970-01-01 UTC.</param>
    /// <returns><c>v1=</c> and 64 hex digits.</returns>
    public static string Sign(string secret, long timestamp, string body) => "v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(
        Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{timestamp}.{body}"))));

    /// <summary>What a receiver does: whether one of the signatures is that of the body, compared in constant time.</summary>
    public static bool Verify(string secret, long timestamp, string body, string header)
    {
        ArgumentNullException.ThrowIfNull(header);
        var wanted = Encoding.ASCII.GetBytes(Sign(secret, timestamp, body));
        return header.Split(',', StringSplitOptions.TrimEntries)
            .Any(given => CryptographicOperations.FixedTimeEquals(wanted, Encoding.ASCII.GetBytes(given)));
    }
}
