using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Training;

/// <summary>Starts a training once a queue's policy has as many new labels as the queue asks for.</summary>
public sealed class RetrainAfterLabels(Database database, StartTraining start, TimeProvider clock) : IVerdictFollowUp, IUseCase
{
    private readonly CountedAhead _ahead = new(clock);

    /// <inheritdoc />
    public async Task AfterAsync(ReviewQueue queue, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(queue);
        if (queue.RetrainEvery <= 0 || !_ahead.MayBeReached(queue.Id))
        {
            return;
        }

        var fresh = await database.ReadAsync(
            async db =>
            {
                var last = await db.Set<TrainingRun>().Where(r => r.PolicyId == queue.PolicyId).OrderByDescending(r => r.Id)
                    .Select(r => r.Watermark).FirstOrDefaultAsync(cancellation);

                // Counts no further than needed: the price of a verdict does not grow with the labels.
                return await db.Set<LabelledExample>().Where(e => e.PolicyId == queue.PolicyId && e.Id > last && e.LabelKey != null)
                    .Take(queue.RetrainEvery).CountAsync(cancellation);
            },
            cancellation);
        _ahead.Missing(queue.Id, queue.RetrainEvery - fresh);
        if (fresh >= queue.RetrainEvery)
        {
            await start.TryAsync(new TrainingRequest(queue.Id, "labels"), Actor.System, cancellation);
        }
    }
}
