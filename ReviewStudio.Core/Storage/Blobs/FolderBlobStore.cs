namespace ReviewStudio.Core.Storage.Blobs;

/// <summary>Blobs as files below the data folder, in 256 folders by the first two digits of their hash.</summary>
public sealed class FolderBlobStore(StudioFolders folders) : IBlobStore
{
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
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, HashedCopy.ChunkLength, useAsync: true)
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
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        var blob = await HashedCopy.RunAsync(content, file, most, cancellation);
        file.Flush(flushToDisk: true);
        return blob;
    }

    private string PathOf(string hash) => Path.Combine(folders.Blobs, HashedCopy.Demand(hash)[..2], hash);
}
