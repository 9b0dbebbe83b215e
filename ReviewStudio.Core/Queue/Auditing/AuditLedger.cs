using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Auditing;

/// <summary>One day's audit sample of a queue while cases are added to it, in the caller's transaction.</summary>
internal sealed class AuditLedger
{
    private readonly StudioDbContext _db;
    private readonly ReviewQueue _queue;
    private readonly int _day;
    private readonly Dictionary<string, AuditDay> _rows;

    private AuditLedger(StudioDbContext db, ReviewQueue queue, int day, Dictionary<string, AuditDay> rows)
    {
        _db = db;
        _queue = queue;
        _day = day;
        _rows = rows;
    }

    public static async Task<AuditLedger> OpenAsync(StudioDbContext db, ReviewQueue queue, DateTime now, CancellationToken cancellation)
    {
        // Counts that decide on the next draw: whoever adds to them adds alone.
        await db.LockAsync($"audit:{queue.Id}", LockKind.Exclusive, cancellation);
        var day = (int)(now - new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc)).TotalDays;
        var rows = await db.Set<AuditDay>().Where(d => d.QueueId == queue.Id && d.Day == day)
            .ToDictionaryAsync(d => d.Stratum, StringComparer.Ordinal, cancellation);
        return new AuditLedger(db, queue, day, rows);
    }

    /// <summary>Decides whether the case joins the sample, and stores the circumstances with the case.</summary>
    public void Decide(ReviewCase reviewCase, string stratum)
    {
        if (!_rows.TryGetValue(stratum, out var row))
        {
            _rows[stratum] = row = new AuditDay { QueueId = _queue.Id, Day = _day, Stratum = stratum };
            _db.Add(row);
        }

        var drawn = _rows.Values.Sum(r => r.Drawn);
        reviewCase.Stratum = stratum;
        reviewCase.AuditProbability = AuditSampling.Probability(stratum, _queue.AuditRate, _queue.AuditDailyBudget, drawn);
        reviewCase.InAuditSample = reviewCase.AuditDraw < reviewCase.AuditProbability;
        row.Arrived++;
        row.Drawn += reviewCase.InAuditSample ? 1 : 0;
    }
}
