using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Cli.Bench;

/// <summary>Where a part of the past happened.</summary>
/// <param name="HeadId">The head that predicted, which no longer serves.</param>
/// <param name="Lane">Of the reviewers.</param>
/// <param name="Settling">The lane of those who settle cases.</param>
internal sealed record PastPlace(long PolicyId, long VersionId, long QueueId, long HeadId, long Lane, long Settling);

/// <summary>The places of a past: the queue that is measured, a second one on its policy, and one on another policy.</summary>
internal static class PastPlaces
{
    public static async Task<List<PastPlace>> OpenAsync(StudioDbContext db, ReviewQueue first, CancellationToken stop)
    {
        var now = TimeProvider.System.Instant();
        var policy = new Policy { Key = "bench-other", Name = "Bench, other", CreatedAt = now };
        var version = new PolicyVersion { Policy = policy, Number = 1, State = PolicyVersionState.Published, CreatedAt = now, PublishedAt = now };
        version.Labels.Add(new PolicyLabel { Key = "ok", Name = "OK", Ordinal = 0, Benign = true, HotKey = "1" });
        version.Labels.Add(new PolicyLabel { Key = "bad", Name = "Bad", Ordinal = 1, Severity = 1, HotKey = "2" });
        db.Add(version);
        await db.SaveChangesAsync(stop);
        var second = new ReviewQueue { Key = "bench-second", Name = "Bench, second", PolicyId = first.PolicyId, CreatedAt = now, RetrainEvery = 0 };
        var other = new ReviewQueue { Key = "bench-third", Name = "Bench, third", PolicyId = policy.Id, CreatedAt = now, RetrainEvery = 0 };
        (second.Plan.GoldShare, other.Plan.GoldShare) = (0, 0);
        db.AddRange(second, other);
        await db.SaveChangesAsync(stop);
        var places = new List<PastPlace>();
        var heads = new Dictionary<long, Head>();
        foreach (var queue in (ReviewQueue[])[first, second, other])
        {
            var versionId = (await PolicyBook.InForceIdAsync(db, queue.PolicyId, stop))!.Value;
            if (!heads.TryGetValue(queue.PolicyId, out var head))
            {
                heads[queue.PolicyId] = head = new Head
                {
                    PolicyId = queue.PolicyId, PolicyVersionId = versionId, Number = 1, State = HeadState.Retired, Trainer = "bench", LabelKeysJson = """["ok","bad"]""",
                    TrainedOn = 1_000, CreatedAt = now.AddDays(-PastShape.Days - 1), PromotedAt = now.AddDays(-PastShape.Days - 1), RetiredAt = now,
                };
                db.Add(head);
                await db.SaveChangesAsync(stop);
            }

            places.Add(new PastPlace(
                queue.PolicyId, versionId, queue.Id, head.Id,
                await LaneBook.OpenAsync(db, new LaneKey(queue.Id, "en", "text", "bench", 0, LaneAudience.Reviewers), stop),
                await LaneBook.OpenAsync(db, new LaneKey(queue.Id, "en", "text", "bench", 0, LaneAudience.Leads), stop)));
        }

        return places;
    }
}
