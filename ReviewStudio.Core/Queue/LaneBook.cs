using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>What makes two tasks takeable by exactly the same reviewers.</summary>
public sealed record LaneKey(
    long QueueId, string Language, string Modality, string Source, int Clearance, LaneAudience Audience, long OwnerId = 0);

/// <summary>Finds lanes and opens new ones as content asks for them.</summary>
public static class LaneBook
{
    /// <summary>The lane of the key, opened if absent, in the caller's write transaction.</summary>
    public static async Task<long> OpenAsync(StudioDbContext db, LaneKey key, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(key);
        if (await FindAsync(db, key, cancellation) is { } found)
        {
            return found;
        }

        // Somebody else may be opening it at this moment.
        await db.LockAsync($"lanes:{key.QueueId}", LockKind.Exclusive, cancellation);
        if (await FindAsync(db, key, cancellation) is { } opened)
        {
            return opened;
        }

        var lane = new Lane
        {
            QueueId = key.QueueId,
            Language = key.Language,
            Modality = key.Modality,
            Source = key.Source,
            Clearance = key.Clearance,
            Audience = key.Audience,
            OwnerId = key.OwnerId,
        };
        db.Add(lane);
        await db.SaveChangesAsync(cancellation);
        return lane.Id;
    }

    private static Task<long?> FindAsync(StudioDbContext db, LaneKey key, CancellationToken cancellation) => db.Set<Lane>()
        .Where(l => l.QueueId == key.QueueId && l.Language == key.Language && l.Modality == key.Modality && l.Source == key.Source
            && l.Clearance == key.Clearance && l.Audience == key.Audience && l.OwnerId == key.OwnerId)
        .Select(l => (long?)l.Id).SingleOrDefaultAsync(cancellation);
}
