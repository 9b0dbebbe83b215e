using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Agreements;

/// <summary>Which verdicts to compare. Null leaves a dimension open.</summary>
/// <param name="PolicyId">The policy; its labels are the names that verdicts are told in.</param>
/// <param name="PolicyVersion">Only verdicts given under this edition.</param>
/// <param name="Since">Only verdicts from this instant on, UTC.</param>
public sealed record AgreementFilter(
    long PolicyId, long? QueueId = null, string? Language = null, string? Modality = null, int? PolicyVersion = null, DateTime? Since = null);

/// <summary>One reviewer's standing answer on a case, before anybody adjudicated.</summary>
/// <param name="LabelKey">In the labels of the version in force.</param>
public sealed record Rating(long CaseId, long ReviewerId, string LabelKey, DateTime At, bool Blind);

/// <summary>
/// The verdicts that agreement is measured on: one a reviewer and case, the last that stands. Adjudications are left out,
/// since they were given after the others; verdicts of earlier policy versions are read in the labels in force.
/// </summary>
public sealed class ReadRatings(Database database, PolicyBook policies, LabelMaps maps) : IUseCase
{
    public async Task<List<Rating>> RunAsync(AgreementFilter filter, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var version = await policies.InForceAsync(filter.PolicyId, cancellation);
        var rows = await database.ReadAsync(db => RowsAsync(db, filter, cancellation), cancellation);
        var translated = new Dictionary<long, LabelMap>();
        var last = new Dictionary<(long Case, long Reviewer), Rating>(rows.Count);
        foreach (var row in rows)
        {
            var label = row.LabelKey;
            if (version is not null && row.PolicyVersionId != version.Id)
            {
                if (!translated.TryGetValue(row.PolicyVersionId, out var map))
                {
                    translated[row.PolicyVersionId] = map = await maps.BetweenAsync(row.PolicyVersionId, version.Id, cancellation);
                }

                label = map.Find(label) ?? "";
            }

            if (label.Length > 0)
            {
                last[(row.CaseId, row.ReviewerId)] = new Rating(row.CaseId, row.ReviewerId, label, row.CreatedAt, !row.PredictionShown);
            }
        }

        return [.. last.Values];
    }

    private static Task<List<Row>> RowsAsync(StudioDbContext db, AgreementFilter filter, CancellationToken cancellation) => (
        from verdict in db.Set<Verdict>()
        join reviewCase in db.Set<ReviewCase>() on verdict.CaseId equals reviewCase.Id
        join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
        where reviewCase.PolicyId == filter.PolicyId && verdict.LabelKey != null && verdict.Purpose != TaskPurpose.Adjudication && verdict.Purpose != TaskPurpose.Gold
            && !db.Set<Verdict>().Any(later => later.SupersedesId == verdict.Id)
            && (filter.QueueId == null || reviewCase.QueueId == filter.QueueId)
            && (filter.Language == null || item.Language == filter.Language)
            && (filter.Modality == null || item.Modality == filter.Modality)
            && (filter.Since == null || verdict.CreatedAt >= filter.Since)
            && (filter.PolicyVersion == null || db.Set<PolicyVersion>().Any(v => v.Id == verdict.PolicyVersionId && v.Number == filter.PolicyVersion))
        orderby verdict.Id
        select new Row(verdict.CaseId, verdict.ReviewerId, verdict.LabelKey!, verdict.PolicyVersionId, verdict.PredictionShown, verdict.CreatedAt))
        .ToListAsync(cancellation);

    private sealed record Row(long CaseId, long ReviewerId, string LabelKey, long PolicyVersionId, bool PredictionShown, DateTime CreatedAt);
}
