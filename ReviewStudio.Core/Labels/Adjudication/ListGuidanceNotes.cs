using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Adjudication;

/// <summary>What somebody wrote who settled a case: how the guidance was read where it was not clear.</summary>
/// <param name="LabelKey">The label that the case was settled on.</param>
/// <param name="Instead">Labels that reviewers had given it.</param>
public sealed record GuidanceNote(Guid CaseId, string LabelKey, string Note, string By, DateTime At, string Text, IReadOnlyList<string> Instead);

/// <summary>
/// Notes of adjudications since the edition in force was published: what the next edition's guidance should say. They are
/// looked for among the latest <see cref="LatestAdjudications.Back"/>.
/// </summary>
public sealed class ListGuidanceNotes(Database database) : IUseCase
{
    /// <summary>Most notes listed, the latest.</summary>
    public const int Most = 100;

    public Task<List<GuidanceNote>> RunAsync(string policyKey, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        return database.ReadAsync(
            async db =>
            {
                var since = await db.Set<PolicyVersion>().Where(v => v.Policy.Key == policyKey && v.State == PolicyVersionState.Published)
                    .MaxAsync(v => v.PublishedAt, cancellation);
                var policyId = await db.Set<Policy>().Where(p => p.Key == policyKey).Select(p => p.Id).SingleOrDefaultAsync(cancellation);
                var latest = await LatestAdjudications.FindAsync(db, policyId, v => v.Note != "" && (since == null || v.CreatedAt >= since), Most, cancellation);
                var rows = await (
                    from verdict in db.Set<Verdict>()
                    join reviewCase in db.Set<ReviewCase>() on verdict.CaseId equals reviewCase.Id
                    join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
                    join judge in db.Set<Reviewer>() on verdict.ReviewerId equals judge.Id
                    where latest.Contains(verdict.Id)
                    orderby verdict.Id descending
                    select new
                    {
                        verdict.CaseId, reviewCase.PublicId, verdict.LabelKey, verdict.Note, judge.DisplayName, verdict.CreatedAt,
                        Text = item.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text).FirstOrDefault(),
                    }).ToListAsync(cancellation);
                var ids = rows.ConvertAll(r => r.CaseId);
                var others = (await db.Set<Verdict>()
                    .Where(v => ids.Contains(v.CaseId) && v.LabelKey != null && v.Purpose != TaskPurpose.Adjudication && !db.Set<Verdict>().Any(later => later.SupersedesId == v.Id))
                    .Select(v => new { v.CaseId, v.LabelKey }).ToListAsync(cancellation)).ToLookup(v => v.CaseId, v => v.LabelKey!);
                return rows.ConvertAll(r => new GuidanceNote(
                    r.PublicId, r.LabelKey!, r.Note, r.DisplayName, r.CreatedAt, r.Text ?? "",
                    [.. others[r.CaseId].Where(l => l != r.LabelKey).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]));
            },
            cancellation);
    }
}
