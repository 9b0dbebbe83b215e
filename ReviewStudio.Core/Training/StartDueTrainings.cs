using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Settings;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Training;

/// <summary>
/// Starts the trainings whose schedule has come. The due time is part of the queue's row: one that was missed while
/// nothing ran is made up for once, and of several nodes one starts it. While another training of the policy runs, or when
/// no label is newer than the last training, there is nothing to start.
/// </summary>
public sealed class StartDueTrainings(Database database, StartTraining start, TimeProvider clock) : IUseCase
{
    /// <returns>How many were started.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var now = clock.Instant();
        var due = await database.ReadAsync(
            db => db.Set<ReviewQueue>().Where(q => q.RetrainDueAt != null && q.RetrainDueAt <= now && q.ArchivedAt == null)
                .Select(q => new { q.Id, q.PolicyId, q.RetrainCron, q.RetrainDueAt }).ToListAsync(cancellation),
            cancellation);
        var started = 0;
        foreach (var queue in due)
        {
            var mine = await database.WriteAsync(
                async db =>
                {
                    var next = CronText.Next(queue.RetrainCron, now);
                    var rows = await db.Set<ReviewQueue>().Where(q => q.Id == queue.Id && q.RetrainDueAt == queue.RetrainDueAt)
                        .ExecuteUpdateAsync(set => set.SetProperty(q => q.RetrainDueAt, next), cancellation);
                    var last = await db.Set<TrainingRun>().Where(r => r.PolicyId == queue.PolicyId).OrderByDescending(r => r.Id)
                        .Select(r => r.Watermark).FirstOrDefaultAsync(cancellation);
                    return rows == 1 && await db.Set<LabelledExample>()
                        .AnyAsync(e => e.PolicyId == queue.PolicyId && e.Id > last && e.LabelKey != null, cancellation);
                },
                cancellation);
            if (mine && await start.TryAsync(new TrainingRequest(queue.Id, "schedule"), Actor.System, cancellation) is not null)
            {
                started++;
            }
        }

        return started;
    }
}
