using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Webhooks;

/// <summary>
/// Secrets of subscriptions. Unlike an API key's, a hash would not do, since each delivery is signed with the secret
/// itself: it is stored encrypted (AES-256-GCM) with a key that lies in the data folder and not in the database.
/// </summary>
public sealed class WebhookSecrets(StudioFolders folders) : IUseCase
{
    private const string Begin = "whsec_";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly Lazy<byte[]> _key = new(() => InstallationKey.Of(folders, "webhooks"));

    /// <summary>A new secret of 256 random bits, as its owner sees it this once.</summary>
    public static string Make() => Begin + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <param name="subscription">Bound to the secret, so that one row's secret does not open in another row.</param>
    public string Protect(string secret, Guid subscription)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key.Value, TagBytes);
        aes.Encrypt(
            sealedBytes.AsSpan(0, NonceBytes), plain, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes), subscription.ToByteArray());
        return Base64Url.EncodeToString(sealedBytes);
    }

    /// <exception cref="CryptographicException">It was sealed for another row or with another installation's key.</exception>
    public string Reveal(string sealedSecret, Guid subscription)
    {
        var bytes = Base64Url.DecodeFromChars(sealedSecret);
        if (bytes.Length < NonceBytes + TagBytes)
        {
            throw new CryptographicException("The stored secret is too short to be one.");
        }

        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(_key.Value, TagBytes);
        aes.Decrypt(
            bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes + TagBytes), bytes.AsSpan(NonceBytes, TagBytes), plain, subscription.ToByteArray());
        return Encoding.UTF8.GetString(plain);
    }
}
