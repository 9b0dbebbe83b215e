using System.Security.Cryptography;
using System.Text;

namespace ReviewStudio.Core.Accounts.Keys;

/// <summary>The shape of a key: <c>rs_</c>, 10 visible characters, an underscore, and a secret of 256 random bits.</summary>
internal static class ApiKeySecret
{
    private const string Begin = "rs_";
    private const int PrefixBytes = 5;
    private const int SecretBytes = 32;

    public static (string Key, string Prefix) Make()
    {
        var prefix = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PrefixBytes));
        return ($"{Begin}{prefix}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes))}", prefix);
    }

    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>The visible part of what somebody sent as a key; null when it has not the shape of one.</summary>
    public static string? PrefixOf(string? key) =>
        key is { Length: < 200 } && key.StartsWith(Begin, StringComparison.Ordinal) && key.Split('_') is [_, { Length: PrefixBytes * 2 } prefix, { Length: SecretBytes * 2 }]
            ? prefix
            : null;
}
