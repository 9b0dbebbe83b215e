using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Auditing;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning;

/// <summary>Whether a scanned case joined the audit sample, and by which probability.</summary>
internal readonly record struct AuditDecision(string Stratum, double Draw, double Probability)
{
    public bool Member => Draw < Probability;
}

/// <summary>
/// Draws every scan for the audit sample and counts what the scans came to, in memory: content that is allowed and not
/// drawn must cost no write. Counts reach the database every few seconds and when the process stops. What a crash loses
/// of them lowers the totals of a day by seconds; the π that weights an audited case is stored with the case itself.
/// </summary>
public sealed class ScanLedger(Database database, TimeProvider clock) : IUseCase, IDisposable
{
    private readonly SemaphoreSlim _flushing = new(1, 1);
    private readonly Lock _counting = new();
    private Dictionary<(long Queue, int Day, string Stratum), (int Arrived, int Drawn)> _strata = [];
    private Dictionary<(long Policy, int Day), (long Allowed, long Reviewed, long Blocked)> _outcomes = [];
    private readonly Dictionary<(long Queue, int Day), int> _drawn = [];

    public void Dispose() => _flushing.Dispose();

    /// <summary>Draws a case-to-be and counts it.</summary>
    internal async ValueTask<AuditDecision> DrawAsync(ReviewQueue queue, long policyId, Guid caseId, string stratum, ScanOutcome outcome, CancellationToken cancellation)
    {
        var day = ScanDay.Of(clock.Instant());
        await StartDayAsync(queue.Id, day, cancellation);
        lock (_counting)
        {
            var decision = new AuditDecision(stratum, AuditSampling.Draw(caseId), AuditSampling.Probability(stratum, queue.AuditRate, queue.AuditDailyBudget, _drawn.GetValueOrDefault((queue.Id, day))));
            var member = decision.Member ? 1 : 0;
            _drawn[(queue.Id, day)] = _drawn.GetValueOrDefault((queue.Id, day)) + member;
            var (arrived, drawn) = _strata.GetValueOrDefault((queue.Id, day, stratum));
            _strata[(queue.Id, day, stratum)] = (arrived + 1, drawn + member);
            var (allowed, reviewed, blocked) = _outcomes.GetValueOrDefault((policyId, day));
            _outcomes[(policyId, day)] = (allowed + (outcome == ScanOutcome.Allow ? 1 : 0), reviewed + (outcome == ScanOutcome.Review ? 1 : 0), blocked + (outcome == ScanOutcome.Block ? 1 : 0));
            return decision;
        }
    }

    /// <summary>Writes what was counted since the last time.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        await _flushing.WaitAsync(cancellation);
        try
        {
            Dictionary<(long Queue, int Day, string Stratum), (int Arrived, int Drawn)> strata;
            Dictionary<(long Policy, int Day), (long Allowed, long Reviewed, long Blocked)> outcomes;
            lock (_counting)
            {
                (strata, _strata) = (_strata, []);
                (outcomes, _outcomes) = (_outcomes, []);
            }

            if (outcomes.Count == 0)
            {
                return;
            }

            try
            {
                await database.WriteAsync(db => WriteAsync(db, strata, outcomes, cancellation), cancellation);
            }
            catch
            {
                PutBack(strata, outcomes);
                throw;
            }

            Forget(ScanDay.Of(clock.Instant()));
        }
        finally
        {
            _flushing.Release();
        }
    }

    private async ValueTask StartDayAsync(long queueId, int day, CancellationToken cancellation)
    {
        lock (_counting)
        {
            if (_drawn.ContainsKey((queueId, day)))
            {
                return;
            }
        }

        var drawn = await database.ReadAsync(db => db.Set<AuditDay>().Where(d => d.QueueId == queueId && d.Day == day).SumAsync(d => d.Drawn, cancellation), cancellation);
        lock (_counting)
        {
            _drawn.TryAdd((queueId, day), drawn);
        }
    }

    /// <summary>So that the next draw sees what imports and other nodes have drawn meanwhile.</summary>
    private void Forget(int today)
    {
        lock (_counting)
        {
            foreach (var key in _drawn.Keys.Where(k => k.Day != today || !_strata.Keys.Any(s => s.Queue == k.Queue)).ToList())
            {
                _drawn.Remove(key);
            }
        }
    }

    private void PutBack(
        Dictionary<(long Queue, int Day, string Stratum), (int Arrived, int Drawn)> strata, Dictionary<(long Policy, int Day), (long Allowed, long Reviewed, long Blocked)> outcomes)
    {
        lock (_counting)
        {
            foreach (var (key, lost) in strata)
            {
                var since = _strata.GetValueOrDefault(key);
                _strata[key] = (since.Arrived + lost.Arrived, since.Drawn + lost.Drawn);
            }

            foreach (var (key, lost) in outcomes)
            {
                var since = _outcomes.GetValueOrDefault(key);
                _outcomes[key] = (since.Allowed + lost.Allowed, since.Reviewed + lost.Reviewed, since.Blocked + lost.Blocked);
            }
        }
    }

    private static async Task WriteAsync(
        StudioDbContext db, Dictionary<(long Queue, int Day, string Stratum), (int Arrived, int Drawn)> strata,
        Dictionary<(long Policy, int Day), (long Allowed, long Reviewed, long Blocked)> outcomes, CancellationToken cancellation)
    {
        // In one order, so that two nodes do not wait for each other.
        foreach (var queueId in strata.Keys.Select(k => k.Queue).Distinct().Order().ToList())
        {
            await db.LockAsync($"audit:{queueId}", LockKind.Exclusive, cancellation);
        }

        await db.LockAsync("scan-days", LockKind.Exclusive, cancellation);
        foreach (var ((queueId, day, stratum), (arrived, drawn)) in strata)
        {
            var row = await db.Set<AuditDay>().SingleOrDefaultAsync(d => d.QueueId == queueId && d.Day == day && d.Stratum == stratum, cancellation)
                ?? db.Add(new AuditDay { QueueId = queueId, Day = day, Stratum = stratum }).Entity;
            (row.Arrived, row.Drawn) = (row.Arrived + arrived, row.Drawn + drawn);
        }

        foreach (var ((policyId, day), (allowed, reviewed, blocked)) in outcomes)
        {
            var row = await db.Set<ScanDay>().SingleOrDefaultAsync(d => d.PolicyId == policyId && d.Day == day, cancellation)
                ?? db.Add(new ScanDay { PolicyId = policyId, Day = day }).Entity;
            (row.Allowed, row.Reviewed, row.Blocked) = (row.Allowed + allowed, row.Reviewed + reviewed, row.Blocked + blocked);
        }

        await db.SaveChangesAsync(cancellation);
    }
}
