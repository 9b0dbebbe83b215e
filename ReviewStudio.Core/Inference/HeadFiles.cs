using Microsoft.Extensions.Options;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Blobs;

namespace ReviewStudio.Core.Inference;

/// <summary>
/// The files of heads, named by hash, below the data folder. With an object store they are kept there as well, and a node
/// that lacks one fetches it: a model is loaded from a file.
/// </summary>
public sealed class HeadFiles(StudioFolders folders, IBlobStore blobs, IOptions<BlobOptions> options) : IUseCase
{
    private const long Longest = 2L << 30;

    private bool Shared => options.Value.Store != BlobPlace.Folder;

    /// <summary>Where the file of a hash lies on this node, whether or not it is there.</summary>
    public string PathOf(string fileHash) => Path.Combine(folders.Heads, fileHash + ".onnx");

    /// <summary>Moves a finished file to its place.</summary>
    /// <param name="path">The file, in the heads' folder.</param>
    /// <param name="fileHash">SHA-256 of its bytes, 64 lower-case hexadecimal digits.</param>
    public async Task KeepAsync(string path, string fileHash, CancellationToken cancellation)
    {
        if (Shared)
        {
            await using var file = File.OpenRead(path);
            await blobs.SaveAsync(file, Longest, cancellation);
        }

        File.Move(path, PathOf(fileHash), overwrite: true);
    }

    /// <summary>Sees to it that the file is on this node, if it is anywhere.</summary>
    public async Task FetchAsync(string fileHash, CancellationToken cancellation)
    {
        var path = PathOf(fileHash);
        if (!Shared || File.Exists(path) || await blobs.OpenAsync(fileHash, cancellation) is not { } content)
        {
            return;
        }

        var coming = Path.Combine(folders.Heads, $".coming-{Guid.NewGuid():N}.onnx");
        try
        {
            await using (content)
            await using (var file = File.Create(coming))
            {
                var blob = await HashedCopy.RunAsync(content, file, Longest, cancellation);
                if (!string.Equals(blob.Hash, fileHash, StringComparison.Ordinal))
                {
                    throw new InvalidHeadException($"The object store gives other bytes for the head {fileHash} than were kept. Import or train it again.");
                }
            }

            File.Move(coming, path, overwrite: true);
        }
        finally
        {
            File.Delete(coming);
        }
    }
}
