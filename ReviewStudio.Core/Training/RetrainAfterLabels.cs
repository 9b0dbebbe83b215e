using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Training;

/// <summary>Starts a training once a queue's policy has as many new labels as the queue asks for.</summary>
public sealed class RetrainAfterLabels(Database database, StartTraining start) : IVerdictFollowUp, IUseCase
{
    /// <inheritdoc />
    public async Task AfterAsync(long queueId, CancellationToken cancellation)
    {
        var due = await database.ReadAsync(
            async db =>
            {
                var queue = await db.Set<ReviewQueue>().SingleAsync(q => q.Id == queueId, cancellation);
                if (queue.RetrainEvery <= 0)
                {
                    return false;
                }

                var last = await db.Set<TrainingRun>().Where(r => r.PolicyId == queue.PolicyId).OrderByDescending(r => r.Id)
                    .Select(r => r.Watermark).FirstOrDefaultAsync(cancellation);

                // Counts no further than needed: the price of a verdict does not grow with the labels.
                var fresh = await db.Set<LabelledExample>().Where(e => e.PolicyId == queue.PolicyId && e.Id > last && e.LabelKey != null)
                    .Take(queue.RetrainEvery).CountAsync(cancellation);
                return fresh >= queue.RetrainEvery;
            },
            cancellation);
        if (due)
        {
            await start.TryAsync(new TrainingRequest(queueId, "labels"), Actor.System, cancellation);
        }
    }
}
