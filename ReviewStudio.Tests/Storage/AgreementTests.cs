using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels.Agreements;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class AgreementTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Verdicts_of_three_reviewers_are_measured_and_a_cell_opens_its_cases_until_a_lead_settles_them()
    {
        await using var studio = await TestStudio.StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"], q => q.Plan.ReviewersPerCase = 3);
        await studio.AddTextsAsync(queue, ["first", "second", "third", "fourth"]);
        var ada = await studio.ReviewerAsync("ada");
        var bo = await studio.ReviewerAsync("bo");
        var cy = await studio.ReviewerAsync("cy");
        var lead = await studio.ReviewerAsync("leila", roles: [Roles.PolicyLead, Roles.Moderator]);
        await JudgeAllAsync(studio, ada, t => "ok");
        await JudgeAllAsync(studio, bo, t => t == "third" ? "bad" : "ok");
        await JudgeAllAsync(studio, cy, t => t is "third" or "fourth" ? "bad" : "ok");

        var report = await studio.Get<MeasureAgreement>().RunAsync(new AgreementFilter(queue.PolicyId), lead, None);

        // Of 24 ordered pairs 16 agree; by hand D_o = 8/2/12 and D_e = 2·9·3/(12·11), so that α = 5/27.
        report.Summary.PercentAgreement.Value!.Value.ShouldBe(16.0 / 24, 1e-12);
        report.Summary.KrippendorffAlpha.Value!.Value.ShouldBe(5.0 / 27, 1e-12);
        report.Reviewers.Select(r => r.Name).ShouldBe(["ada", "bo", "cy"]);
        (report.Confusions[0, 0], report.Confusions[1, 1], report.Confusions[0, 1], report.Confusions[1, 0]).ShouldBe((7, 1, 4, 4));
        report.Pairs.Single(p => (p.First, p.Second) == (0, 1)).Agreement.Value!.Value.ShouldBe(0.75, 1e-12);

        var find = studio.Get<FindDisagreements>();
        var between = await find.RunAsync(new AgreementFilter(queue.PolicyId), new AgreementCell(report.Reviewers[0].Id, report.Reviewers[1].Id), lead, None);
        between.ShouldHaveSingleItem().Text.ShouldBe("third");
        between[0].Opinions.Select(o => (o.Reviewer, o.LabelKey)).ShouldBe([("ada", "ok"), ("bo", "bad"), ("cy", "bad")]);
        (await find.RunAsync(new AgreementFilter(queue.PolicyId), new AgreementCell(FirstLabel: "ok", SecondLabel: "bad"), lead, None))
            .Select(c => c.Text).ShouldBe(["third", "fourth"], ignoreOrder: true);
        (await find.RunAsync(new AgreementFilter(queue.PolicyId, Language: "de"), new AgreementCell(FirstLabel: "ok", SecondLabel: "bad"), lead, None)).ShouldBeEmpty();
        await Should.ThrowAsync<ForbiddenException>(() => studio.Get<MeasureAgreement>().RunAsync(new AgreementFilter(queue.PolicyId), ada, None));
    }

    [Fact]
    public async Task Verdicts_of_one_reviewer_alone_give_no_figure_and_say_why()
    {
        await using var studio = await TestStudio.StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.AddTextsAsync(queue, ["first", "second"]);
        var lead = await studio.ReviewerAsync("leila", roles: [Roles.PolicyLead, Roles.Moderator]);
        await JudgeAllAsync(studio, lead, _ => "ok");

        var report = await studio.Get<MeasureAgreement>().RunAsync(new AgreementFilter(queue.PolicyId), lead, None);

        report.Summary.KrippendorffAlpha.Value.ShouldBeNull();
        report.Summary.KrippendorffAlpha.WhyNot.ShouldNotBeNullOrEmpty();
        report.Weeks.ShouldBeEmpty();
    }

    private static async Task JudgeAllAsync(TestStudio studio, Actor reviewer, Func<string, string> answer)
    {
        while (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), reviewer, None) is { } claim)
        {
            var sheet = await studio.Get<OpenTask>().RunAsync(claim.Claim, reviewer, None);
            await studio.Get<RecordVerdict>().RunAsync(
                new VerdictRequest(Guid.CreateVersion7(), claim.Claim, sheet.Policy.Id, answer(sheet.Item.Parts[0].Text!), 900), reviewer, None);
        }
    }
}
