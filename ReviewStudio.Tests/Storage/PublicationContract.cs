using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;

namespace ReviewStudio.Tests.Storage;

/// <summary>Publishes policies with labels in use.</summary>
public abstract class PublicationContract(TestEngine engine) : StorageContract(engine)
{
    protected static readonly CancellationToken None = CancellationToken.None;

    protected static readonly MappingChoice[] Map =
    [
        new("ok", LabelMappingKind.Same, "ok"),
        new("spam", LabelMappingKind.Merged, "abuse"),
        new("abuse", LabelMappingKind.Same, "abuse"),
        new("hate", LabelMappingKind.ReReview),
    ];

    protected static async Task<(ReviewQueue Queue, Actor Lead, Actor Moderator)> StartAsync(TestStudio studio, int reviewers = 1)
    {
        var queue = await studio.QueueAsync("posts", ["ok", "spam", "abuse", "hate"], q => q.Plan.ReviewersPerCase = reviewers);
        return (queue, await studio.ReviewerAsync("lead", roles: Roles.PolicyLead), await studio.ReviewerAsync("moderator"));
    }

    /// <summary>Publishes the next version, by default with the labels ok and abuse.</summary>
    protected static async Task<PublishedVersion> PublishAsync(
        TestStudio studio, Actor lead, string[]? labels = null, MappingChoice[]? map = null, PendingCases pending = PendingCases.Move)
    {
        await studio.Get<StartDraft>().RunAsync("posts", lead, None);
        var draft = (await studio.Get<GetPolicy>().RunAsync("posts", lead, None)).Draft!;
        var stamp = await studio.Get<EditDraft>().RunAsync(new DraftEdit("posts", draft.Stamp, Contents.Of(labels ?? ["ok", "abuse"])), lead, None);
        return await studio.Get<PublishPolicyVersion>().RunAsync(new Publication("posts", stamp, map ?? Map, pending), lead, None);
    }

    /// <summary>Adds one text a label and judges it so; returns the cases.</summary>
    protected static async Task<List<long>> JudgeAsync(TestStudio studio, ReviewQueue queue, Actor actor, params string[] labels)
    {
        var version = await VersionAsync(studio, queue);
        var cases = new List<long>();
        foreach (var label in labels)
        {
            await studio.AddTextsAsync(queue, [$"text {label}"]);
            var task = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), actor, None))!;
            await AnswerAsync(studio, task, actor, label, version);
            cases.Add(task.CaseId);
        }

        return cases;
    }

    protected static Task AnswerAsync(TestStudio studio, ClaimedTask task, Actor actor, string label, long versionId) =>
        studio.Get<RecordVerdict>().RunAsync(new VerdictRequest(Guid.NewGuid(), task.Claim, versionId, label, 1_000), actor, None);

    protected static Task<ReviewCase> CaseAsync(TestStudio studio, long id) =>
        studio.Database.ReadAsync(db => db.Set<ReviewCase>().SingleAsync(c => c.Id == id), None);

    protected static Task<long> VersionAsync(TestStudio studio, ReviewQueue queue) =>
        studio.Database.ReadAsync(async db => (await PolicyBook.InForceIdAsync(db, queue.PolicyId, None))!.Value, None);

    protected sealed class Breakage : IPolicyPublished
    {
        public int Order => int.MaxValue;

        public Task FollowAsync(StudioDbContext db, PolicyPublication publication, CancellationToken cancellation) => throw new IOException("the disk is full");
    }
}
