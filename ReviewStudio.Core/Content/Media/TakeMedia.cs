using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Blobs;

namespace ReviewStudio.Core.Content.Media;

/// <summary>Media that is kept and may become a part of an item.</summary>
public sealed record TakenMedia(string Hash, string MediaType, long Length, Modality Modality)
{
    public ItemPart Part() => new() { Modality = Modality, BlobHash = Hash, MediaType = MediaType, Length = Length };
}

/// <summary>Takes the bytes of one image, sound or video in: told by content, bounded, kept once. What looks closer comes later, as a job.</summary>
public sealed class TakeMedia(Database database, IBlobStore blobs, TimeProvider clock) : IUseCase
{
    /// <summary>The longest file, in bytes.</summary>
    public const long Longest = 2_000_000_000;

    /// <summary>The longest image file, in bytes.</summary>
    public const long LongestImage = 100_000_000;

    /// <param name="content">Read to its end, unless it is refused before.</param>
    /// <exception cref="RefusedException"><c>media.…</c> or <c>blob.long</c>: what it is, and what to send instead.</exception>
    public async Task<TakenMedia> RunAsync(Stream content, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
        var head = new byte[MediaSniffer.Needed];
        var length = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation);
        var format = MediaSniffer.Sniff(head.AsSpan(0, length));
        if (PixelSize.Read(format, head.AsSpan(0, length)) is var (width, height) && (long)width * height > PixelSize.Most)
        {
            throw new RefusedException("media.pixels", string.Create(
                CultureInfo.InvariantCulture, $"The image says it has {width:N0} × {height:N0} pixels; at most {PixelSize.Most / 1_000_000} million are decoded. Send a smaller one."));
        }

        await using var whole = new PrefixedStream(head.AsMemory(0, length), content);
        var blob = await blobs.SaveAsync(whole, format.Modality == Modality.Image ? LongestImage : Longest, cancellation);
        await KeepAsync(blob, format, cancellation);
        return new TakenMedia(blob.Hash, format.Type, blob.Length, format.Modality);
    }

    private Task KeepAsync(StoredBlob blob, MediaFormat format, CancellationToken cancellation) => database.WriteAsync(
        async db =>
        {
            await db.LockAsync("media:" + blob.Hash[..16], LockKind.Exclusive, cancellation);
            var now = clock.Instant();

            // Sent again, they wait for their item again.
            if (await db.Set<MediaProbe>().Where(p => p.Hash == blob.Hash).ExecuteUpdateAsync(set => set.SetProperty(p => p.CreatedAt, now), cancellation) == 0)
            {
                db.Add(new MediaProbe { Hash = blob.Hash, MediaType = format.Type, Length = blob.Length, CreatedAt = now });
                await db.SaveChangesAsync(cancellation);
            }
        },
        cancellation);
}
