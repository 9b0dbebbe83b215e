using System.Diagnostics;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Cli.Bench;

/// <summary>
/// The baseline of reviewing: the same claim statement, and the same rows that a verdict leaves behind, written by hand
/// in one transaction. It checks no lease, no label and no rule, and reads nothing.
/// </summary>
internal sealed class BareReview(BenchStudio studio, ReviewQueue queue, long versionId, IReadOnlyList<long> lanes)
{
    private readonly IQueueStatements _statements = studio.Services.GetRequiredService<IQueueStatements>();

    /// <returns>Claims and verdicts a second.</returns>
    public async Task<double> RunAsync(IReadOnlyList<Actor> reviewers, TimeSpan span, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var done = await Task.WhenAll(reviewers.Select(actor => Task.Run(
            async () =>
            {
                var count = 0;
                for (; watch.Elapsed < span; count++)
                {
                    await CycleAsync(actor, stop);
                }

                return count;
            },
            stop)));
        return done.Sum() / watch.Elapsed.TotalSeconds;
    }

    private async Task CycleAsync(Actor actor, CancellationToken stop)
    {
        var now = TimeProvider.System.Instant();
        var task = await studio.Database.WriteAsync(db => _statements.ClaimHeadAsync(db, new ClaimHead(lanes, [], actor.ReviewerId, now, now.AddMinutes(5)), stop), stop)
            ?? throw new RefusedException("bench.few", "The tasks were used up before the time was. Give more --items.");
        await studio.Database.WriteAsync(
            async db =>
            {
                // The case of a task is found by its number: the fill made them in one order.
                var verdict = new Verdict
                {
                    TaskId = task, CaseId = task, ReviewerId = actor.ReviewerId, LabelKey = "ok", FencingToken = 1, PolicyVersionId = versionId, RankReason = "{}", ElapsedMilliseconds = 1_500, CreatedAt = now,
                };
                var id = await BareRows.InsertAsync(db, verdict);
                await BareRows.UpdateAsync<ReviewTask>(db, "\"State\" = @a, \"LeasedUntil\" = @b WHERE \"Id\" = @c", (nameof(ReviewTask.State), TaskState.Done), (nameof(ReviewTask.LeasedUntil), null), (nameof(ReviewTask.Id), task));
                await BareRows.UpdateAsync<ReviewCase>(db, "\"State\" = @a, \"LabelKey\" = @b WHERE \"Id\" = @c", (nameof(ReviewCase.State), CaseState.Labelled), (nameof(ReviewCase.LabelKey), "ok"), (nameof(ReviewCase.Id), task));
                await BareRows.InsertAsync(db, new LabelledExample
                {
                    CaseId = task, PolicyId = queue.PolicyId, PolicyVersionId = versionId, LabelKey = "ok", Confidence = 1, SoftLabelJson = "{\"ok\":1}", Method = "single", Reviewers = 1, VerdictId = id, CreatedAt = now,
                });
                await BareRows.InsertAsync(db, new AuditEvent { At = now, ActorId = actor.ReviewerId, ActorName = "bench", Action = "verdict.recorded", SubjectKind = "case", SubjectId = verdict.PublicId, DetailsJson = "{}" });
                await BareRows.InsertAsync(db, new OutboxMessage { Topic = "verdict.recorded", SubjectId = verdict.PublicId, CreatedAt = now, NotBefore = now.AddSeconds(8) });
            },
            stop);
    }
}
