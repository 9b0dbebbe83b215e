using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Adjudication;

/// <summary>Finds the latest adjudications under a policy, by their own index.</summary>
internal static class LatestAdjudications
{
    /// <summary>Adjudications of all policies among which a policy's are looked for, the latest.</summary>
    public const int Back = 10_000;

    private const int Step = 500;

    /// <summary>Keys of verdicts that stand, the latest first.</summary>
    /// <param name="which">What else must hold of them.</param>
    public static async Task<List<long>> FindAsync(StudioDbContext db, long policyId, Expression<Func<Verdict, bool>> which, int most, CancellationToken cancellation)
    {
        var found = new List<long>();
        var before = long.MaxValue;
        for (var looked = 0; looked < Back && found.Count < most; looked += Step)
        {
            var page = await db.Set<Verdict>().Where(v => v.Purpose == TaskPurpose.Adjudication && v.Id < before).OrderByDescending(v => v.Id).Take(Step).Select(v => v.Id).ToListAsync(cancellation);
            if (page.Count == 0)
            {
                break;
            }

            // The policy is compared here: a planner without statistics would begin with all of its cases.
            var rows = await (
                from verdict in db.Set<Verdict>().Where(which)
                join reviewCase in db.Set<ReviewCase>() on verdict.CaseId equals reviewCase.Id
                where page.Contains(verdict.Id) && verdict.LabelKey != null && !db.Set<Verdict>().Any(later => later.SupersedesId == verdict.Id)
                orderby verdict.Id descending
                select new { verdict.Id, reviewCase.PolicyId }).ToListAsync(cancellation);
            found.AddRange(rows.Where(r => r.PolicyId == policyId).Select(r => r.Id));
            before = page[^1];
        }

        return [.. found.Take(most)];
    }
}
