using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets;

/// <summary>The labels of a policy as they stood at a watermark: streamed page by page, in order of case.</summary>
public sealed class ReadLabels(Database database) : IUseCase
{
    private const int Page = 2_000;

    /// <summary>The highest labelled-example id that is safe to pin a snapshot to; 0 when the policy has none.</summary>
    public Task<long> WatermarkAsync(long policyId, CancellationToken cancellation) =>
        database.WriteAsync(db => LabelWatermark.DrawAsync(db, policyId, cancellation), cancellation);

    /// <param name="frozen">True for the cases of frozen sets alone, false for all others.</param>
    public async IAsyncEnumerable<ExampleRow> AtAsync(long policyId, long watermark, bool frozen, [EnumeratorCancellation] CancellationToken cancellation)
    {
        long cursor = 0;
        while (true)
        {
            var after = cursor;
            var page = await database.ReadAsync(db => Rows(db, policyId, watermark, frozen, after).ToListAsync(cancellation), cancellation);
            foreach (var row in page)
            {
                yield return row;
            }

            if (page.Count < Page)
            {
                yield break;
            }

            cursor = page[^1].CaseKey;
        }
    }

    private static IQueryable<ExampleRow> Rows(StudioDbContext db, long policyId, long watermark, bool frozen, long after) => (
        from example in db.Set<LabelledExample>()
        join reviewCase in db.Set<ReviewCase>() on example.CaseId equals reviewCase.Id
        join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
        join version in db.Set<PolicyVersion>() on example.PolicyVersionId equals version.Id
        where example.PolicyId == policyId && example.Id <= watermark && example.CaseId > after && example.LabelKey != null
            && reviewCase.Frozen == frozen
            && !db.Set<LabelledExample>().Any(later => later.CaseId == example.CaseId && later.Id > example.Id && later.Id <= watermark)
        orderby example.CaseId
        select new ExampleRow
        {
            CaseKey = reviewCase.Id,
            ItemKey = item.Id,
            CaseId = reviewCase.PublicId,
            Source = item.Source,
            ExternalId = item.ExternalId,
            Language = item.Language,
            Modality = item.Modality,
            Text = item.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text).FirstOrDefault() ?? "",
            Label = example.LabelKey!,
            SoftLabel = example.SoftLabelJson,
            Confidence = example.Confidence,
            Method = example.Method,
            Reviewers = example.Reviewers,
            Stratum = reviewCase.Stratum,
            SamplingProbability = reviewCase.AuditProbability,
            InAuditSample = reviewCase.InAuditSample,
            RankedByHead = db.Set<Verdict>().Any(v => v.Id == example.VerdictId && v.HeadId != null),
            PolicyVersion = version.Number,
            LabelledAt = example.CreatedAt,
        }).Take(Page);
}
