using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets;

/// <summary>The labels of a policy as they stood at a watermark: streamed page by page, in order of case.</summary>
public sealed class ReadLabels(Database database) : IUseCase
{
    private const int Page = 4_000;

    /// <summary>The highest labelled-example id that is safe to pin a snapshot to; 0 when the policy has none.</summary>
    public Task<long> WatermarkAsync(long policyId, CancellationToken cancellation) =>
        database.WriteAsync(db => LabelWatermark.DrawAsync(db, policyId, cancellation), cancellation);

    /// <summary>Where labels and frozen cases stand: what a snapshot of now is pinned to.</summary>
    public Task<SnapshotPin> PinAsync(long policyId, CancellationToken cancellation) =>
        database.WriteAsync(db => FrozenMarks.DrawAsync(db, policyId, cancellation), cancellation);

    /// <param name="frozen">True for the cases of frozen sets alone, false for all others.</param>
    public IAsyncEnumerable<ExampleRow> AtAsync(long policyId, long watermark, bool frozen, CancellationToken cancellation) =>
        PagesAsync(new LabelRange(policyId, watermark, frozen, null, null), cancellation);

    /// <summary>The labels at a pin, without the cases that were frozen by then.</summary>
    public IAsyncEnumerable<ExampleRow> AtAsync(long policyId, SnapshotPin pin, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(pin);
        return PagesAsync(new LabelRange(policyId, pin.Watermark, Frozen: false, pin.FrozenMark, pin.LikenessMark), cancellation);
    }

    private async IAsyncEnumerable<ExampleRow> PagesAsync(LabelRange wanted, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // The next page is read while the caller works on this one.
        var several = await SeveralAsync(cancellation);
        var reading = PageAsync(wanted, 0, several, cancellation);
        while (true)
        {
            var page = await reading;
            var last = page.Count < Page;
            reading = last ? Task.FromResult<List<ExampleRow>>([]) : PageAsync(wanted, page[^1].CaseKey, several, cancellation);
            foreach (var row in page)
            {
                yield return row;
            }

            if (last)
            {
                yield break;
            }
        }
    }

    private Task<List<ExampleRow>> PageAsync(LabelRange wanted, long after, HashSet<long> several, CancellationToken cancellation) => Task.Run(
        async () =>
        {
            var rows = await database.ReadAsync(db => Rows(db, wanted, after).ToListAsync(cancellation), cancellation);
            await AddPartsAsync(rows, several, wanted.Likeness, cancellation);
            var words = new Dictionary<string, string>(StringComparer.Ordinal);
            rows.ForEach(row => row.Share(words));
            return rows;
        },
        cancellation);

    /// <summary>Items with more than one part: few have it, so the pages are read without them. Parts never change.</summary>
    private Task<HashSet<long>> SeveralAsync(CancellationToken cancellation) =>
        database.ReadAsync(db => db.Set<ItemPart>().Where(p => p.Ordinal > 0).Select(p => p.ItemId).Distinct().ToHashSetAsync(cancellation), cancellation);

    /// <summary>Adds what is more than one text.</summary>
    private async Task AddPartsAsync(List<ExampleRow> rows, HashSet<long> several, long? likeness, CancellationToken cancellation)
    {
        var wanted = rows.FindAll(r => several.Contains(r.ItemKey) || r.Modality != Item.TextModality);
        if (wanted.Count == 0)
        {
            return;
        }

        var ids = wanted.ConvertAll(r => r.ItemKey);
        var parts = (await database.ReadAsync(db => db.Set<ItemPart>().Where(p => ids.Contains(p.ItemId)).ToListAsync(cancellation), cancellation)).ToLookup(p => p.ItemId);
        var hashes = parts.SelectMany(p => p).Select(p => p.BlobHash).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var firsts = likeness is null || hashes.Count == 0 ? [] : await database.ReadAsync(
            db => db.Set<MediaProbe>().Where(p => hashes.Contains(p.Hash) && db.Set<MediaPrint>().Any(print => print.ProbeId == p.Id && print.Id <= likeness))
                .Select(p => new { p.Hash, First = p.LikeId ?? p.Id }).ToDictionaryAsync(p => p.Hash, p => p.First, StringComparer.Ordinal, cancellation),
            cancellation);
        foreach (var row in wanted)
        {
            var own = parts[row.ItemKey].OrderBy(p => p.Ordinal).ToList();
            row.Text = string.Join('\n', own.Select(p => p.Text).OfType<string>());
            row.Media = JsonSerializer.Serialize(own.Where(p => p.BlobHash is not null).Select(p => new { place = p.Ordinal, sha256 = p.BlobHash, type = p.MediaType, bytes = p.Length }));
            row.Kinds = [.. own.Select(p => p.BlobHash).OfType<string>().Select(h => firsts.TryGetValue(h, out var first) ? $"like {first}" : h).Distinct(StringComparer.Ordinal)];
        }
    }

    private static IQueryable<ExampleRow> Rows(StudioDbContext db, LabelRange wanted, long after)
    {
        var (policyId, watermark, frozen, mark, _) = wanted;
        return (
            from example in db.Set<LabelledExample>()
            join reviewCase in db.Set<ReviewCase>() on example.CaseId equals reviewCase.Id
            join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
            join version in db.Set<PolicyVersion>() on example.PolicyVersionId equals version.Id
            where example.PolicyId == policyId && example.Id <= watermark && example.CaseId > after && example.LabelKey != null
                && (mark == null ? reviewCase.Frozen == frozen : reviewCase.FrozenMark == null || reviewCase.FrozenMark > mark)
                && item.ErasedAt == null

                // A copy of what measures heads must not be learnt from either.
                && (frozen || example.FromCaseId == null || !db.Set<ReviewCase>().Any(f => f.Id == example.FromCaseId && (mark == null ? f.Frozen : f.FrozenMark <= mark)))
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

    /// <param name="Mark">With a mark: cases frozen by then are left out, and no others.</param>
    /// <param name="Likeness">The highest print of media by which near-duplicates are told; null to tell none but equal bytes.</param>
    private sealed record LabelRange(long PolicyId, long Watermark, bool Frozen, long? Mark, long? Likeness);
}
