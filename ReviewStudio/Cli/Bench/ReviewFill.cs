using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Cli.Bench;

/// <summary>Fills an installation with waiting tasks in random order of rank, and with reviewers.</summary>
internal sealed class ReviewFill(BenchStudio studio, int seed)
{
    /// <summary>The source of the few tasks that a reviewer with a narrow filter is after.</summary>
    public const string Rare = "rare";

    private const int Batch = 10_000;

    /// <param name="rareShare">Share of the tasks that come from <see cref="Rare"/>.</param>
    /// <returns>The reviewers.</returns>
    public async Task<List<Actor>> RunAsync(int items, int reviewers, double rareShare, CancellationToken stop)
    {
        var queue = await studio.QueueAsync(stop);
        var (versionId, lanes, people) = await studio.Database.WriteAsync(
            async db =>
            {
                // Nothing but reviewing shall run: no training, no known answers.
                await db.Set<ReviewQueue>().Where(q => q.Id == queue.Id).ExecuteUpdateAsync(set => set.SetProperty(q => q.RetrainEvery, 0).SetProperty(q => q.Plan.GoldShare, 0), stop);
                var version = await PolicyBook.InForceIdAsync(db, queue.PolicyId, stop);
                var common = await LaneBook.OpenAsync(db, new LaneKey(queue.Id, "en", "text", "bench", 0, LaneAudience.Reviewers), stop);
                var rare = await LaneBook.OpenAsync(db, new LaneKey(queue.Id, "en", "text", Rare, 0, LaneAudience.Reviewers), stop);
                var added = Enumerable.Range(0, reviewers).Select(i => new Reviewer
                {
                    UserName = $"bench{i}", NormalizedUserName = $"BENCH{i}", DisplayName = $"Bench {i}", CreatedAt = TimeProvider.System.Instant(),
                }).ToList();
                db.AddRange(added);
                await db.SaveChangesAsync(stop);
                return (version!.Value, (common, rare), added.ConvertAll(r => r.Id));
            },
            stop);
        var draw = new Random(seed);
        for (var from = 0; from < items; from += Batch)
        {
            var numbers = Enumerable.Range(from, Math.Min(Batch, items - from)).Select(n => (Number: n, Rank: draw.NextDouble(), Rare: draw.NextDouble() < rareShare)).ToList();
            await studio.Database.WriteAsync(db => AddAsync(db, queue, versionId, lanes, numbers, stop), stop);
        }

        return people.ConvertAll(id => new Actor(id, "bench", new HashSet<string>(StringComparer.Ordinal) { Roles.Moderator }));
    }

    private static async Task AddAsync(
        StudioDbContext db, ReviewQueue queue, long versionId, (long Common, long Rare) lanes, List<(int Number, double Rank, bool Rare)> numbers, CancellationToken stop)
    {
        var now = TimeProvider.System.Instant();
        var items = numbers.ConvertAll(n => new Item { Source = n.Rare ? Rare : "bench", ExternalId = FormattableString.Invariant($"post-{n.Number}"), Language = "en", IngestedAt = now });
        await db.InsertAsync(items, stop);
        await db.InsertAsync(items.ConvertAll(i => new ItemPart { ItemId = i.Id, Modality = Modality.Text, Text = "A post to be judged." }), stop);
        var cases = items.ConvertAll(i => new ReviewCase { ItemId = i.Id, PolicyId = queue.PolicyId, PolicyVersionId = versionId, QueueId = queue.Id, ArrivedAt = now, Stratum = "unscored" });
        await db.InsertAsync(cases, stop);
        await db.InsertAsync([.. numbers.Select((n, i) => new ReviewTask { CaseId = cases[i].Id, LaneId = n.Rare ? lanes.Rare : lanes.Common, Rank = n.Rank })], stop);
    }
}
