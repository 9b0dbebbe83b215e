using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Cli.Bench;

/// <summary>Fills an installation with labelled items: one case, one task, one verdict and one label each.</summary>
internal sealed class BenchFill(BenchStudio studio, MadeUpText texts)
{
    private const int Batch = 5_000;

    public async Task RunAsync(int items, CancellationToken stop)
    {
        var queue = await studio.QueueAsync(stop);
        var (versionId, reviewerId, laneId) = await studio.Database.WriteAsync(
            async db =>
            {
                var now = TimeProvider.System.Instant();
                var reviewer = new Reviewer { UserName = "bench", NormalizedUserName = "BENCH", DisplayName = "Bench", CreatedAt = now };
                db.Add(reviewer);
                await db.SaveChangesAsync(stop);
                var lane = await LaneBook.OpenAsync(db, new LaneKey(queue.Id, "en", "text", "bench", 0, LaneAudience.Reviewers), stop);
                var version = await Core.Policies.PolicyBook.InForceIdAsync(db, queue.PolicyId, stop);
                return (version!.Value, reviewer.Id, lane);
            },
            stop);
        for (var from = 0; from < items; from += Batch)
        {
            var first = from;
            await studio.Database.WriteAsync(db => AddAsync(db, queue, versionId, reviewerId, laneId, first, Math.Min(Batch, items - first), stop), stop);
        }
    }

    private async Task AddAsync(StudioDbContext db, ReviewQueue queue, long versionId, long reviewerId, long laneId, int first, int count, CancellationToken stop)
    {
        var now = TimeProvider.System.Instant();
        var numbers = Enumerable.Range(first, count).ToList();
        var items = numbers.ConvertAll(n => new Item { Source = "bench", ExternalId = FormattableString.Invariant($"post-{n}"), Language = "en", IngestedAt = now });
        await db.InsertAsync(items, stop);
        await db.InsertAsync(numbers.ConvertAll(n => new ItemPart { ItemId = items[n - first].Id, Modality = Modality.Text, Text = texts.Of(n) }), stop);
        var cases = numbers.ConvertAll(n => new ReviewCase
        {
            ItemId = items[n - first].Id, PolicyId = queue.PolicyId, PolicyVersionId = versionId, QueueId = queue.Id, State = CaseState.Labelled, ArrivedAt = now, LabelKey = Label(n),
        });
        await db.InsertAsync(cases, stop);
        var tasks = cases.ConvertAll(c => new ReviewTask { CaseId = c.Id, LaneId = laneId, State = TaskState.Done, ReviewerId = reviewerId, ClaimedAt = now, FencingToken = 1 });
        await db.InsertAsync(tasks, stop);
        var verdicts = numbers.ConvertAll(n => new Verdict
        {
            TaskId = tasks[n - first].Id, CaseId = cases[n - first].Id, ReviewerId = reviewerId, LabelKey = Label(n), FencingToken = 1, PolicyVersionId = versionId,
            ElapsedMilliseconds = 1_000 + (n % 9_000), CreatedAt = now,
        });
        await db.InsertAsync(verdicts, stop);
        await LabelWatermark.AnnounceAsync(db, queue.PolicyId, stop);
        await db.InsertAsync(
            numbers.ConvertAll(n => new LabelledExample
            {
                CaseId = cases[n - first].Id, PolicyId = queue.PolicyId, PolicyVersionId = versionId, LabelKey = Label(n), Confidence = 1, SoftLabelJson = $"{{\"{Label(n)}\":1}}",
                Method = "single", Reviewers = 1, VerdictId = verdicts[n - first].Id, CreatedAt = now,
            }),
            stop);
    }

    private static string Label(int number) => number % 3 == 0 ? "bad" : "ok";
}
