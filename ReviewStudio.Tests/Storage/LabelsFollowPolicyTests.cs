using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Webhooks.Desk;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class LabelsFollowPolicyTestsOnSqlite() : LabelsFollowPolicyTests(TestEngine.Sqlite);

public sealed class LabelsFollowPolicyTestsOnPostgreSql() : LabelsFollowPolicyTests(TestEngine.PostgreSql);

/// <summary>What becomes of stored labels when a version is published.</summary>
public abstract class LabelsFollowPolicyTests(TestEngine engine) : PublicationContract(engine)
{
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
}
