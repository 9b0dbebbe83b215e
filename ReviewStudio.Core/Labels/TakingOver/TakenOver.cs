using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.TakingOver;

/// <summary>Labels that cases take over from another of the same content. No verdict is made of it: nobody judged them.</summary>
internal static class TakenOver
{
    /// <summary>The method of such a label.</summary>
    public const string Method = "duplicate";

    /// <summary>So many cases of a group of near-duplicates are looked at, the first ones.</summary>
    public const int Looked = 64;

    /// <summary>Labels of judged cases of the same content, for each content the one labelled first. Frozen cases give none: what measures heads must not reach training.</summary>
    public static async Task<Dictionary<long, CaseLabel>> SourcesAsync(StudioDbContext db, long policyId, IReadOnlyCollection<ReviewCase> wanting, CancellationToken cancellation)
    {
        var (like, same) = (wanting.Select(c => c.LikePrint).Distinct().ToList(), wanting.Select(c => c.ContentPrint).Distinct().ToList());
        var cases = await db.Set<ReviewCase>().AsNoTracking()
            .Where(c => c.PolicyId == policyId && like.Contains(c.LikePrint) && c.LikeOrdinal < Looked && same.Contains(c.ContentPrint) && c.State == CaseState.Labelled && c.LabelKey != null && !c.Frozen)
            .ToListAsync(cancellation);
        var latest = await LatestAsync(db, cases.ConvertAll(c => c.Id), cancellation);
        return cases.Where(c => c.ContentPrint is not null && latest.GetValueOrDefault(c.Id) is { FromCaseId: null })
            .GroupBy(c => c.ContentPrint!.Value)
            .ToDictionary(g => g.Key, g => g.Select(c => new CaseLabel(c, latest[c.Id])).MinBy(l => l.Example.Id)!);
    }

    /// <summary>The row that holds each case's label, or held it last.</summary>
    public static Task<Dictionary<long, LabelledExample>> LatestAsync(StudioDbContext db, IReadOnlyCollection<long> caseIds, CancellationToken cancellation) =>
        db.Set<LabelledExample>().AsNoTracking()
            .Where(e => caseIds.Contains(e.CaseId) && e.Id == db.Set<LabelledExample>().Where(o => o.CaseId == e.CaseId).Max(o => o.Id))
            .ToDictionaryAsync(e => e.CaseId, cancellation);

    /// <summary>Prints are 64 bits: who acts on them compares the parts themselves.</summary>
    public static async Task<bool> SameAsync(StudioDbContext db, ReviewCase one, ReviewCase other, CancellationToken cancellation)
    {
        var parts = (await db.Set<ItemPart>().AsNoTracking().Where(p => p.ItemId == one.ItemId || p.ItemId == other.ItemId).ToListAsync(cancellation)).ToLookup(p => p.ItemId);
        return ItemPrint.Same([.. parts[one.ItemId]], [.. parts[other.ItemId]]);
    }

    /// <summary>Gives the label to cases whose review is called off already.</summary>
    /// <param name="taking">Tracked; in the version of the source.</param>
    /// <param name="subject">A verdict whose undoing calls the messages off; null for none.</param>
    public static async Task GiveAsync(
        StudioDbContext db, TimeProvider clock, Actor actor, ReviewQueue queue, CaseLabel source, IReadOnlyCollection<ReviewCase> taking, Guid? subject, CancellationToken cancellation)
    {
        if (taking.Count == 0)
        {
            return;
        }

        await LabelWatermark.AnnounceAsync(db, source.Case.PolicyId, cancellation);
        var now = clock.Instant();
        source.Case.Followed = true;
        await db.Set<ReviewCase>().Where(c => c.Id == source.Case.Id && !c.Followed).ExecuteUpdateAsync(set => set.SetProperty(c => c.Followed, true), cancellation);
        var given = new List<CaseLabel>(taking.Count);
        foreach (var reviewCase in taking)
        {
            (reviewCase.State, reviewCase.LabelKey, reviewCase.ConcurrencyStamp) = (CaseState.Labelled, source.Example.LabelKey, Guid.NewGuid());
            var row = Row(reviewCase, source.Case.Id, source.Example.LabelKey, now);
            (row.Confidence, row.SoftLabelJson) = (source.Example.Confidence, source.Example.SoftLabelJson);
            db.Add(row);
            given.Add(new CaseLabel(reviewCase, row));
            db.Record(clock, actor, "label.taken-over", "case", reviewCase.PublicId, new { from = source.Case.PublicId, label = row.LabelKey });
        }

        await ConsensusMessages.AddAsync(db, now, given, subject, now.AddSeconds(queue.UndoSeconds), cancellation);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Takes the label away again and asks reviewers.</summary>
    /// <param name="cases">Tracked.</param>
    /// <param name="fromCaseId">The source, when it was the one that lost its label: then they may take it over once it has one again.</param>
    public static async Task WithdrawAsync(StudioDbContext db, TimeProvider clock, IReadOnlyCollection<ReviewCase> cases, long? fromCaseId, CancellationToken cancellation)
    {
        if (cases.Count == 0)
        {
            return;
        }

        var now = clock.Instant();
        foreach (var policyId in cases.Select(c => c.PolicyId).Distinct().Order())
        {
            await LabelWatermark.AnnounceAsync(db, policyId, cancellation);
        }

        var withdrawn = new List<CaseLabel>(cases.Count);
        foreach (var reviewCase in cases)
        {
            (reviewCase.State, reviewCase.LabelKey, reviewCase.ConcurrencyStamp) = (CaseState.Open, null, Guid.NewGuid());
            var row = Row(reviewCase, fromCaseId, null, now);
            db.Add(row);
            withdrawn.Add(new CaseLabel(reviewCase, row));
        }

        foreach (var caseLabel in withdrawn)
        {
            // Who has heard of the label hears that it is gone; who has not need not hear of it at all.
            var id = caseLabel.Case.PublicId;
            await db.Set<OutboxMessage>().Where(m => m.AboutId == id && m.SentAt == null && m.CancelledAt == null).ExecuteUpdateAsync(set => set.SetProperty(m => m.CancelledAt, now), cancellation);
            if (await ConsensusMessages.HeardAsync(db, id, cancellation) is not null)
            {
                await ConsensusMessages.AddAsync(db, now, [caseLabel], null, now, cancellation);
            }
        }

        await db.SaveChangesAsync(cancellation);
        await LabelCarrier.ReopenAsync(db, cases, cases.First().PolicyVersionId, new PublicationTally(), cancellation);
    }

    private static LabelledExample Row(ReviewCase reviewCase, long? fromCaseId, string? label, DateTime now) => new()
    {
        CaseId = reviewCase.Id,
        PolicyId = reviewCase.PolicyId,
        PolicyVersionId = reviewCase.PolicyVersionId,
        LabelKey = label,
        Method = label is null ? "withdrawn" : Method,
        FromCaseId = fromCaseId,
        CreatedAt = now,
    };
}
