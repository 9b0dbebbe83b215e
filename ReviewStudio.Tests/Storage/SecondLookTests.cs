using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class SecondLookTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Second_look_is_blind_goes_to_somebody_else_and_a_difference_is_adjudicated()
    {
        await using var studio = await TestStudio.StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"], q => q.Plan.SecondLookShare = 1);
        await studio.AddTextsAsync(queue, ["one post"]);
        var mara = await studio.ReviewerAsync("mara");
        var jonas = await studio.ReviewerAsync("jonas");
        var lead = await studio.ReviewerAsync("leila", roles: [Roles.PolicyLead, Roles.Moderator]);

        await JudgeAsync(studio, mara, "ok");
        (await LabelAsync(studio)).ShouldBe("ok");
        (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), mara, None)).ShouldBeNull("nobody looks twice");
        (await studio.Get<CountWork>().RunAsync(new ClaimRequest(), mara, None)).Waiting.ShouldBe(0);
        (await studio.Get<CountWork>().RunAsync(new ClaimRequest(), jonas, None)).Waiting.ShouldBe(1);

        var sheet = await JudgeAsync(studio, jonas, "bad");
        (sheet.Blind, sheet.Prediction).ShouldBe((true, null));
        (await LabelAsync(studio)).ShouldBeNull("two verdicts that differ are no label");

        (await JudgeAsync(studio, lead, "bad")).Adjudication.ShouldBeTrue();
        (await LabelAsync(studio)).ShouldBe("bad");
    }

    [Fact]
    public async Task Share_of_the_cases_gets_a_second_look_chosen_by_their_ids()
    {
        await using var studio = await TestStudio.StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"], q => q.Plan.SecondLookShare = 0.3);
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 60).Select(i => $"post {i}"));
        var mara = await studio.ReviewerAsync("mara");
        for (var i = 0; i < 60; i++)
        {
            await JudgeAsync(studio, mara, "ok");
        }

        var chosen = await studio.Database.ReadAsync(
            async db => (
                Wanted: (await db.Set<ReviewCase>().ToListAsync()).Where(c => CaseDraws.SecondLook(c.PublicId) < 0.3).Select(c => c.Id).Order().ToList(),
                Asked: await db.Set<ReviewTask>().Where(t => t.Purpose == TaskPurpose.SecondLook).Select(t => t.CaseId).OrderBy(id => id).ToListAsync()),
            None);
        chosen.Asked.ShouldBe(chosen.Wanted);
        chosen.Asked.Count.ShouldBeInRange(5, 32);
    }

    private static async Task<TaskSheet> JudgeAsync(TestStudio studio, Actor reviewer, string label)
    {
        var claim = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), reviewer, None))!;
        var sheet = await studio.Get<OpenTask>().RunAsync(claim.Claim, reviewer, None);
        await studio.Get<RecordVerdict>().RunAsync(new VerdictRequest(Guid.CreateVersion7(), claim.Claim, sheet.Policy.Id, label, 900), reviewer, None);
        return sheet;
    }

    private static Task<string?> LabelAsync(TestStudio studio) => studio.Database.ReadAsync(db => db.Set<ReviewCase>().Select(c => c.LabelKey).SingleAsync(), None);
}
