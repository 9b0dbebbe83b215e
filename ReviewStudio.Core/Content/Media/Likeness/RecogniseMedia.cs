using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content.Media.Likeness;

/// <summary>What later rooms do when media turn out to be like others, in the transaction that keeps their prints.</summary>
public interface IMediaRecognised
{
    /// <param name="probe">Tracked; <see cref="MediaProbe.LikeId"/> is set where it is like others.</param>
    /// <param name="pictures">What was seen in it: one picture, or frames of a video.</param>
    Task RecognisedAsync(StudioDbContext db, MediaProbe probe, IReadOnlyList<PdqPicture> pictures, CancellationToken cancellation);
}

/// <summary>
/// Keeps the prints of media and finds the earliest media that they are like: a copy resized, recompressed, turned by
/// quarters or mirrored. What is like belongs to the group of that one, so that later nothing needs to be searched.
/// </summary>
public sealed class RecogniseMedia(IEnumerable<IMediaRecognised> later) : IUseCase
{
    // Of the frames of a video that tell anything, as many must be found in the other.
    private const double ShareOfFrames = 0.5;

    /// <param name="probe">Tracked, in the caller's write transaction.</param>
    internal async Task RunAsync(StudioDbContext db, MediaProbe probe, IReadOnlyList<PdqPicture> pictures, CancellationToken cancellation)
    {
        if (pictures.Count == 0 || await db.Set<MediaPrint>().AnyAsync(p => p.ProbeId == probe.Id, cancellation))
        {
            return;
        }

        // Two that are alike and are looked at at the same moment must find each other.
        await db.LockAsync("media-prints", LockKind.Exclusive, cancellation);
        var telling = pictures.Where(p => p.Quality >= PdqHash.LeastQuality).ToList();
        (probe.LikeId, probe.LikeDistance) = await EarliestAsync(db, probe, telling, cancellation);
        var prints = pictures.Select((p, i) => MediaPrint.Of(probe.Id, i, p)).ToList();
        db.AddRange(prints);
        await db.SaveChangesAsync(cancellation);
        db.AddRange(prints.Zip(pictures).Where(p => p.Second.Quality >= PdqHash.LeastQuality)
            .SelectMany(p => Bands.KeysOf(p.Second.Hash).Select(key => new MediaBand { Key = key, PrintId = p.First.Id })));
        await db.SaveChangesAsync(cancellation);
        foreach (var room in later)
        {
            await room.RecognisedAsync(db, probe, pictures, cancellation);
        }
    }

    /// <summary>The first of the group that it belongs to, and how far the nearest found print is.</summary>
    private static async Task<(long? Id, int? Distance)> EarliestAsync(StudioDbContext db, MediaProbe probe, List<PdqPicture> telling, CancellationToken cancellation)
    {
        var frames = new Dictionary<long, int>();
        var nearest = new Dictionary<long, int>();
        foreach (var picture in telling)
        {
            foreach (var media in (await FindAlike.RunAsync(db, picture.AllWays, PdqHash.Near, cancellation)).GroupBy(p => p.ProbeId))
            {
                frames[media.Key] = frames.GetValueOrDefault(media.Key) + 1;
                nearest[media.Key] = Math.Min(nearest.GetValueOrDefault(media.Key, PdqHash.Bits), media.Min(p => p.Distance));
            }
        }

        var wanted = Math.Max(1, (int)Math.Ceiling(telling.Count * ShareOfFrames));
        var ids = frames.Where(f => f.Value >= wanted && f.Key != probe.Id).Select(f => f.Key).ToList();
        var first = await db.Set<MediaProbe>().AsNoTracking().Where(p => ids.Contains(p.Id)).OrderBy(p => p.Id)
            .Select(p => new { p.Id, p.LikeId, p.MediaType }).ToListAsync(cancellation);
        var modality = MediaFormat.Of(probe.MediaType).Modality;
        var like = first.Find(p => MediaFormat.Of(p.MediaType).Modality == modality);
        return like is null ? (null, null) : (like.LikeId ?? like.Id, nearest[like.Id]);
    }
}
