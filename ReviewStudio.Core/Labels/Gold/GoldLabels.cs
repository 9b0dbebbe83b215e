using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Gold;

/// <summary>Gives cases their known answer as the label, and calls off what was still asked of reviewers.</summary>
internal static class GoldLabels
{
    /// <param name="cases">Tracked; of any policy.</param>
    /// <returns>The cases with the rows that hold their labels.</returns>
    public static async Task<List<CaseLabel>> SettleAsync(
        StudioDbContext db, TimeProvider clock, IReadOnlyCollection<(ReviewCase Case, string Label)> cases, CancellationToken cancellation)
    {
        var ids = cases.Select(c => c.Case.Id).ToList();
        foreach (var policyId in cases.Select(c => c.Case.PolicyId).Distinct().Order())
        {
            await LabelWatermark.AnnounceAsync(db, policyId, cancellation);
        }

        await db.Set<ReviewTask>().Where(t => ids.Contains(t.CaseId) && t.State == TaskState.Pending)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.State, TaskState.Cancelled), cancellation);
        var settled = new List<CaseLabel>();
        foreach (var (reviewCase, label) in cases)
        {
            reviewCase.Gold = true;

            // It is shown like any other, so it needs a prediction like any other.
            reviewCase.UnscoredSince = reviewCase.HeadId is null ? clock.Instant() : reviewCase.UnscoredSince;
            reviewCase.State = CaseState.Labelled;
            reviewCase.LabelKey = label;
            reviewCase.ConcurrencyStamp = Guid.NewGuid();
            var row = new LabelledExample
            {
                CaseId = reviewCase.Id,
                PolicyId = reviewCase.PolicyId,
                PolicyVersionId = reviewCase.PolicyVersionId,
                LabelKey = label,
                Confidence = 1,
                SoftLabelJson = JsonSerializer.Serialize(new Dictionary<string, double>(StringComparer.Ordinal) { [label] = 1 }),
                Method = "gold",
                CreatedAt = clock.Instant(),
            };
            db.Add(row);
            settled.Add(new CaseLabel(reviewCase, row));
        }

        await db.SaveChangesAsync(cancellation);
        return settled;
    }
}
