using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Gold;

/// <summary>A reviewer's answer on a gold case beside the right one, both in the labels of the case's version.</summary>
/// <param name="ElapsedMilliseconds">From showing to answering.</param>
public sealed record GoldRating(
    long CaseId, Guid CasePublicId, long ReviewerId, string Given, string Answer, string Explanation, DateTime At, int ElapsedMilliseconds)
{
    public bool Right => string.Equals(Given, Answer, StringComparison.Ordinal);
}

/// <summary>Reads how reviewers did on gold.</summary>
internal static class GoldRatings
{
    /// <summary>The standing verdicts on gold under a policy, oldest first; of one reviewer, if one is given.</summary>
    public static async Task<List<GoldRating>> ReadAsync(StudioDbContext db, long policyId, CancellationToken cancellation, long? reviewerId = null)
    {
        // Of one reviewer by the index of their gold tasks; of all by the gold cases.
        var verdicts = reviewerId is { } one
            ? from task in db.Set<ReviewTask>()
              join verdict in db.Set<Verdict>() on task.Id equals verdict.TaskId
              where task.ReviewerId == one && task.Purpose == TaskPurpose.Gold && verdict.ReviewerId == one
              select verdict
            : db.Set<Verdict>();
        var rows = await (
            from verdict in verdicts
            join answer in db.Set<GoldAnswer>() on verdict.CaseId equals answer.CaseId
            join reviewCase in db.Set<ReviewCase>() on verdict.CaseId equals reviewCase.Id
            where verdict.Purpose == TaskPurpose.Gold && verdict.LabelKey != null && reviewCase.PolicyId == policyId
                && !db.Set<Verdict>().Any(later => later.SupersedesId == verdict.Id)
            orderby verdict.Id
            select new
            {
                verdict.CaseId, reviewCase.PublicId, verdict.ReviewerId, Given = verdict.LabelKey!, answer.LabelKey, answer.Explanation, verdict.CreatedAt,
                verdict.ElapsedMilliseconds, verdict.PolicyVersionId, Now = reviewCase.PolicyVersionId,
            }).ToListAsync(cancellation);
        var maps = new Dictionary<(long, long), LabelMap>();
        var ratings = new List<GoldRating>(rows.Count);
        foreach (var row in rows)
        {
            var given = row.Given;
            if (row.PolicyVersionId != row.Now)
            {
                if (!maps.TryGetValue((row.PolicyVersionId, row.Now), out var map))
                {
                    maps[(row.PolicyVersionId, row.Now)] = map = await LabelMaps.ReadAsync(db, row.PolicyVersionId, row.Now, cancellation);
                }

                given = map.Find(given);
            }

            if (given is not null)
            {
                ratings.Add(new GoldRating(row.CaseId, row.PublicId, row.ReviewerId, given, row.LabelKey, row.Explanation, row.CreatedAt, row.ElapsedMilliseconds));
            }
        }

        return ratings;
    }
}
