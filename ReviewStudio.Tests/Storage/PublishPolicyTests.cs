using System.Text.Json;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Webhooks.Desk;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class PublishPolicyTestsOnSqlite() : PublishPolicyTests(TestEngine.Sqlite);

public sealed class PublishPolicyTestsOnPostgreSql() : PublishPolicyTests(TestEngine.PostgreSql);

public abstract class PublishPolicyTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly MappingChoice[] Map =
    [
        new("ok", LabelMappingKind.Same, "ok"),
        new("spam", LabelMappingKind.Merged, "abuse"),
        new("abuse", LabelMappingKind.Same, "abuse"),
        new("hate", LabelMappingKind.ReReview),
    ];

    [Fact]
    public async Task Stored_labels_follow_the_map_and_history_stays()
    {
        await using var studio = await StartAsync();
        var (queue, lead, moderator) = await StartAsync(studio);
        var cases = await JudgeAsync(studio, queue, moderator, "ok", "spam", "abuse", "hate");

        var published = await PublishAsync(studio, lead);

        published.Number.ShouldBe(2);
        published.Tally.LabelsMapped.ShouldBe(1);
        published.Tally.LabelsWithdrawn.ShouldBe(1);
        published.Tally.TasksOpened.ShouldBe(1);
        await studio.Database.ReadAsync(
            async db =>
            {
                var newId = (await PolicyBook.InForceIdAsync(db, queue.PolicyId, None))!.Value;
                var after = await db.Set<ReviewCase>().ToDictionaryAsync(c => c.Id);
                cases.Select(id => after[id].LabelKey).ShouldBe(["ok", "abuse", "abuse", null]);
                after.Values.ShouldAllBe(c => c.PolicyVersionId == newId);
                after[cases[3]].State.ShouldBe(CaseState.Open);
                var history = (await db.Set<LabelledExample>().OrderBy(e => e.Id).ToListAsync()).ToLookup(e => e.CaseId);
                history[cases[0]].Select(e => e.Method).ShouldBe(["single"]);
                history[cases[1]].Select(e => (e.LabelKey, e.Method)).ShouldBe([("spam", "single"), ("abuse", "mapped")]);
                history[cases[1]].Last().SoftLabelJson.ShouldBe("""{"abuse":1}""");
                history[cases[1]].Last().PolicyVersionId.ShouldBe(newId);
                history[cases[2]].Select(e => e.Method).ShouldBe(["single"]);
                history[cases[3]].Select(e => (e.LabelKey, e.Method)).ShouldBe([("hate", "single"), (null, "withdrawn")]);
                return true;
            },
            None);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Labels_that_the_map_changes_are_told_where_somebody_listens(bool listens)
    {
        await using var studio = await StartAsync();
        var (queue, lead, moderator) = await StartAsync(studio);
        if (listens)
        {
            await studio.Get<AddWebhook>().RunAsync(new NewWebhook("x", "https://example.org/", [OutboxTopics.ConsensusChanged]), Actor.System, None);
        }

        await JudgeAsync(studio, queue, moderator, "ok", "spam", "abuse", "hate");
        var last = await studio.Database.ReadAsync(db => db.Set<OutboxMessage>().MaxAsync(m => m.Id), None);
        await PublishAsync(studio, lead);

        var told = await studio.Database.ReadAsync(db => db.Set<OutboxMessage>().Where(m => m.Id > last).OrderBy(m => m.Id).Select(m => m.PayloadJson).ToListAsync(), None);
        told.Select(p => JsonDocument.Parse(p).RootElement).Select(p => (p.GetProperty("label").GetString(), p.GetProperty("method").GetString(), p.GetProperty("policyVersion").GetInt32()))
            .ShouldBe(listens ? [("abuse", "mapped", 2), (null, "withdrawn", 2)] : [], ignoreOrder: true);
    }

    [Fact]
    public async Task Case_to_be_judged_again_is_served_even_to_the_reviewer_who_judged_it()
    {
        await using var studio = await StartAsync();
        var (queue, lead, moderator) = await StartAsync(studio);
        var cases = await JudgeAsync(studio, queue, moderator, "hate");
        await PublishAsync(studio, lead);

        var task = await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), moderator, None);
        task!.CaseId.ShouldBe(cases[0]);
        await AnswerAsync(studio, task, moderator, "abuse", await VersionAsync(studio, queue));

        (await CaseAsync(studio, cases[0])).LabelKey.ShouldBe("abuse");
    }

    [Fact]
    public async Task Labels_that_change_places_are_each_carried_once()
    {
        await using var studio = await StartAsync();
        var (queue, lead, moderator) = await StartAsync(studio);
        var cases = await JudgeAsync(studio, queue, moderator, "spam", "hate", "spam");

        await PublishAsync(
            studio, lead, ["ok", "spam", "hate", "abuse"],
            [new("ok", LabelMappingKind.Same, "ok"), new("spam", LabelMappingKind.Same, "hate"), new("hate", LabelMappingKind.Same, "spam"), new("abuse", LabelMappingKind.Same, "abuse")]);

        var keys = new List<string?>();
        foreach (var id in cases)
        {
            keys.Add((await CaseAsync(studio, id)).LabelKey);
        }

        keys.ShouldBe(["hate", "spam", "hate"]);
    }

    [Fact]
    public async Task Answer_given_while_the_policy_was_published_counts_in_the_new_labels()
    {
        await using var studio = await StartAsync();
        var (queue, lead, moderator) = await StartAsync(studio);
        await studio.AddTextsAsync(queue, ["one", "two"]);
        var shown = await VersionAsync(studio, queue);
        var spam = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), moderator, None))!;
        await PublishAsync(studio, lead);

        await AnswerAsync(studio, spam, moderator, "spam", shown);
        (await CaseAsync(studio, spam.CaseId)).LabelKey.ShouldBe("abuse");

        var hate = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), moderator, None))!;
        var refusal = await Should.ThrowAsync<RefusedException>(() => AnswerAsync(studio, hate, moderator, "hate", shown));
        refusal.Code.ShouldBe("label.unknown");
        (await Should.ThrowAsync<RefusedException>(() => AnswerAsync(studio, hate, moderator, "hate", 987_654))).Code.ShouldBe("label.unknown");
    }

    [Fact]
    public async Task Waiting_cases_may_finish_on_the_old_version_and_their_labels_follow_at_once()
    {
        await using var studio = await StartAsync();
        var (queue, lead, moderator) = await StartAsync(studio);
        var old = await VersionAsync(studio, queue);
        await studio.AddTextsAsync(queue, ["one", "two"]);

        await PublishAsync(studio, lead, pending: PendingCases.Finish);

        var first = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), moderator, None))!;
        (await CaseAsync(studio, first.CaseId)).PolicyVersionId.ShouldBe(old);
        await AnswerAsync(studio, first, moderator, "spam", old);
        var second = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), moderator, None))!;
        await AnswerAsync(studio, second, moderator, "hate", old);

        var carried = await CaseAsync(studio, first.CaseId);
        carried.LabelKey.ShouldBe("abuse");
        carried.PolicyVersionId.ShouldBe(await VersionAsync(studio, queue));
        var again = await CaseAsync(studio, second.CaseId);
        again.LabelKey.ShouldBeNull();
        again.State.ShouldBe(CaseState.Open);
        var reopened = await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), moderator, None);
        reopened!.CaseId.ShouldBe(second.CaseId);
    }

    [Fact]
    public async Task Half_judged_case_asks_anew_for_the_verdict_that_fell_away_and_keeps_the_other()
    {
        await using var studio = await StartAsync();
        var (queue, lead, ada) = await StartAsync(studio, reviewers: 3);
        var ben = await studio.ReviewerAsync("ben");
        await studio.AddTextsAsync(queue, ["one"]);
        var old = await VersionAsync(studio, queue);
        await AnswerAsync(studio, (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), ada, None))!, ada, "hate", old);
        await AnswerAsync(studio, (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), ben, None))!, ben, "spam", old);

        await PublishAsync(studio, lead);

        (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), ben, None)).ShouldBeNull();
        var now = await VersionAsync(studio, queue);
        await AnswerAsync(studio, (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), ada, None))!, ada, "abuse", now);
        var cleo = await studio.ReviewerAsync("cleo");
        await AnswerAsync(studio, (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), cleo, None))!, cleo, "ok", now);
        await studio.Database.ReadAsync(
            async db =>
            {
                var label = await db.Set<LabelledExample>().SingleAsync();
                label.LabelKey.ShouldBe("abuse");
                label.Reviewers.ShouldBe(3);
                label.Confidence.ShouldBe(2.0 / 3, 1e-9);
                return true;
            },
            None);
    }

    [Fact]
    public async Task Gold_and_frozen_answers_follow_the_map_or_leave()
    {
        await using var studio = await StartAsync();
        var (queue, lead, moderator) = await StartAsync(studio);
        var cases = await JudgeAsync(studio, queue, moderator, "spam", "hate");
        await studio.Database.WriteAsync(
            async db =>
            {
                var set = new FrozenSet { PolicyId = queue.PolicyId, Name = "gates", CreatedAt = studio.Clock.Instant() };
                db.Add(set);
                await db.SaveChangesAsync();
                db.AddRange(new FrozenMember { FrozenSetId = set.Id, CaseId = cases[0], LabelKey = "spam" }, new FrozenMember { FrozenSetId = set.Id, CaseId = cases[1], LabelKey = "hate" });
                db.AddRange(new GoldAnswer { CaseId = cases[0], LabelKey = "spam", CreatedAt = studio.Clock.Instant() }, new GoldAnswer { CaseId = cases[1], LabelKey = "hate", CreatedAt = studio.Clock.Instant() });
                await db.SaveChangesAsync();
            },
            None);

        await PublishAsync(studio, lead);

        (await studio.Database.ReadAsync(db => db.Set<FrozenMember>().SingleAsync(), None)).LabelKey.ShouldBe("abuse");
        (await studio.Database.ReadAsync(db => db.Set<GoldAnswer>().SingleAsync(), None)).LabelKey.ShouldBe("abuse");
    }

    [Fact]
    public async Task Publication_that_fails_half_way_changes_nothing()
    {
        await using var studio = await StartAsync(s => s.AddSingleton<IPolicyPublished, Breakage>());
        var (queue, lead, moderator) = await StartAsync(studio);
        var cases = await JudgeAsync(studio, queue, moderator, "spam", "hate");
        var old = await VersionAsync(studio, queue);

        await Should.ThrowAsync<IOException>(() => PublishAsync(studio, lead));

        (await VersionAsync(studio, queue)).ShouldBe(old);
        (await CaseAsync(studio, cases[0])).LabelKey.ShouldBe("spam");
        (await CaseAsync(studio, cases[1])).PolicyVersionId.ShouldBe(old);
        (await studio.Database.ReadAsync(db => db.Set<LabelledExample>().CountAsync(), None)).ShouldBe(2);
        (await studio.Database.ReadAsync(db => db.Set<LabelMapping>().CountAsync(), None)).ShouldBe(0);
        (await studio.Get<GetPolicy>().RunAsync("posts", lead, None)).Draft.ShouldNotBeNull();
    }

    [Fact]
    public async Task Publication_needs_a_word_on_every_old_label()
    {
        await using var studio = await StartAsync();
        var (_, lead, _) = await StartAsync(studio);

        var failure = await Should.ThrowAsync<ValidationException>(() => PublishAsync(studio, lead, map: Map[..3]));

        failure.Errors.ShouldHaveSingleItem().ErrorMessage.ShouldBe(PublicationValidator.Undecided("hate"));
    }

    [Fact]
    public async Task Many_labels_are_carried_in_pieces()
    {
        await using var studio = await StartAsync();
        var (queue, lead, _) = await StartAsync(studio);
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 1_203).Select(i => $"text {i}"));
        await studio.Database.WriteAsync(
            async db =>
            {
                var version = (await PolicyBook.InForceIdAsync(db, queue.PolicyId, None))!.Value;
                foreach (var reviewCase in await db.Set<ReviewCase>().ToListAsync())
                {
                    reviewCase.LabelKey = reviewCase.Id % 2 == 0 ? "spam" : "hate";
                    reviewCase.State = CaseState.Labelled;
                    db.Add(new LabelledExample { CaseId = reviewCase.Id, PolicyId = queue.PolicyId, PolicyVersionId = version, LabelKey = reviewCase.LabelKey, Method = "single", CreatedAt = studio.Clock.Instant() });
                }

                await db.SaveChangesAsync();
                await db.Set<ReviewTask>().ExecuteUpdateAsync(set => set.SetProperty(t => t.State, TaskState.Done));
            },
            None);

        var published = await PublishAsync(studio, lead);

        (published.Tally.LabelsMapped + published.Tally.LabelsWithdrawn).ShouldBe(1_203);
        published.Tally.TasksOpened.ShouldBe(published.Tally.LabelsWithdrawn);
        (await studio.Database.ReadAsync(db => db.Set<LabelledExample>().CountAsync(), None)).ShouldBe(2_406);
        (await studio.Database.ReadAsync(db => db.Set<ReviewTask>().CountAsync(t => t.State == TaskState.Pending), None)).ShouldBe(published.Tally.LabelsWithdrawn);
    }

    [Fact]
    public async Task Maps_reach_over_several_editions_and_back()
    {
        await using var studio = await StartAsync();
        var (queue, lead, _) = await StartAsync(studio);
        var first = await VersionAsync(studio, queue);
        await PublishAsync(studio, lead);
        await PublishAsync(studio, lead, ["fine", "abuse"], [new("ok", LabelMappingKind.Same, "fine"), new("abuse", LabelMappingKind.Same, "abuse")]);
        var third = await VersionAsync(studio, queue);

        var map = await studio.Get<LabelMaps>().BetweenAsync(first, third, None);
        var back = await studio.Get<LabelMaps>().BetweenAsync(third, first, None);

        (map.Find("ok"), map.Find("spam"), map.Find("hate")).ShouldBe(("fine", "abuse", null));
        (back.Find("fine"), back.Find("abuse")).ShouldBe(("ok", null));
    }

    private static async Task<(ReviewQueue Queue, Actor Lead, Actor Moderator)> StartAsync(TestStudio studio, int reviewers = 1)
    {
        var queue = await studio.QueueAsync("posts", ["ok", "spam", "abuse", "hate"], q => q.Plan.ReviewersPerCase = reviewers);
        return (queue, await studio.ReviewerAsync("lead", roles: Roles.PolicyLead), await studio.ReviewerAsync("moderator"));
    }

    /// <summary>Publishes the next version, by default with the labels ok and abuse.</summary>
    private static async Task<PublishedVersion> PublishAsync(
        TestStudio studio, Actor lead, string[]? labels = null, MappingChoice[]? map = null, PendingCases pending = PendingCases.Move)
    {
        await studio.Get<StartDraft>().RunAsync("posts", lead, None);
        var draft = (await studio.Get<GetPolicy>().RunAsync("posts", lead, None)).Draft!;
        var stamp = await studio.Get<EditDraft>().RunAsync(new DraftEdit("posts", draft.Stamp, Contents.Of(labels ?? ["ok", "abuse"])), lead, None);
        return await studio.Get<PublishPolicyVersion>().RunAsync(new Publication("posts", stamp, map ?? Map, pending), lead, None);
    }

    /// <summary>Adds one text a label and judges it so; returns the cases.</summary>
    private static async Task<List<long>> JudgeAsync(TestStudio studio, ReviewQueue queue, Actor actor, params string[] labels)
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

    private static Task AnswerAsync(TestStudio studio, ClaimedTask task, Actor actor, string label, long versionId) =>
        studio.Get<RecordVerdict>().RunAsync(new VerdictRequest(Guid.NewGuid(), task.Claim, versionId, label, 1_000), actor, None);

    private static Task<ReviewCase> CaseAsync(TestStudio studio, long id) =>
        studio.Database.ReadAsync(db => db.Set<ReviewCase>().SingleAsync(c => c.Id == id), None);

    private static Task<long> VersionAsync(TestStudio studio, ReviewQueue queue) =>
        studio.Database.ReadAsync(async db => (await PolicyBook.InForceIdAsync(db, queue.PolicyId, None))!.Value, None);

    private sealed class Breakage : IPolicyPublished
    {
        public int Order => int.MaxValue;

        public Task FollowAsync(StudioDbContext db, PolicyPublication publication, CancellationToken cancellation) => throw new IOException("the disk is full");
    }
}
