using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Hashes;

/// <summary>
/// Flags content that comes in for review and is on a hash list of its policy: by its bytes at once, by what it looks like
/// when it was looked at. Nothing is blocked here, since it waits for a person anyway; the person is told.
/// </summary>
public sealed class FlagListed(ScanBook book, TimeProvider clock) : IItemIntake, IMediaRecognised, IUseCase
{
    private const int Chunk = 500;

    /// <inheritdoc />
    public int Order => 40;

    /// <inheritdoc />
    public async Task AcceptAsync(StudioDbContext db, IntakeContext context, IReadOnlyList<IncomingItem> items, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(items);
        var matcher = (await book.CurrentAsync(cancellation)).Matcher;
        if (matcher.Entries == 0)
        {
            return;
        }

        var pictures = await PicturesAsync(db, items.SelectMany(i => i.Item.Parts).Select(p => p.BlobHash), cancellation);
        var found = new List<(long ItemId, ListedHit Hit)>();
        foreach (var item in items.Select(i => i.Item))
        {
            foreach (var part in item.Parts)
            {
                var hits = part.BlobHash is { } hash
                    ? await matcher.ListedAsync(hash, [.. pictures[hash]], cancellation)
                    : await matcher.ListedAsync(HashEntry.Of(part.Text ?? ""), [], cancellation);
                found.AddRange(hits.Where(h => h.List.PolicyId == context.PolicyId).Select(h => (item.Id, h with { Part = part.Ordinal })));
            }
        }

        await FlagAsync(db, found, cancellation);
    }

    /// <inheritdoc />
    public async Task RecognisedAsync(StudioDbContext db, MediaProbe probe, IReadOnlyList<PdqPicture> pictures, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(probe);
        var matcher = (await book.CurrentAsync(cancellation)).Matcher;
        var hits = matcher.Entries == 0 ? [] : await matcher.ListedAsync(probe.Hash, pictures, cancellation);
        if (hits.Count == 0)
        {
            return;
        }

        var parts = await db.Set<ItemPart>().Where(p => p.BlobHash == probe.Hash).Select(p => new { p.ItemId, p.Ordinal }).ToListAsync(cancellation);
        await FlagAsync(db, [.. parts.SelectMany(p => hits.Select(h => (p.ItemId, h with { Part = p.Ordinal })))], cancellation);
    }

    private static async Task<ILookup<string, PdqPicture>> PicturesAsync(StudioDbContext db, IEnumerable<string?> hashes, CancellationToken cancellation)
    {
        var found = new List<(string Hash, PdqPicture Picture)>();
        foreach (var part in hashes.OfType<string>().Distinct(StringComparer.Ordinal).Chunk(Chunk))
        {
            var prints = await (
                from print in db.Set<MediaPrint>()
                join probe in db.Set<MediaProbe>() on print.ProbeId equals probe.Id
                where part.Contains(probe.Hash)
                select new { probe.Hash, Print = print }).ToListAsync(cancellation);
            found.AddRange(prints.Select(p => (p.Hash, p.Print.Picture())));
        }

        return found.ToLookup(f => f.Hash, f => f.Picture, StringComparer.Ordinal);
    }

    private async Task FlagAsync(StudioDbContext db, List<(long ItemId, ListedHit Hit)> found, CancellationToken cancellation)
    {
        var now = clock.Instant();
        foreach (var part in found.GroupBy(f => f.ItemId).Chunk(Chunk))
        {
            var ids = Array.ConvertAll(part, g => g.Key);
            var cases = await db.Set<ReviewCase>().Where(c => ids.Contains(c.ItemId)).Select(c => new { c.Id, c.PublicId, c.ItemId, c.PolicyId }).ToListAsync(cancellation);
            var caseIds = cases.ConvertAll(c => c.Id);
            var there = (await db.Set<HashFlag>().Where(f => caseIds.Contains(f.CaseId)).Select(f => new { f.CaseId, f.ListId }).ToListAsync(cancellation)).Select(f => (f.CaseId, f.ListId)).ToHashSet();
            foreach (var (reviewCase, hit) in cases.SelectMany(c => part.First(g => g.Key == c.ItemId).Where(f => f.Hit.List.PolicyId == c.PolicyId).Select(f => (c, f.Hit))))
            {
                if (there.Add((reviewCase.Id, hit.List.Id)))
                {
                    db.Add(new HashFlag { CaseId = reviewCase.Id, ListId = hit.List.Id, Kind = hit.Kind, PartOrdinal = hit.Part, Distance = hit.Distance, At = now });
                    db.Record(clock, Accounts.Actor.System, "case.listed", "case", reviewCase.PublicId, new { list = hit.List.Key, kind = hit.Kind.ToString(), hit.Distance });
                }
            }
        }

        await db.SaveChangesAsync(cancellation);
    }
}
