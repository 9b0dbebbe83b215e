using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Labels.TakingOver;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Scanning.Hashes;
using ReviewStudio.Core.Scanning.Media;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning;

/// <summary>What a scan decided under one policy and wants kept.</summary>
/// <param name="Open">The case to open; null where the outcome wants none.</param>
internal sealed record KeptOutcome(ScanPolicy Policy, ScanDecision Decision, Guid CaseId, float[]? Probabilities, AuditDecision Audit, bool Open)
{
    /// <summary>What moved the probabilities; null where nothing is to be told.</summary>
    public IReadOnlyList<Influence>? Influences { get; init; }
}

/// <summary>A scan that must be kept before it is answered.</summary>
/// <param name="Vector">Of one text, its vector in stored form; null where it was not scored.</param>
internal sealed record KeptScan(Item Item, IReadOnlyList<ScannedPart> Parts, byte[]? Vector, string EncoderVersion, IReadOnlyList<KeptOutcome> Outcomes)
{
    /// <summary>What the item says, in one string: of one text, the text itself.</summary>
    public string Content => string.Join('\n', Parts.Select(p => p.Text ?? p.Media!.Hash));


    public TaskCompletionSource<KeptAs?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Under which ids a scan was kept.</summary>
/// <param name="Cases">Public ids by policy key.</param>
internal sealed record KeptAs(Guid ItemId, IReadOnlyDictionary<string, Guid> Cases);

/// <summary>
/// Keeps scans that end in review or block, or were drawn: item, case, tasks and decision in one transaction. Scans that
/// come at the same time share a transaction, so that a disk's flush is paid once for many.
/// </summary>
public sealed class ScanKeeper : IUseCase, IAsyncDisposable
{
    private const int MostWaiting = 1_024;
    private const int BatchSize = 64;

    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly Channel<KeptScan> _waiting = Channel.CreateBounded<KeptScan>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Lazy<Task> _running;

    private readonly TakeOverAtIntake _copies;

    public ScanKeeper(Database database, TimeProvider clock, TakeOverAtIntake copies)
    {
        (_database, _clock, _copies) = (database, clock, copies);
        _running = new Lazy<Task>(() => Task.Run(RunAsync));
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        if (_running.IsValueCreated)
        {
            await _running.Value;
        }
    }

    /// <returns>Null for content that was erased on request: it does not come in again.</returns>
    /// <exception cref="ScanBusyException">Too many wait.</exception>
    internal Task<KeptAs?> KeepAsync(KeptScan scan, CancellationToken cancellation)
    {
        _ = _running.Value;
        return _waiting.Writer.TryWrite(scan) ? scan.Done.Task.WaitAsync(cancellation) : throw new ScanBusyException();
    }

    private async Task RunAsync()
    {
        var batch = new List<KeptScan>(BatchSize);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            while (batch.Count < BatchSize && _waiting.Reader.TryRead(out var next))
            {
                batch.Add(next);
            }

            if (!await TryAsync(batch, last: batch.Count == 1))
            {
                // One of them is at fault, or another node was faster with one: each for itself.
                foreach (var scan in batch)
                {
                    await TryAsync([scan], last: true);
                }
            }

            batch.Clear();
        }
    }

    private async Task<bool> TryAsync(List<KeptScan> batch, bool last)
    {
        try
        {
            var kept = await _database.WriteAsync(db => WriteAsync(db, batch), CancellationToken.None);
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Done.TrySetResult(kept[i]);
            }

            return true;
        }
#pragma warning disable CA1031 // Whatever went wrong belongs to those who wait; the loop goes on for the others.
        catch (Exception e)
        {
            if (last)
            {
                batch.ForEach(s => s.Done.TrySetException(e));
            }

            return last;
        }
#pragma warning restore CA1031
    }

    private async Task<List<KeptAs?>> WriteAsync(StudioDbContext db, List<KeptScan> batch)
    {
        var now = _clock.Instant();
        var items = await ItemsAsync(db, batch, now);
        var cases = await CasesAsync(db, batch, items, now);
        var decisions = new List<ScanDecision>();
        var kept = new List<KeptAs?>(batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            if (items[i] is not { } item)
            {
                kept.Add(null);
                continue;
            }

            foreach (var outcome in batch[i].Outcomes)
            {
                (outcome.Decision.Id, outcome.Decision.ItemId, outcome.Decision.At) = (0, item.Id, now);
                decisions.Add(outcome.Decision);
            }

            kept.Add(new KeptAs(item.PublicId, cases[i]));
        }

        await db.InsertAsync(decisions, CancellationToken.None);
        await db.SaveChangesAsync(CancellationToken.None);
        return kept;
    }

    /// <summary>The items, in the order of the batch: added, or there already with the same text. Null for erased ones.</summary>
    private static async Task<List<Item?>> ItemsAsync(StudioDbContext db, List<KeptScan> batch, DateTime now)
    {
        var ids = batch.SelectMany(s => new[] { s.Item.ExternalId, Changed(s) }).Distinct(StringComparer.Ordinal).ToList();
        var sources = batch.Select(s => s.Item.Source).Distinct(StringComparer.Ordinal).ToList();
        var there = (await db.Set<Item>().AsNoTracking().Include(i => i.Parts).Where(i => sources.Contains(i.Source) && ids.Contains(i.ExternalId)).ToListAsync())
            .ToDictionary(i => (i.Source, i.ExternalId));
        var result = new List<Item?>(batch.Count);
        var added = new List<(Item Item, KeptScan Scan)>();
        foreach (var scan in batch)
        {
            var key = (scan.Item.Source, scan.Item.ExternalId);
            if (there.TryGetValue(key, out var known) && known.ErasedAt is null && Content(known) != scan.Content)
            {
                // The content was changed since: an item of its own, since labels belong to what was seen.
                key = (scan.Item.Source, Changed(scan));
                there.TryGetValue(key, out known);
            }

            if (known is null)
            {
                known = Copy(scan, key.Item2, now);
                there.Add(key, known);
                added.Add((known, scan));
            }

            result.Add(known.ErasedAt is null ? known : null);
        }

        db.AddRange(added.Select(a => a.Item));
        await db.SaveChangesAsync();
        db.AddRange(added.Where(a => a.Scan.Vector is not null)
            .Select(a => new ItemVector { ItemId = a.Item.Id, EncoderVersion = a.Scan.EncoderVersion, Data = a.Scan.Vector! }));
        return result;
    }

    private async Task<List<Dictionary<string, Guid>>> CasesAsync(StudioDbContext db, List<KeptScan> batch, List<Item?> items, DateTime now)
    {
        var ids = batch.ConvertAll(_ => new Dictionary<string, Guid>(StringComparer.Ordinal));
        var wanted = batch.SelectMany((scan, i) => items[i] is { } item ? scan.Outcomes.Where(o => o.Open).Select(o => (Place: i, Item: item, Outcome: o)) : []);
        foreach (var group in wanted.GroupBy(w => (w.Outcome.Policy.Queue.Id, w.Outcome.Policy.Head?.Head.Id)).ToList())
        {
            var list = group.ToList();
            var policy = list[0].Outcome.Policy;
            var opened = await OpenScored.RunAsync(
                db, policy.Queue, policy.Scorer,
                list.ConvertAll(w => new ScoredArrival(
                    w.Item, w.Outcome.CaseId, w.Outcome.Probabilities, w.Outcome.Audit.Stratum, w.Outcome.Audit.Draw, w.Outcome.Audit.Probability, w.Outcome.Audit.Member,
                    w.Outcome.Decision.Outcome == ScanOutcome.Review) { Influences = w.Outcome.Influences }),
                now, CancellationToken.None);
            for (var k = 0; k < list.Count; k++)
            {
                ids[list[k].Place][policy.Key] = opened[k].PublicId;
            }

            if (policy.Queue.Plan.TakeOverDuplicates)
            {
                // What scans block or allow is opened for the audit alone, and those cases take nothing over.
                var keys = opened.ConvertAll(c => c.Id);
                await _copies.TakeAsync(db, Actor.System, policy.Queue, await db.Set<ReviewCase>().Where(c => keys.Contains(c.Id)).OrderBy(c => c.Id).ToListAsync(), CancellationToken.None);
            }
        }

        return ids;
    }

    /// <summary>The id of a changed text: the same text has the same.</summary>
    private static string Changed(KeptScan scan) => Revision.Of(scan.Item.ExternalId, HashEntry.Of(scan.Content));

    private static string Content(Item item) => string.Join('\n', item.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text ?? p.BlobHash));

    /// <summary>A copy of its own for each attempt: one that failed must not leave its keys behind.</summary>
    private static Item Copy(KeptScan scan, string externalId, DateTime now)
    {
        var given = scan.Item;
        var item = new Item
        {
            Source = given.Source,
            ExternalId = externalId,
            Language = given.Language,
            Author = given.Author,
            ThreadId = given.ThreadId,
            ReplyTo = given.ReplyTo,
            IngestedAt = now,
        };
        item.TakeParts(scan.Parts.Select(p => p.Part()));
        return item;
    }
}
