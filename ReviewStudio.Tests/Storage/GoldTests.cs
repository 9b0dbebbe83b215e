using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class GoldTestsOnSqlite() : GoldTests(TestEngine.Sqlite);

public sealed class GoldTestsOnPostgreSql() : GoldTests(TestEngine.PostgreSql);

public sealed class GoldTestsOnSqlServer() : GoldTests(TestEngine.SqlServer);

public abstract class GoldTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Gold_is_mixed_in_unseen_by_its_share_and_each_reviewer_meets_it_once()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio, 0.3);
        await MakeGoldAsync(studio, queue, lead, 12, "bad");
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 60).Select(i => $"post {i}"));
        var mara = await studio.ReviewerAsync("mara");

        var given = 0;
        while (await studio.ClaimAsync(mara) is { } sheet)
        {
            sheet.Message.ShouldBe("");
            (sheet.Blind, sheet.Adjudication).ShouldBe((false, false));
            await studio.JudgeAsync(sheet, mara, "ok");
            given++;
        }

        given.ShouldBe(72, "sixty posts, and gold until there is none left");
        var verdicts = await studio.Database.ReadAsync(db => db.Set<Verdict>().Where(v => v.ReviewerId == mara.ReviewerId).OrderBy(v => v.Id).ToListAsync(), None);
        verdicts.Count(v => v.Purpose == TaskPurpose.Gold).ShouldBe(12);
        verdicts.Take(20).Count(v => v.Purpose == TaskPurpose.Gold).ShouldBeInRange(1, 12);
        verdicts.Select(v => v.CaseId).Distinct().Count().ShouldBe(72);

        var cases = await studio.Database.ReadAsync(db => db.Set<ReviewCase>().Where(c => c.Gold).ToListAsync(), None);
        cases.ShouldAllBe(c => c.LabelKey == "bad", "verdicts on gold change no label");
    }

    [Fact]
    public async Task Gold_of_another_source_is_not_mixed_into_what_a_reviewer_filtered_for()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio, 0.5);
        var items = await studio.AddTextsAsync(queue, ["known"], source: "elsewhere");
        var id = await studio.Database.ReadAsync(db => db.Set<ReviewCase>().Where(c => items.Contains(c.ItemId)).Select(c => c.PublicId).SingleAsync(), None);
        await studio.Get<MakeGold>().RunAsync(new NewGold(id, "bad"), lead, None);
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 20).Select(i => $"post {i}"));
        var mara = await studio.ReviewerAsync("mara");

        for (var i = 0; i < 10; i++)
        {
            var claim = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(Source: "test"), mara, None))!;
            var sheet = await studio.Get<OpenTask>().RunAsync(claim.Claim, mara, None);
            sheet.Item.Source.ShouldBe("test");
            await studio.JudgeAsync(sheet, mara, "ok");
        }

        (await UntilGoldAsync(studio, mara)).Item.Source.ShouldBe("elsewhere");
    }

    [Fact]
    public async Task Gold_that_is_given_back_waits_for_nobody_and_may_come_again()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio, 0.5);
        await MakeGoldAsync(studio, queue, lead, 1, "bad");
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 30).Select(i => $"post {i}"));
        var mara = await studio.ReviewerAsync("mara");
        var jonas = await studio.ReviewerAsync("jonas");

        var gold = await UntilGoldAsync(studio, mara);
        await studio.Get<PutBackTask>().ReleaseAsync(gold.Claim, mara, None);

        var tasks = await studio.Database.ReadAsync(db => db.Set<ReviewTask>().Where(t => t.Purpose == TaskPurpose.Gold).ToListAsync(), None);
        tasks.ShouldAllBe(t => t.State == TaskState.Cancelled && t.ReviewerId == null);
        (await UntilGoldAsync(studio, jonas)).CaseId.ShouldBe(gold.CaseId);
        (await UntilGoldAsync(studio, mara)).CaseId.ShouldBe(gold.CaseId);
    }

    [Fact]
    public async Task Adjudicated_case_becomes_gold_with_its_settled_label_and_an_unsettled_one_does_not()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio, 0.5, q => q.Plan.ReviewersPerCase = 2);
        await studio.AddTextsAsync(queue, ["one"]);
        await studio.JudgeNextAsync(await studio.ReviewerAsync("mara"), "ok");
        var sheet = await studio.JudgeNextAsync(await studio.ReviewerAsync("jonas"), "bad");
        var make = studio.Get<MakeGold>();

        (await Should.ThrowAsync<RefusedException>(make.RunAsync(new NewGold(sheet.CaseId, null), lead, None))).Code.ShouldBe("gold.unsettled");
        (await Should.ThrowAsync<RefusedException>(make.RunAsync(new NewGold(sheet.CaseId, "nonsense"), lead, None))).Code.ShouldBe("label.unknown");
        await Should.ThrowAsync<ForbiddenException>(async () => await make.RunAsync(new NewGold(sheet.CaseId, "bad"), await studio.ReviewerAsync("nina"), None));

        await studio.JudgeNextAsync(lead, "bad");
        await make.RunAsync(new NewGold(sheet.CaseId, null, "The second sentence is a threat."), lead, None);

        var gold = await studio.Database.ReadAsync(db => db.Set<GoldAnswer>().SingleAsync(), None);
        (gold.LabelKey, gold.Origin, gold.MadeBy, gold.Explanation).ShouldBe(("bad", "adjudication", "lead", "The second sentence is a threat."));
        (await studio.Database.ReadAsync(db => db.Set<LabelledExample>().OrderByDescending(e => e.Id).FirstAsync(), None)).Method.ShouldBe("gold");
    }

    [Fact]
    public async Task Reviewers_are_measured_with_an_interval_and_gold_they_all_miss_is_flagged()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio, 0.5);
        var ids = await MakeGoldAsync(studio, queue, lead, 9, "bad");
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 80).Select(i => $"post {i}"));
        var wrong = ids[4];
        foreach (var name in new[] { "ada", "ben", "cleo", "dan" })
        {
            var reviewer = await studio.ReviewerAsync(name);
            for (var met = 0; met < 9;)
            {
                var sheet = (await studio.ClaimAsync(reviewer))!;
                met += ids.Contains(sheet.CaseId) ? 1 : 0;
                await studio.JudgeAsync(sheet, reviewer, sheet.CaseId == wrong ? "ok" : "bad");
            }
        }

        var report = await studio.Get<MeasureGold>().RunAsync(queue.PolicyId, lead, None);

        report.Reviewers.Select(r => (r.Name, r.Right, r.N)).ShouldBe([("ada", 8, 9), ("ben", 8, 9), ("cleo", 8, 9), ("dan", 8, 9)]);
        report.Reviewers[0].Interval!.Value.Lower.ShouldBeLessThan(0.7);
        var doubtful = report.Doubtful.ShouldHaveSingleItem();
        (doubtful.CaseId, doubtful.Given["ok"]).ShouldBe((wrong, 4));

        await studio.Get<MakeGold>().RetireAsync(wrong, "The answer was wrong.", lead, None);
        (await studio.Get<MeasureGold>().RunAsync(queue.PolicyId, lead, None)).Doubtful.ShouldBeEmpty();
        (await Should.ThrowAsync<RefusedException>(studio.Get<MakeGold>().RetireAsync(wrong, "again", lead, None))).Code.ShouldBe("gold.unknown");
    }

    [Fact]
    public async Task Reviewer_learns_of_gold_after_the_shift_and_not_during_it()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio, 0.5);
        await MakeGoldAsync(studio, queue, lead, 1, "bad", "A threat is a threat in jest, too.");
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 30).Select(i => $"post {i}"));
        var mara = await studio.ReviewerAsync("mara");
        await studio.JudgeAsync(await UntilGoldAsync(studio, mara), mara, "ok");

        var during = await studio.Get<MyGold>().RunAsync(mara, None);
        (during.N, during.ShiftRuns).ShouldBe((0, true));

        studio.Clock.Advance(TimeSpan.FromHours(2));
        var after = await studio.Get<MyGold>().RunAsync(mara, None);
        (after.Right, after.N, after.ShiftRuns).ShouldBe((0, 1, false));
        var answer = after.Answers.ShouldHaveSingleItem();
        (answer.Given, answer.Answer, answer.Explanation).ShouldBe(("ok", "bad", "A threat is a threat in jest, too."));
    }

    private static async Task<(ReviewQueue Queue, Actor Lead)> QueueAsync(TestStudio studio, double share, Action<ReviewQueue>? configure = null)
    {
        var queue = await studio.QueueAsync("posts", ["ok", "bad"], q =>
        {
            q.Plan.GoldShare = share;
            configure?.Invoke(q);
        });
        return (queue, await studio.ReviewerAsync("lead", roles: [Roles.PolicyLead, Roles.Moderator]));
    }

    private static async Task<List<Guid>> MakeGoldAsync(TestStudio studio, ReviewQueue queue, Actor lead, int count, string label, string explanation = "")
    {
        var items = await studio.AddTextsAsync(queue, Enumerable.Range(0, count).Select(i => $"known {i}"));
        var cases = await studio.Database.ReadAsync(db => db.Set<ReviewCase>().Where(c => items.Contains(c.ItemId)).OrderBy(c => c.Id).Select(c => c.PublicId).ToListAsync(), None);
        foreach (var id in cases)
        {
            await studio.Get<MakeGold>().RunAsync(new NewGold(id, label, explanation), lead, None);
        }

        return cases;
    }

    /// <summary>Judges until a task is gold, and leaves that one open.</summary>
    private static async Task<TaskSheet> UntilGoldAsync(TestStudio studio, Actor reviewer)
    {
        while (true)
        {
            var sheet = (await studio.ClaimAsync(reviewer)).ShouldNotBeNull("gold comes before the queue is empty");
            if (await studio.Database.ReadAsync(db => db.Set<ReviewTask>().AnyAsync(t => t.Id == sheet.Claim.TaskId && t.Purpose == TaskPurpose.Gold), None))
            {
                return sheet;
            }

            await studio.JudgeAsync(sheet, reviewer, "ok");
        }
    }
}
