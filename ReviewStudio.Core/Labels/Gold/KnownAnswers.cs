using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Gold;

/// <summary>Picks a gold case for a reviewer: each meets them in an order of one's own, so that nobody can be told what comes.</summary>
public sealed class KnownAnswers : IKnownAnswers, IUseCase
{
    /// <summary>So many are chosen among at a time.</summary>
    private const int Choice = 256;

    /// <inheritdoc />
    public async Task<ReviewCase?> PickAsync(StudioDbContext db, ServedLane lane, string? source, long reviewerId, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(lane);
        var candidates = await (
            from answer in db.Set<GoldAnswer>()
            join reviewCase in db.Set<ReviewCase>() on answer.CaseId equals reviewCase.Id
            join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
            where answer.RetiredAt == null && reviewCase.QueueId == lane.QueueId && item.Language == lane.Language && item.Modality == lane.Modality
                && (source == null || item.Source == source)
                && !db.Set<ReviewTask>().Any(t => t.CaseId == reviewCase.Id && t.ReviewerId == reviewerId)
                && !db.Set<TaskSkip>().Any(s => s.CaseId == reviewCase.Id && s.ReviewerId == reviewerId)
            orderby answer.Id
            select reviewCase.Id).Take(Choice).ToListAsync(cancellation);
        if (candidates.Count == 0)
        {
            return null;
        }

        var picked = candidates.MinBy(id => Place(id, reviewerId));
        return await db.Set<ReviewCase>().AsNoTracking().SingleAsync(c => c.Id == picked, cancellation);
    }

    /// <inheritdoc />
    public Task<int> CountAsync(StudioDbContext db, IReadOnlyCollection<long> queueIds, ClaimRequest filter, long reviewerId, CancellationToken cancellation) => (
        from answer in db.Set<GoldAnswer>()
        join reviewCase in db.Set<ReviewCase>() on answer.CaseId equals reviewCase.Id
        join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
        where answer.RetiredAt == null && queueIds.Contains(reviewCase.QueueId)
            && (filter.Language == null || item.Language == filter.Language) && (filter.Modality == null || item.Modality == filter.Modality)
            && (filter.Source == null || item.Source == filter.Source)
            && !db.Set<ReviewTask>().Any(t => t.CaseId == reviewCase.Id && t.ReviewerId == reviewerId)
        select answer.Id).CountAsync(cancellation);

    private static ulong Place(long caseId, long reviewerId)
    {
        Span<byte> both = stackalloc byte[16];
        Span<byte> hash = stackalloc byte[32];
        BinaryPrimitives.WriteInt64LittleEndian(both, caseId);
        BinaryPrimitives.WriteInt64LittleEndian(both[8..], reviewerId);
        SHA256.HashData(both, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
