using System.Security.Cryptography;
using System.Text;

namespace ReviewStudio.Security;

/// <summary>
/// The way in when there is no administrator yet: a link in the log with a random token, good for an hour and one use.
/// Only its hash is kept, in memory; a restart writes a new link.
/// </summary>
public sealed class SetupLink(TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private readonly Lock _gate = new();
    private byte[]? _hash;
    private DateTimeOffset _until;

    /// <summary>Makes a token; an earlier one ends.</summary>
    public string Issue()
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        lock (_gate)
        {
            _hash = Hash(token);
            _until = clock.GetUtcNow() + Lifetime;
        }

        return token;
    }

    /// <summary>Whether the token would be taken now.</summary>
    public bool Fits(string? token)
    {
        lock (_gate)
        {
            return token is not null && _hash is not null && clock.GetUtcNow() < _until && CryptographicOperations.FixedTimeEquals(_hash, Hash(token));
        }
    }

    /// <summary>Takes the token; it works once.</summary>
    public bool Use(string? token)
    {
        lock (_gate)
        {
            var fits = Fits(token);
            _hash = fits ? null : _hash;
            return fits;
        }
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
