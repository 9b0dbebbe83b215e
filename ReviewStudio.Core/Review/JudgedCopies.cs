using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>How an earlier case is like the one at hand, the closest first.</summary>
public enum Likeness
{
    /// <summary>All of its content is the same.</summary>
    Same,

    /// <summary>All of its content is the same or nearly so.</summary>
    Alike,

    /// <summary>One of its images, sounds or videos is the same.</summary>
    SamePart,

    /// <summary>One of its images or videos is nearly the same.</summary>
    AlikePart,
}

/// <summary>A judged case of the same or nearly the same content.</summary>
/// <param name="Part">What is alike, where it is one part.</param>
/// <param name="Reviewer">Who gave the last verdict on it.</param>
public sealed record JudgedCopy(Guid CaseId, Likeness Likeness, Modality? Part, string LabelKey, string Reviewer, DateTime At);

/// <summary>Finds what was judged before of an item's content, from what is stored about each case and each file: nothing is searched.</summary>
internal static class JudgedCopies
{
    /// <summary>Most that are shown.</summary>
    public const int Most = 3;

    // Of a group of near-duplicates, as many are looked at: the first ones are judged first.
    private const int Looked = 64;

    public static async Task<IReadOnlyList<JudgedCopy>> ReadAsync(StudioDbContext db, ReviewCase reviewCase, Item item, CancellationToken cancellation)
    {
        var found = new Dictionary<long, Found>();
        if (reviewCase.LikePrint is { } print)
        {
            var cases = await db.Set<ReviewCase>().Where(c => c.PolicyId == reviewCase.PolicyId && c.LikePrint == print && c.LikeOrdinal < Looked && c.LabelKey != null && c.Id != reviewCase.Id)
                .OrderByDescending(c => c.Id).Select(c => new { c.Id, c.PublicId, c.ContentPrint, c.LabelKey }).Take(Looked).ToListAsync(cancellation);
            cases.ForEach(c => found.Add(c.Id, new Found(c.PublicId, c.ContentPrint == reviewCase.ContentPrint ? Likeness.Same : Likeness.Alike, null, c.LabelKey!)));
        }

        foreach (var part in item.Parts.Where(p => p.BlobHash is not null && found.Count < Most))
        {
            await AddPartAsync(db, reviewCase, part, found, cancellation);
        }

        return found.Count == 0 ? [] : await WithVerdictsAsync(db, found, cancellation);
    }

    private static async Task AddPartAsync(StudioDbContext db, ReviewCase reviewCase, ItemPart part, Dictionary<long, Found> found, CancellationToken cancellation)
    {
        var group = await db.Set<MediaProbe>().Where(p => p.Hash == part.BlobHash).Select(p => (long?)(p.LikeId ?? p.Id)).SingleOrDefaultAsync(cancellation);
        var hashes = group is null ? [part.BlobHash!]
            : await db.Set<MediaProbe>().Where(p => p.Id == group || p.LikeId == group).OrderBy(p => p.Id).Select(p => p.Hash).Take(Looked).ToListAsync(cancellation);
        var cases = await (
            from other in db.Set<ItemPart>()
            join judged in db.Set<ReviewCase>() on other.ItemId equals judged.ItemId
            where hashes.Contains(other.BlobHash!) && judged.PolicyId == reviewCase.PolicyId && judged.LabelKey != null && judged.Id != reviewCase.Id
            orderby judged.Id descending
            select new { judged.Id, judged.PublicId, judged.LabelKey, other.BlobHash }).Take(Looked).ToListAsync(cancellation);
        foreach (var judged in cases)
        {
            found.TryAdd(judged.Id, new Found(judged.PublicId, judged.BlobHash == part.BlobHash ? Likeness.SamePart : Likeness.AlikePart, part.Modality, judged.LabelKey!));
        }
    }

    /// <summary>
    /// Only what people judged is told: a label that was taken over rests on another case, which is among these. And only
    /// what is over: of a known answer, or of a case that waits for a blind verdict, nobody is to learn what was said.
    /// </summary>
    private static async Task<IReadOnlyList<JudgedCopy>> WithVerdictsAsync(StudioDbContext db, Dictionary<long, Found> found, CancellationToken cancellation)
    {
        var verdicts = await (
            from verdict in db.Set<Verdict>()
            join reviewer in db.Set<Reviewer>() on verdict.ReviewerId equals reviewer.Id into reviewers
            from reviewer in reviewers.DefaultIfEmpty()
            join judged in db.Set<ReviewCase>() on verdict.CaseId equals judged.Id
            where found.Keys.Contains(verdict.CaseId) && verdict.LabelKey != null && verdict.Purpose != TaskPurpose.Gold && !judged.Gold && !db.Set<Verdict>().Any(later => later.SupersedesId == verdict.Id)
                && !db.Set<ReviewTask>().Any(t => t.CaseId == verdict.CaseId && (t.State == TaskState.Pending || t.State == TaskState.Leased))
            orderby verdict.Id
            select new { verdict.CaseId, verdict.CreatedAt, Name = reviewer == null ? "unknown" : reviewer.DisplayName }).ToListAsync(cancellation);
        return [.. verdicts.GroupBy(v => v.CaseId).Select(g => (found[g.Key], g.Last()))
            .Select(c => new JudgedCopy(c.Item1.CaseId, c.Item1.Likeness, c.Item1.Part, c.Item1.LabelKey, c.Item2.Name, c.Item2.CreatedAt))
            .OrderBy(c => c.Likeness).ThenByDescending(c => c.At).Take(Most)];
    }

    private sealed record Found(Guid CaseId, Likeness Likeness, Modality? Part, string LabelKey);
}
