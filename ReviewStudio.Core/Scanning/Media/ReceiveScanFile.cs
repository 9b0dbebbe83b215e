using System.Globalization;
using System.Security.Cryptography;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Media;

/// <summary>A part of content on its way through a scan: a text, or media.</summary>
/// <param name="Media">Media that are kept already, or that lie in a scratch file; null for a text.</param>
/// <param name="Length">Of the media, in bytes.</param>
public sealed record ScannedPart(string? Text, MediaToSee? Media = null, long Length = 0)
{
    public ItemPart Part() => Media is null
        ? new ItemPart { Modality = Modality.Text, Text = Text }
        : new ItemPart { Modality = MediaFormat.Of(Media.MediaType).Modality, BlobHash = Media.Hash, MediaType = Media.MediaType, Length = Length };
}

/// <summary>
/// Takes in a file that is to be scanned: told by content, bounded, hashed on its way into a scratch file. It is kept only
/// if the scan is; the caller deletes the scratch file.
/// </summary>
public sealed class ReceiveScanFile(StudioFolders folders) : IUseCase
{
    /// <summary>The longest file that is scanned, in bytes.</summary>
    public const long Longest = 25_000_000;

    /// <param name="content">Read to its end, unless it is refused before.</param>
    /// <exception cref="RefusedException"><c>media.…</c>: what it is, and what to send instead.</exception>
    public async Task<ScannedPart> RunAsync(Stream content, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(content);
        var path = Path.Combine(folders.Scratch, Guid.CreateVersion7().ToString("N"));
        try
        {
            var head = new byte[MediaSniffer.Needed];
            var read = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation);
            var format = MediaSniffer.Sniff(head.AsSpan(0, read));
            if (PixelSize.Read(format, head.AsSpan(0, read)) is var (width, height) && (long)width * height > PixelSize.Most)
            {
                throw new RefusedException("media.pixels", string.Create(
                    CultureInfo.InvariantCulture, $"The image says it has {width:N0} × {height:N0} pixels; at most {PixelSize.Most / 1_000_000} million are decoded. Send a smaller one."));
            }

            await using var whole = new PrefixedStream(head.AsMemory(0, read), content);
            var (hash, length) = await WriteAsync(whole, path, cancellation);
            return new ScannedPart(null, new MediaToSee(hash, format.Type, path), length);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private static async Task<(string Hash, long Length)> WriteAsync(Stream content, string path, CancellationToken cancellation)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew);
        var buffer = new byte[64 * 1024];
        long length = 0;
        while (await content.ReadAsync(buffer, cancellation) is > 0 and var count)
        {
            length += count;
            if (length > Longest)
            {
                throw new RefusedException("media.long", $"A file that is scanned has at most {Longest / 1_000_000} MB. Send a shorter one, or take it in as an item, which is looked at by a job.");
            }

            sha.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), cancellation);
        }

        return (Convert.ToHexStringLower(sha.GetHashAndReset()), length);
    }
}
