using System.Security.Cryptography;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content.Media.Likeness;

/// <summary>By what a file is told from others: its bytes, and what it looks like.</summary>
/// <param name="Sha256">64 lower-case hex digits.</param>
/// <param name="Pictures">One of an image, several of a video, none of anything else.</param>
public sealed record FileMarks(string Sha256, IReadOnlyList<PdqPicture> Pictures);

/// <summary>Reads the marks of a file that is not kept. Any bytes have a SHA-256; what is no media that is taken in has nothing else.</summary>
public sealed class MarkFile(StudioFolders folders, MediaTools tools, LookAlike look) : IUseCase
{
    /// <param name="content">Read to its end.</param>
    /// <param name="most">The longest that is taken, in bytes.</param>
    /// <exception cref="RefusedException"><c>blob.long</c>, <c>media.damaged</c>, <c>media.pixels</c> or <c>media.slow</c>.</exception>
    public async Task<FileMarks> RunAsync(Stream content, long most, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(content);
        var path = Path.Combine(Directory.CreateDirectory(folders.Scratch).FullName, Guid.CreateVersion7().ToString("N"));
        try
        {
            var hash = await CopyAsync(content, path, most, stop);
            return new FileMarks(hash, await PicturesAsync(path, stop));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<string> CopyAsync(Stream content, string path, long most, CancellationToken stop)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew);
        var buffer = new byte[64 * 1024];
        while (await content.ReadAsync(buffer, stop) is > 0 and var count)
        {
            if (file.Length + count > most)
            {
                throw new RefusedException("blob.long", $"The file is longer than the {most / 1_000_000:N0} MB that are taken here.");
            }

            sha.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), stop);
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    private async Task<IReadOnlyList<PdqPicture>> PicturesAsync(string path, CancellationToken stop)
    {
        var head = new byte[MediaSniffer.Needed * 2];
        await using (var file = File.OpenRead(path))
        {
            head = head[..await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, stop)];
        }

        if (Format(head) is not { } format || format.Modality == Modality.Audio || !tools.Available)
        {
            return [];
        }

        var facts = HeaderFacts.Read(format, head, new FileInfo(path).Length) ?? MediaFacts.Read(await tools.ProbeAsync(path, format, stop));
        if ((long)(facts.Width ?? 0) * (facts.Height ?? 0) > PixelSize.Most)
        {
            throw new RefusedException("media.pixels", $"It has more than the {PixelSize.Most / 1_000_000} million pixels that are decoded.");
        }

        return facts.VideoCodec.Length == 0 ? [] : await look.RunAsync(path, format, format == MediaFormat.Jpeg ? ExifOrientation.Read(head) : 1, facts.Duration, stop);
    }

    private static MediaFormat? Format(byte[] head)
    {
        try
        {
            return MediaSniffer.Sniff(head.AsSpan(0, Math.Min(head.Length, MediaSniffer.Needed)));
        }
        catch (RefusedException)
        {
            return null;
        }
    }
}
