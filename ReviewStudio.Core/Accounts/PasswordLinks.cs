using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;

namespace ReviewStudio.Core.Accounts;

/// <summary>
/// One-time password links. A link names its account and carries 192 random bits; the account's token row keeps only
/// their hash and the end of validity, so that a copy of the database opens nothing.
/// </summary>
internal static class PasswordLinks
{
    public const string Provider = "ReviewStudio";
    public const string Name = "password-link";

    /// <summary>How long a link holds.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public static (string Token, string Value) Make(Guid account, DateTime until)
    {
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        return ($"{account:N}.{secret}", $"{Hash(secret)} {until.Ticks.ToString(CultureInfo.InvariantCulture)}");
    }

    /// <summary>The account that a token names, and its secret; null when it is no token.</summary>
    public static (Guid Account, string Secret)? Parse(string? token) =>
        token?.Split('.') is [var account, { Length: 48 } secret] && Guid.TryParseExact(account, "N", out var id) ? (id, secret) : null;

    /// <summary>The end of validity of a stored row; null when there is no row.</summary>
    public static DateTime? Until(string? value) =>
        value?.Split(' ') is [_, var ticks] ? new DateTime(long.Parse(ticks, CultureInfo.InvariantCulture), DateTimeKind.Utc) : null;

    public static bool Fits(IdentityUserToken<long>? row, string secret, DateTime now) =>
        row?.Value is { } value && Until(value) > now
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(value.Split(' ')[0]), Encoding.ASCII.GetBytes(Hash(secret)));

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));
}
