using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels.Skills;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class ReviewerSkillTestsOnSqlite() : ReviewerSkillTests(TestEngine.Sqlite);

public sealed class ReviewerSkillTestsOnPostgreSql() : ReviewerSkillTests(TestEngine.PostgreSql);

public abstract class ReviewerSkillTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Reviewers_records_decide_who_needs_a_second_opinion()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"], q =>
        {
            q.Plan.ReviewersPerCase = 3;
            q.Plan.Method = ConsensusMethods.DawidSkene;
        });
        var reviewers = new List<Actor>();
        foreach (var name in new[] { "ada", "ben", "careless" })
        {
            reviewers.Add(await studio.ReviewerAsync(name));
        }

        // Two who know, and one who says "ok" half of the time: 60 cases, every second one bad.
        var items = await studio.AddTextsAsync(queue, Enumerable.Range(0, 60).Select(i => $"post {i}"));
        foreach (var reviewer in reviewers)
        {
            while (await studio.ClaimAsync(reviewer) is { } sheet)
            {
                var bad = items.IndexOf(sheet.Item.Id) % 2 == 1;
                var truth = bad ? "bad" : "ok";
                var careless = reviewer.Name == "careless" && items.IndexOf(sheet.Item.Id) % 4 == 1;
                await studio.JudgeAsync(sheet, reviewer, careless ? "ok" : truth);
            }
        }

        var due = studio.Dispatcher.Ids.ShouldHaveSingleItem("one estimate is asked for after a hundred verdicts");
        await studio.Get<RunBackgroundJob>().RunAsync(due, None);

        var skills = await studio.Database.ReadAsync(
            async db => await ReviewerSkills.ReadAsync(db, queue.PolicyId, ["ok", "bad"], [.. reviewers.Select(r => r.ReviewerId)], None), None);
        skills.Weight(reviewers[0].ReviewerId).ShouldBeGreaterThan(skills.Weight(reviewers[2].ReviewerId));
        double Sure(Actor reviewer, string label) => skills.Posterior([new(label, reviewer.ReviewerId, false)]).Max();
        Sure(reviewers[0], "ok").ShouldBeGreaterThan(0.85);
        Sure(reviewers[2], "ok").ShouldBeLessThan(0.8);
        Sure(reviewers[2], "bad").ShouldBeGreaterThan(Sure(reviewers[2], "ok"), "who never says bad for nothing is believed when saying it");

        // From now on one verdict is enough where it is sure enough.
        await studio.Database.WriteAsync(
            async db =>
            {
                var changed = await db.Set<ReviewQueue>().SingleAsync();
                (changed.Plan.ReviewersPerCase, changed.Plan.SureAt, changed.Plan.ReviewersAtMost) = (1, 0.85, 3);
                changed.ConcurrencyStamp = Guid.NewGuid();
                await db.SaveChangesAsync();
            },
            None);
        await studio.AddTextsAsync(queue, ["fresh one"]);
        await studio.JudgeNextAsync(reviewers[0], "ok");
        (await studio.ClaimAsync(reviewers[2])).ShouldBeNull("the label is sure");

        await studio.AddTextsAsync(queue, ["fresh two"]);
        var doubted = await studio.JudgeNextAsync(reviewers[2], "ok");
        (await studio.JudgeNextAsync(reviewers[1], "ok")).CaseId.ShouldBe(doubted.CaseId);
        (await studio.ClaimAsync(reviewers[0])).ShouldBeNull("two are enough");
        var labelled = await studio.Database.ReadAsync(db => db.Set<ReviewCase>().SingleAsync(c => c.PublicId == doubted.CaseId), None);
        labelled.LabelKey.ShouldBe("ok");
    }
}
