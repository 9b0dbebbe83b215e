using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Policies;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Studios with labelled posts, and snapshots of them.</summary>
public static class Snapshots
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>A studio with made-up labelled posts in the queue <c>posts</c>, one third of them bad.</summary>
    public static async Task<TestStudio> StudioAsync(int posts, TestEngine? engine = null)
    {
        var studio = await TestStudio.StartAsync(engine: engine);
        await studio.QueueAsync("posts", ["ok", "bad"]);
        await LabelledPosts.ImportMadeUpAsync(studio, LabelledPosts.MadeUp(0, posts));
        return studio;
    }

    public static async Task<Snapshot> ExportAsync(TestStudio studio, long? watermark = null, SnapshotOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(studio);
        var policy = await studio.Database.ReadAsync(db => db.Set<Policy>().SingleAsync(), None);
        return await studio.Get<ExportSnapshot>().RunAsync(policy.Id, watermark is { } at ? new SnapshotPin(at) : null, options ?? new SnapshotOptions(), Actor.System, null, None);
    }

    /// <summary>Where a file of a snapshot lies.</summary>
    public static string File(TestStudio studio, Snapshot snapshot, string name)
    {
        ArgumentNullException.ThrowIfNull(studio);
        ArgumentNullException.ThrowIfNull(snapshot);
        return Path.Combine(studio.Folders.Snapshots, snapshot.Folder, name);
    }

    /// <summary>The first case gets the other label, or none, as a later row.</summary>
    /// <param name="skip">Cases to pass over.</param>
    public static Task RelabelAsync(TestStudio studio, int skip = 0, bool withdraw = false)
    {
        ArgumentNullException.ThrowIfNull(studio);
        return studio.Database.WriteAsync(
            async db =>
            {
                var last = await db.Set<LabelledExample>().OrderBy(e => e.Id).Skip(skip).FirstAsync();
                db.Add(new LabelledExample
                {
                    CaseId = last.CaseId,
                    PolicyId = last.PolicyId,
                    PolicyVersionId = last.PolicyVersionId,
                    LabelKey = withdraw ? null : last.LabelKey == "ok" ? "bad" : "ok",
                    Confidence = 1,
                    Method = withdraw ? "withdrawn" : "adjudicated",
                    Reviewers = 2,
                    VerdictId = last.VerdictId,
                    CreatedAt = last.CreatedAt,
                });
                await db.SaveChangesAsync();
            },
            None);
    }
}
