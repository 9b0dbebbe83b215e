using System.Globalization;
using System.Security.Cryptography;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Storage.Blobs;

/// <summary>Copies a stream and hashes it on its way, as every blob store must before it knows the blob's name.</summary>
internal static class HashedCopy
{
    public const int ChunkLength = 128 * 1024;
    private const int HashLength = 64;

    /// <exception cref="RefusedException"><c>blob.long</c>: there is more than <paramref name="most"/> bytes.</exception>
    public static async Task<StoredBlob> RunAsync(Stream content, Stream to, long most, CancellationToken cancellation)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[ChunkLength];
        long length = 0;
        while (await content.ReadAsync(buffer, cancellation) is > 0 and var count)
        {
            length += count;
            if (length > most)
            {
                throw new RefusedException("blob.long", string.Create(CultureInfo.InvariantCulture, $"The file is longer than {most / 1_000_000d:0.#} MB. Send a shorter one."));
            }

            sha.AppendData(buffer, 0, count);
            await to.WriteAsync(buffer.AsMemory(0, count), cancellation);
        }

        return new StoredBlob(Convert.ToHexStringLower(sha.GetHashAndReset()), length);
    }

    /// <summary>The name itself, when it is one: it becomes a part of a path.</summary>
    public static string Demand(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return hash.Length == HashLength && hash.All(char.IsAsciiHexDigitLower)
            ? hash
            : throw new ArgumentException("A blob is named by 64 lower-case hexadecimal digits.", nameof(hash));
    }
}
