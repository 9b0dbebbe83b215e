using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels.Agreements;
using ReviewStudio.Core.Labels.Agreements.Keeping;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class KeptFigureTestsOnSqlite() : KeptFigureTests(TestEngine.Sqlite);

public sealed class KeptFigureTestsOnPostgreSql() : KeptFigureTests(TestEngine.PostgreSql);

/// <summary>Figures over many verdicts are told from what was kept, and measured anew by a job.</summary>
public abstract class KeptFigureTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Few_verdicts_are_measured_while_somebody_waits_and_many_by_a_job_with_the_same_figures()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await JudgedAsync(studio);
        var question = new FigureQuestion(FigureKind.Overview, queue.PolicyId);
        var live = await studio.Get<AskFigures>().RunAsync<AgreementOverview>(question, lead, None);
        (live.AsOf, live.Measuring).ShouldBe((null, null));
        live.Figures!.Report.Summary.Verdicts.ShouldBe(8);

        studio.Get<AskFigures>().AtOnceUpTo = 3;
        var first = await studio.Get<AskFigures>().RunAsync<AgreementOverview>(question, lead, None);
        first.Figures.ShouldBeNull();
        (await studio.Get<AskFigures>().RunAsync<AgreementOverview>(question, lead, None)).Measuring!.Id.ShouldBe(first.Measuring!.Id, "one job is enough");
        studio.Dispatcher.Ids.ShouldBe([first.Measuring.Id]);
        await studio.Get<RunBackgroundJob>().RunAsync(first.Measuring.Id, None);

        var kept = await studio.Get<AskFigures>().RunAsync<AgreementOverview>(question, lead, None);
        kept.Measuring.ShouldBeNull();
        kept.AsOf.ShouldBe(studio.Clock.GetUtcNow().UtcDateTime);
        FigureJson.Write(kept.Figures!).ShouldBe(FigureJson.Write(live.Figures!));
        kept.Figures!.Report.Summary.KrippendorffAlpha.ShouldBe(live.Figures!.Report.Summary.KrippendorffAlpha);
    }

    [Fact]
    public async Task Every_kind_of_figure_comes_back_as_it_was_measured()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await JudgedAsync(studio);
        await CompareAsync<AgreementOverview>(new FigureQuestion(FigureKind.Overview, queue.PolicyId, queue.Id, "en", "text", 1, 30));
        await CompareAsync<AgreementParts>(new FigureQuestion(FigureKind.Parts, queue.PolicyId, Split: AgreementSplit.Label));
        await CompareAsync<VersionComparison>(new FigureQuestion(FigureKind.Versions, queue.PolicyId, First: 1, Second: 2));
        (await CompareAsync<List<long>>(new FigureQuestion(FigureKind.Cell, queue.PolicyId, Cell: new AgreementCell(FirstLabel: "ok", SecondLabel: "bad")))).Count.ShouldBe(2);
        (await CompareAsync<ReviewerRecord>(new FigureQuestion(FigureKind.Reviewer, queue.PolicyId, ReviewerId: lead.ReviewerId + 1))).Confusions.Cast<int>().Sum().ShouldBe(4);
        await CompareAsync<GoldFigures>(new FigureQuestion(FigureKind.Gold, queue.PolicyId));

        async Task<T> CompareAsync<T>(FigureQuestion question)
            where T : class
        {
            var ask = studio.Get<AskFigures>();
            ask.AtOnceUpTo = 1_000;
            var live = (await ask.RunAsync<T>(question, lead, None)).Figures!;
            ask.AtOnceUpTo = 0;
            await studio.Get<RunBackgroundJob>().RunAsync((await ask.RunAsync<T>(question, lead, None)).Measuring!.Id, None);
            var kept = (await ask.RunAsync<T>(question, lead, None)).Figures!;
            FigureJson.Write(kept).ShouldBe(FigureJson.Write(live));
            return kept;
        }
    }

    [Fact]
    public async Task New_verdicts_are_measured_after_a_rest_and_old_figures_are_told_until_then()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await JudgedAsync(studio);
        var ask = studio.Get<AskFigures>();
        ask.AtOnceUpTo = 0;
        var question = new FigureQuestion(FigureKind.Overview, queue.PolicyId);
        await studio.Get<RunBackgroundJob>().RunAsync((await ask.RunAsync<AgreementOverview>(question, lead, None)).Measuring!.Id, None);
        var measured = studio.Clock.GetUtcNow().UtcDateTime;
        await studio.AddTextsAsync(queue, ["fifth"]);
        await studio.JudgeNextAsync(await studio.ReviewerAsync("cy"), "ok");

        (await ask.RunAsync<AgreementOverview>(question, lead, None)).Measuring.ShouldBeNull("it was measured a moment ago");
        studio.Clock.Advance(TimeSpan.FromHours(1));
        var old = await ask.RunAsync<AgreementOverview>(question, lead, None);
        (old.Figures!.Report.Summary.Verdicts, old.AsOf).ShouldBe((8, measured));
        await studio.Get<RunBackgroundJob>().RunAsync(old.Measuring!.Id, None);

        var fresh = await ask.RunAsync<AgreementOverview>(question, lead, None);
        (fresh.Figures!.Report.Summary.Verdicts, fresh.AsOf, fresh.Measuring).ShouldBe((9, studio.Clock.GetUtcNow().UtcDateTime, null));
    }

    [Fact]
    public async Task What_cannot_be_measured_is_refused_with_the_reason_and_not_tried_at_each_look()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await JudgedAsync(studio);
        var ask = studio.Get<AskFigures>();
        ask.AtOnceUpTo = 0;
        var question = new FigureQuestion(FigureKind.Reviewer, queue.PolicyId, ReviewerId: 4711);
        await studio.Get<RunBackgroundJob>().RunAsync((await ask.RunAsync<ReviewerRecord>(question, lead, None)).Measuring!.Id, None);

        (await Should.ThrowAsync<RefusedException>(() => ask.RunAsync<ReviewerRecord>(question, lead, None))).Message.ShouldContain("no such reviewer");
        studio.Dispatcher.Ids.Count.ShouldBe(1);
        await Should.ThrowAsync<ForbiddenException>(async () => await ask.RunAsync<ReviewerRecord>(question, await studio.ReviewerAsync("moderator"), None));
    }

    /// <summary>Four cases, judged twice each: two alike, two differently.</summary>
    private static async Task<(ReviewQueue Queue, Actor Lead)> JudgedAsync(TestStudio studio)
    {
        var queue = await studio.QueueAsync("posts", ["ok", "bad"], q => q.Plan.ReviewersPerCase = 2);
        var lead = await studio.ReviewerAsync("lead", roles: [Roles.PolicyLead, Roles.Moderator]);
        await studio.AddTextsAsync(queue, ["first", "second", "third", "fourth"]);
        foreach (var (name, answers) in new[] { ("ada", "ok ok ok ok"), ("bo", "ok bad ok bad") })
        {
            var reviewer = await studio.ReviewerAsync(name);
            foreach (var answer in answers.Split(' '))
            {
                await studio.JudgeNextAsync(reviewer, answer);
            }
        }

        return (queue, lead);
    }
}
