using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>The lanes that a case's tasks belong in, by what the item is and what the queue asks of reviewers now.</summary>
public static class CaseLanes
{
    /// <summary>The lane of reviewers for a case, opened if absent, in the caller's write transaction.</summary>
    public static Task<long> ForReviewAsync(StudioDbContext db, ReviewQueue queue, ReviewCase reviewCase, CancellationToken cancellation) =>
        OpenAsync(db, reviewCase, item => Key(queue, item, LaneAudience.Reviewers), cancellation);

    /// <summary>The lane of those who may adjudicate a case, opened if absent, in the caller's write transaction.</summary>
    public static Task<long> ForAdjudicationAsync(StudioDbContext db, ReviewQueue queue, ReviewCase reviewCase, CancellationToken cancellation) =>
        OpenAsync(db, reviewCase, item => Adjudication(queue, Key(queue, item, LaneAudience.Leads)), cancellation);

    /// <summary>The personal lane of one reviewer for a case, opened if absent, in the caller's write transaction.</summary>
    public static Task<long> ForAsync(StudioDbContext db, ReviewQueue queue, ReviewCase reviewCase, long reviewerId, CancellationToken cancellation) =>
        OpenAsync(db, reviewCase, item => Key(queue, item, LaneAudience.Personal) with { OwnerId = reviewerId }, cancellation);

    /// <summary>Turns the key of a case's lane into that of its adjudication.</summary>
    internal static LaneKey Adjudication(ReviewQueue queue, LaneKey key) => queue.Plan.AdjudicatorClearance == 0
        ? key with { Audience = LaneAudience.Leads, Clearance = queue.RequiredClearance, OwnerId = 0 }
        : key with { Audience = LaneAudience.Adjudicators, Clearance = Math.Max(queue.RequiredClearance, queue.Plan.AdjudicatorClearance), OwnerId = 0 };

    private static LaneKey Key(ReviewQueue queue, LaneItem item, LaneAudience audience) =>
        new(queue.Id, item.Language, item.Modality, item.Source, queue.RequiredClearance, audience);

    private static async Task<long> OpenAsync(StudioDbContext db, ReviewCase reviewCase, Func<LaneItem, LaneKey> key, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(reviewCase);
        var item = await db.Set<Item>().Where(i => i.Id == reviewCase.ItemId)
            .Select(i => new LaneItem(i.Language, i.Modality, i.Source)).SingleAsync(cancellation);
        return await LaneBook.OpenAsync(db, key(item), cancellation);
    }

    private sealed record LaneItem(string Language, string Modality, string Source);
}
