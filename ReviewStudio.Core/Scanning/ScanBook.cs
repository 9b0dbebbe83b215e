using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Scanning.Hashes;
using ReviewStudio.Core.Scanning.Rules;
using ReviewStudio.Core.Scanning.Settings;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning;

/// <summary>A policy with all that a scan by it needs.</summary>
/// <param name="Head">The champion; null while none serves.</param>
internal sealed record ScanPolicy(
    PolicyVersion Version, ScanSettings Settings, IReadOnlyDictionary<string, Threshold> Thresholds, ReviewQueue Queue, ServingHead? Head, string[] HeadLabels, CaseScorer? Scorer)
{
    public long Id => Version.PolicyId;

    public string Key => Version.Policy.Key;
}

/// <summary>What scans go by at one moment.</summary>
internal sealed record ScanPage(IReadOnlyList<ScanPolicy> Policies, ScanMatcher Matcher, long ReadAt);

/// <summary>
/// Keeps what scans go by in memory. It is read anew each second while scans come, so that a change on another node, or
/// a new champion, is seen after a second; a change on this one is seen at once.
/// </summary>
public sealed class ScanBook(Database database, PolicyBook policies, HeadRegistry heads, TimeProvider clock) : IUseCase, IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile ScanPage? _page;
    private int _edition;

    /// <summary>The next scan reads everything anew.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _edition);
        _page = null;
    }

    public void Dispose() => _reading.Dispose();

    internal async ValueTask<ScanPage> CurrentAsync(CancellationToken cancellation)
    {
        if (_page is { } page && clock.GetElapsedTime(page.ReadAt) < Fresh)
        {
            return page;
        }

        await _reading.WaitAsync(cancellation);
        try
        {
            page = _page;
            if (page is not null && clock.GetElapsedTime(page.ReadAt) < Fresh)
            {
                return page;
            }

            var edition = Volatile.Read(ref _edition);
            var read = await ReadAsync(page?.Matcher, cancellation);

            // A change that came while this was read is not covered up by it.
            _page = edition == Volatile.Read(ref _edition) ? read : null;
            return read;
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<ScanPage> ReadAsync(ScanMatcher? before, CancellationToken cancellation)
    {
        var at = clock.GetTimestamp();
        var now = clock.Instant();
        var (settings, rules, lists) = await database.ReadAsync(
            async db => (
                await (from set in ReadScanning.InForce(db)
                       join policy in db.Set<Policy>() on set.PolicyId equals policy.Id
                       join queue in db.Set<ReviewQueue>() on set.QueueId equals queue.Id
                       where set.Enabled && policy.ArchivedAt == null && queue.ArchivedAt == null
                       orderby policy.Key
                       select new { set, queue }).ToListAsync(cancellation),
                await db.Set<ScanRule>().Where(r => r.EndedAt == null && r.ExpiresAt > now).OrderBy(r => r.Id).ToListAsync(cancellation),
                await db.Set<HashList>().Where(l => l.EndedAt == null && l.ExpiresAt > now).OrderBy(l => l.Id).ToListAsync(cancellation)),
            cancellation);
        var found = new List<ScanPolicy>(settings.Count);
        foreach (var entry in settings)
        {
            if (await policies.InForceAsync(entry.set.PolicyId, cancellation) is not { } version)
            {
                continue;
            }

            var head = await heads.ChampionAsync(entry.set.PolicyId, cancellation);
            found.Add(new ScanPolicy(
                version, entry.set, entry.set.Thresholds(), entry.queue, head, head is null ? [] : HeadLabels.Keys(head.Head),
                head is null ? null : await CaseScorer.ForAsync(entry.queue, head, policies, cancellation)));
        }

        var matcher = before?.Holds(rules, lists) == true ? before : await ScanMatcher.ReadAsync(database, clock, rules, lists, before, cancellation);
        return new ScanPage(found, matcher, at);
    }
}
