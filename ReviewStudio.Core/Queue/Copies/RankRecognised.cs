using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Copies;

/// <summary>Media are looked at after their items came in: where they turn out to be like earlier ones, waiting cases are numbered and ranked anew.</summary>
public sealed class RankRecognised(IQueueStatements statements) : IMediaRecognised, IUseCase
{
    private const int Chunk = 500;

    /// <inheritdoc />
    public async Task RecognisedAsync(StudioDbContext db, MediaProbe probe, IReadOnlyList<PdqPicture> pictures, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(probe);
        if (probe.LikeId is null)
        {
            return;
        }

        for (long after = 0; ;)
        {
            var last = after;
            var items = await db.Set<Item>().AsNoTracking().Include(i => i.Parts)
                .Where(i => i.Id > last && db.Set<ItemPart>().Any(p => p.ItemId == i.Id && p.BlobHash == probe.Hash)).OrderBy(i => i.Id).Take(Chunk).ToDictionaryAsync(i => i.Id, cancellation);
            if (items.Count == 0)
            {
                return;
            }

            var cases = await db.Set<ReviewCase>().Where(c => items.Keys.Contains(c.ItemId)).OrderBy(c => c.Id).ToListAsync(cancellation);
            foreach (var group in cases.GroupBy(c => c.PolicyId))
            {
                await RankAsync(db, [.. group.Select(c => (c, items[c.ItemId]))], cancellation);
            }

            after = items.Keys.Max();
        }
    }

    private async Task RankAsync(StudioDbContext db, List<(ReviewCase Case, Item Item)> cases, CancellationToken cancellation)
    {
        var before = cases.ToDictionary(c => c.Case.Id, c => c.Case.LikeOrdinal);
        await CopyNumbers.AssignAsync(db, cases, cancellation);
        await db.SaveChangesAsync(cancellation);
        var byId = cases.ToDictionary(c => c.Case.Id, c => c.Case);
        var queueIds = byId.Values.Select(c => c.QueueId).Distinct().ToList();
        var queues = await db.Set<ReviewQueue>().AsNoTracking().Where(q => queueIds.Contains(q.Id)).ToDictionaryAsync(q => q.Id, cancellation);
        var tasks = await db.Set<ReviewTask>().AsNoTracking()
            .Where(t => byId.Keys.Contains(t.CaseId) && t.Purpose == TaskPurpose.Review && (t.State == TaskState.Pending || t.State == TaskState.Leased))
            .GroupBy(t => t.CaseId).Select(g => new { CaseId = g.Key, Rank = g.Min(t => t.Rank) }).ToListAsync(cancellation);
        var ranks = tasks.ConvertAll(t =>
        {
            var (reviewCase, queue) = (byId[t.CaseId], queues[byId[t.CaseId].QueueId]);
            var whole = Ranks.ForCase(queue, reviewCase, reviewCase.Uncertainty, reviewCase.Severity);
            return whole with { Rank = Ranks.Renumbered(queue, reviewCase, t.Rank, before[t.CaseId]) };
        });
        await statements.ApplyRanksAsync(db, ranks, cancellation);
    }
}
