using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Training;

/// <summary>
/// Sees to it that the gates have something to read. Where nobody has made a frozen set, one is begun from labels at
/// hand: half of the audit sample, which is unbiased, and a tenth of the rest, which is not; by hash, so that the choice
/// repeats itself. What is frozen never trains a head again.
/// </summary>
public sealed class FreezeEvaluationCases(Database database, TimeProvider clock) : IUseCase
{
    /// <summary>The name of a set that was begun by itself.</summary>
    public const string AutomaticName = "Frozen from labels";

    private const double AuditShare = 0.5;
    private const double OtherShare = 0.1;

    /// <returns>Cases newly frozen; 0 when the policy's set was made by somebody.</returns>
    public Task<int> RunAsync(long policyId, long watermark, CancellationToken cancellation) =>
        database.WriteAsync(db => FreezeAsync(db, policyId, watermark, cancellation), cancellation);

    private async Task<int> FreezeAsync(StudioDbContext db, long policyId, long watermark, CancellationToken cancellation)
    {
        var set = await db.Set<FrozenSet>().SingleOrDefaultAsync(s => s.PolicyId == policyId && s.ForGates, cancellation);
        if (set is not null && set.Name != AutomaticName)
        {
            return 0;
        }

        if (set is null)
        {
            set = new FrozenSet { PolicyId = policyId, Name = AutomaticName, ForGates = true, CreatedAt = clock.Instant() };
            db.Add(set);
            await db.SaveChangesAsync(cancellation);
        }

        var candidates = await (
            from example in db.Set<LabelledExample>()
            join reviewCase in db.Set<ReviewCase>() on example.CaseId equals reviewCase.Id
            join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
            where example.PolicyId == policyId && example.Id <= watermark && example.LabelKey != null && !reviewCase.Frozen

                // Nobody judged what took its label over: it measures nothing.
                && example.FromCaseId == null
                && !db.Set<LabelledExample>().Any(later => later.CaseId == example.CaseId && later.Id > example.Id && later.Id <= watermark)
            select new { example.CaseId, example.LabelKey, reviewCase.InAuditSample, item.Source, item.ExternalId }).ToListAsync(cancellation);
        var chosen = candidates
            .Where(c => StableSplit.Share(c.Source, c.ExternalId, "gate") < (c.InAuditSample ? AuditShare : OtherShare))
            .OrderBy(c => c.CaseId).ToList();
        await LabelWatermark.AnnounceAsync(db, policyId, cancellation);
        foreach (var chunk in chosen.Chunk(500))
        {
            var ids = Array.ConvertAll(chunk, c => c.CaseId);
            var cases = await db.Set<ReviewCase>().Where(c => ids.Contains(c.Id)).ToListAsync(cancellation);
            var members = chunk.Select(c => new FrozenMember { FrozenSetId = set.Id, CaseId = c.CaseId, LabelKey = c.LabelKey! }).ToList();
            await FrozenMarks.FreezeAsync(db, cases, members, cancellation);
        }

        return chosen.Count;
    }
}
