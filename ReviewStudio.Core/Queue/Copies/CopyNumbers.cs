using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Copies;

/// <summary>
/// Tells cases which content they are of and the how many-eth of its kind they are under their policy, so that ranks, now
/// and at each rescoring, need no search.
/// </summary>
internal static class CopyNumbers
{
    private const int Chunk = 500;

    /// <summary>Numbers cases of one policy in the order given, in the caller's write transaction; it saves nothing.</summary>
    /// <param name="cases">With their items, whose parts are loaded.</param>
    public static async Task AssignAsync(StudioDbContext db, IReadOnlyCollection<(ReviewCase Case, Item Item)> cases, CancellationToken cancellation)
    {
        if (cases.Count == 0)
        {
            return;
        }

        var groups = await GroupsAsync(db, cases.SelectMany(c => c.Item.Parts).Select(p => p.BlobHash), cancellation);
        foreach (var (reviewCase, item) in cases)
        {
            (reviewCase.ContentPrint, reviewCase.LikePrint) = (ItemPrint.Exact(item.Parts), ItemPrint.Alike(item.Parts, groups));
        }

        var policyId = cases.First().Case.PolicyId;
        var own = cases.Select(c => c.Case.Id).Where(id => id > 0).ToList();
        var last = new Dictionary<long, int>();
        foreach (var prints in cases.Select(c => c.Case.LikePrint).OfType<long>().Distinct().Chunk(Chunk))
        {
            var there = await db.Set<ReviewCase>().Where(c => c.PolicyId == policyId && c.LikePrint != null && prints.Contains(c.LikePrint.Value) && !own.Contains(c.Id))
                .GroupBy(c => c.LikePrint!.Value).Select(g => new { g.Key, Last = g.Max(c => c.LikeOrdinal) }).ToListAsync(cancellation);
            there.ForEach(g => last[g.Key] = g.Last);
        }

        foreach (var (reviewCase, _) in cases)
        {
            reviewCase.LikeOrdinal = reviewCase.LikePrint is not { } print ? 0 : last.TryGetValue(print, out var before) ? before + 1 : 0;
            if (reviewCase.LikePrint is { } counted)
            {
                last[counted] = reviewCase.LikeOrdinal;
            }
        }
    }

    private static async Task<Dictionary<string, long>> GroupsAsync(StudioDbContext db, IEnumerable<string?> hashes, CancellationToken cancellation)
    {
        var groups = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var part in hashes.OfType<string>().Distinct(StringComparer.Ordinal).Chunk(Chunk))
        {
            var probes = await db.Set<MediaProbe>().Where(p => part.Contains(p.Hash)).Select(p => new { p.Hash, Group = p.LikeId ?? p.Id }).ToListAsync(cancellation);
            probes.ForEach(p => groups[p.Hash] = p.Group);
        }

        return groups;
    }
}
