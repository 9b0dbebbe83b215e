using System.Globalization;
using System.Security.Cryptography;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Storage.Blobs;

/// <summary>Blobs as files below the data folder, in 256 folders by the first two digits of their hash.</summary>
public sealed class FolderBlobStore(StudioFolders folders) : IBlobStore, IUseCase
{
    private const int ChunkLength = 128 * 1024;
    private const int HashLength = 64;

    public async Task<StoredBlob> SaveAsync(Stream content, long most, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(content);
        var incoming = Path.Combine(Directory.CreateDirectory(Path.Combine(folders.Blobs, "incoming")).FullName, Guid.CreateVersion7().ToString("N"));
        try
        {
            var blob = await WriteAsync(content, incoming, most, cancellation);
            var path = PathOf(blob.Hash);
            if (!File.Exists(path))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);

                // A rename within one file system is all or nothing; whoever comes second replaces bytes by the same bytes.
                File.Move(incoming, path, overwrite: true);
            }

            return blob;
        }
        finally
        {
            File.Delete(incoming);
        }
    }

    public Task<Stream?> OpenAsync(string hash, CancellationToken cancellation)
    {
        var path = PathOf(hash);
        return Task.FromResult<Stream?>(File.Exists(path)
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, ChunkLength, useAsync: true)
            : null);
    }

    public Task<bool> ExistsAsync(string hash, CancellationToken cancellation) => Task.FromResult(File.Exists(PathOf(hash)));

    public Task DeleteAsync(string hash, CancellationToken cancellation)
    {
        var path = PathOf(hash);
        if (File.Exists(path))
        {
            File.Delete(path);
        }

        return Task.CompletedTask;
    }

    private static async Task<StoredBlob> WriteAsync(Stream content, string path, long most, CancellationToken cancellation)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
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
            await file.WriteAsync(buffer.AsMemory(0, count), cancellation);
        }

        file.Flush(flushToDisk: true);
        return new StoredBlob(Convert.ToHexStringLower(sha.GetHashAndReset()), length);
    }

    private string PathOf(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return hash.Length == HashLength && hash.All(char.IsAsciiHexDigitLower)
            ? Path.Combine(folders.Blobs, hash[..2], hash)
            : throw new ArgumentException("A blob is named by 64 lower-case hexadecimal digits.", nameof(hash));
    }
}
