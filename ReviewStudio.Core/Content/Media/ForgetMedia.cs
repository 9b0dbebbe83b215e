using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Blobs;

namespace ReviewStudio.Core.Content.Media;

/// <summary>Deletes media that no item holds any more, with all that was made of them.</summary>
public sealed class ForgetMedia(Database database, IBlobStore blobs, IEnumerable<IMediaForgotten> others) : IUseCase
{
    /// <param name="hashes">Hashes of the bytes as they came.</param>
    public async Task RunAsync(IReadOnlyCollection<string> hashes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        foreach (var hash in hashes)
        {
            var probe = await database.WriteAsync(
                async db =>
                {
                    var row = await db.Set<ItemPart>().AnyAsync(p => p.BlobHash == hash, cancellation)
                        ? null : await db.Set<MediaProbe>().SingleOrDefaultAsync(p => p.Hash == hash, cancellation);
                    if (row is not null)
                    {
                        await db.Set<MediaBand>().Where(b => db.Set<MediaPrint>().Any(p => p.Id == b.PrintId && p.ProbeId == row.Id)).ExecuteDeleteAsync(cancellation);
                        await db.Set<MediaPrint>().Where(p => p.ProbeId == row.Id).ExecuteDeleteAsync(cancellation);
                        foreach (var other in others)
                        {
                            await other.ForgetAsync(db, hash, cancellation);
                        }

                        db.Remove(row);
                        await db.SaveChangesAsync(cancellation);
                    }

                    return row;
                },
                cancellation);
            foreach (var made in new[] { probe?.Hash, probe?.ViewHash, probe?.ThumbnailHash, probe?.SheetHash, probe?.PeaksHash }.OfType<string>())
            {
                // The same bytes may have come in by themselves, or have been made of others.
                if (!await database.ReadAsync(db => db.Set<MediaProbe>().AnyAsync(p => p.Hash == made || p.ViewHash == made || p.ThumbnailHash == made || p.SheetHash == made || p.PeaksHash == made, cancellation), cancellation))
                {
                    await blobs.DeleteAsync(made, cancellation);
                }
            }
        }
    }
}
