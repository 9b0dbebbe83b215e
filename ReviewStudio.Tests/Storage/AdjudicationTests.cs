using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels.Adjudication;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Settings;
using ReviewStudio.Core.Review;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class AdjudicationTestsOnSqlite() : AdjudicationTests(TestEngine.Sqlite);

public sealed class AdjudicationTestsOnPostgreSql() : AdjudicationTests(TestEngine.PostgreSql);

public sealed class AdjudicationTestsOnSqlServer() : AdjudicationTests(TestEngine.SqlServer);

public abstract class AdjudicationTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Adjudicator_sees_what_the_others_said_and_reviewers_do_not()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio, q => q.Plan.ReviewersPerCase = 2);
        await studio.AddTextsAsync(queue, ["one"]);
        await studio.JudgeNextAsync(await studio.ReviewerAsync("mara"), "ok", "friendly banter");
        (await studio.JudgeNextAsync(await studio.ReviewerAsync("jonas"), "bad", "an insult")).Opinions.ShouldBeEmpty();

        var sheet = (await studio.ClaimAsync(lead))!;

        sheet.Message.ShouldBe("The reviewers do not agree.");
        sheet.Opinions.Select(o => (o.Reviewer, o.LabelKey, o.Note)).ShouldBe([("mara", "ok", "friendly banter"), ("jonas", "bad", "an insult")]);
    }

    [Fact]
    public async Task Any_disagreement_goes_to_adjudication_where_the_plan_says_so_and_the_label_stands_meanwhile()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio, q => (q.Plan.ReviewersPerCase, q.Plan.AdjudicateAnyDisagreement) = (3, true));
        await studio.AddTextsAsync(queue, ["one"]);
        foreach (var (name, label) in new[] { ("ada", "bad"), ("ben", "bad"), ("cleo", "ok") })
        {
            await studio.JudgeNextAsync(await studio.ReviewerAsync(name), label);
        }

        (await CaseAsync(studio)).LabelKey.ShouldBe("bad");
        await studio.JudgeNextAsync(lead, "ok", "Banter between friends is no insult.");
        (await CaseAsync(studio)).LabelKey.ShouldBe("ok");

        var notes = await studio.Get<ListGuidanceNotes>().RunAsync("posts", lead, None);
        var note = notes.ShouldHaveSingleItem();
        (note.LabelKey, note.Note, note.By).ShouldBe(("ok", "Banter between friends is no insult.", "lead"));
        note.Instead.ShouldBe(["bad"]);
    }

    [Fact]
    public async Task Reviewers_of_the_clearance_that_the_plan_names_adjudicate_and_others_do_not()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio, q => (q.Plan.ReviewersPerCase, q.Plan.AdjudicatorClearance) = (2, 5));
        await studio.AddTextsAsync(queue, ["one", "two"]);
        var (mara, jonas) = (await studio.ReviewerAsync("mara", clearance: 9), await studio.ReviewerAsync("jonas"));
        foreach (var label in new[] { "ok", "bad" })
        {
            await studio.JudgeNextAsync(mara, "ok");
            await studio.JudgeNextAsync(jonas, "bad");
        }

        (await studio.ClaimAsync(mara)).ShouldBeNull("she judged both");
        (await studio.ClaimAsync(await studio.ReviewerAsync("nina", clearance: 4))).ShouldBeNull();
        (await studio.JudgeNextAsync(await studio.ReviewerAsync("olga", clearance: 5), "bad")).Adjudication.ShouldBeTrue();
        (await studio.JudgeNextAsync(lead, "bad")).Adjudication.ShouldBeTrue("a lead of clearance 0 still settles what everybody may see");
    }

    [Fact]
    public async Task Changed_adjudicators_hold_for_what_waits_already()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio, q => q.Plan.ReviewersPerCase = 2);
        await studio.AddTextsAsync(queue, ["one"]);
        await studio.JudgeNextAsync(await studio.ReviewerAsync("mara"), "ok");
        await studio.JudgeNextAsync(await studio.ReviewerAsync("jonas"), "bad");
        var senior = await studio.ReviewerAsync("olga", clearance: 5);
        (await studio.ClaimAsync(senior)).ShouldBeNull();

        var shown = (await studio.Get<ListQueues>().RunAsync(false, lead, None)).Single();
        shown.Settings.Plan.AdjudicatorClearance = 5;
        await studio.Get<EditQueue>().RunAsync(new QueueEdit("posts", shown.Stamp, shown.Settings), lead, None);

        (await studio.ClaimAsync(senior))!.Adjudication.ShouldBeTrue();
    }

    [Fact]
    public async Task Lead_takes_a_case_that_did_not_wait_for_it_and_settles_it()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio);
        await studio.AddTextsAsync(queue, ["one", "two"]);
        var mara = await studio.ReviewerAsync("mara");
        var sheet = await studio.JudgeNextAsync(mara, "ok");
        var take = studio.Get<TakeAdjudication>();

        await Should.ThrowAsync<ForbiddenException>(take.RunAsync(sheet.CaseId, mara, None));
        var claim = await take.RunAsync(sheet.CaseId, lead, None);
        var second = await studio.ReviewerAsync("second lead", roles: [Roles.PolicyLead]);
        (await Should.ThrowAsync<RefusedException>(take.RunAsync(sheet.CaseId, second, None))).Code.ShouldBe("adjudication.held");
        claim = await take.RunAsync(sheet.CaseId, lead, None);
        var settled = await studio.Get<OpenTask>().RunAsync(claim.Claim, lead, None);
        await studio.JudgeAsync(settled, lead, "bad");

        (await studio.Database.ReadAsync(db => db.Set<ReviewCase>().SingleAsync(c => c.PublicId == sheet.CaseId), None)).LabelKey.ShouldBe("bad");
        (await Should.ThrowAsync<RefusedException>(take.RunAsync(sheet.CaseId, second, None))).Code.ShouldBe("adjudication.done");
        var report = await studio.Get<ListAdjudications>().RunAsync(queue.PolicyId, lead, None);
        report.Waiting.ShouldBeEmpty();
        var listed = report.Settled.ShouldHaveSingleItem();
        (listed.LabelKey, listed.By, listed.Gold).ShouldBe(("bad", "lead", false));
        listed.Before.ShouldBe(["ok"]);

        await studio.Get<MakeGold>().RunAsync(new NewGold(sheet.CaseId, null), lead, None);
        (await Should.ThrowAsync<RefusedException>(take.RunAsync(sheet.CaseId, second, None))).Code.ShouldBe("adjudication.gold");
    }

    [Fact]
    public async Task Lead_who_judged_a_case_does_not_settle_it()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio);
        await studio.AddTextsAsync(queue, ["one"]);
        var sheet = await studio.JudgeNextAsync(lead, "ok");

        (await Should.ThrowAsync<RefusedException>(studio.Get<TakeAdjudication>().RunAsync(sheet.CaseId, lead, None))).Code.ShouldBe("adjudication.own");
        (await Should.ThrowAsync<RefusedException>(studio.Get<TakeAdjudication>().RunAsync(Guid.NewGuid(), lead, None))).Code.ShouldBe("case.unknown");
    }

    private static async Task<(ReviewQueue Queue, Actor Lead)> QueueAsync(TestStudio studio, Action<ReviewQueue>? configure = null) =>
        (await studio.QueueAsync("posts", ["ok", "bad"], configure), await studio.ReviewerAsync("lead", roles: [Roles.PolicyLead, Roles.Moderator]));

    private static Task<ReviewCase> CaseAsync(TestStudio studio) => studio.Database.ReadAsync(db => db.Set<ReviewCase>().SingleAsync(), None);
}
