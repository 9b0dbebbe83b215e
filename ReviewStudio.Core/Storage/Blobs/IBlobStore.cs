using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Storage.Blobs;

/// <summary>A blob that is kept.</summary>
/// <param name="Hash">SHA-256 of its bytes, 64 lower-case hexadecimal digits: its only name.</param>
/// <param name="Length">In bytes.</param>
public sealed record StoredBlob(string Hash, long Length);

/// <summary>
/// Bytes by their hash: the same bytes are kept once. Nothing here tells of paths or of appending, so that an object
/// store can stand behind it.
/// </summary>
public interface IBlobStore
{
    /// <summary>Keeps a stream, hashing it on its way. Nothing of it is seen before all of it is on the disk.</summary>
    /// <param name="content">Read once, to its end.</param>
    /// <param name="most">The longest content that is taken, in bytes.</param>
    /// <exception cref="RefusedException"><c>blob.long</c>: the content is longer.</exception>
    Task<StoredBlob> SaveAsync(Stream content, long most, CancellationToken cancellation);

    /// <returns>A seekable stream, which the caller disposes; null when no such blob is kept.</returns>
    Task<Stream?> OpenAsync(string hash, CancellationToken cancellation);

    Task<bool> ExistsAsync(string hash, CancellationToken cancellation);

    /// <summary>Deletes a blob; one that is not there is as good as deleted.</summary>
    Task DeleteAsync(string hash, CancellationToken cancellation);
}
