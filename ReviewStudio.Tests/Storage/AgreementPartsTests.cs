using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels.Agreements;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class AgreementPartsTestsOnSqlite() : AgreementPartsTests(TestEngine.Sqlite);

public sealed class AgreementPartsTestsOnPostgreSql() : AgreementPartsTests(TestEngine.PostgreSql);

public abstract class AgreementPartsTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Teams_that_read_the_policy_differently_agree_within_and_not_between()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio, 4);
        foreach (var (name, team, strict) in new[] { ("ada", "north", true), ("ben", "north", true), ("cleo", "south", false), ("dan", "south", false) })
        {
            await JudgeAllAsync(studio, await InTeamAsync(studio, name, team), i => i % 2 == 1 && (strict || i % 4 == 1) ? "bad" : "ok");
        }

        var parts = await studio.Get<SplitAgreement>().RunAsync(new AgreementFilter(queue.PolicyId), AgreementSplit.Team, lead, None);

        parts.Parts.Select(p => (p.Name, p.Verdicts)).ShouldBe([("north", 40), ("south", 40)]);
        parts.Parts.ShouldAllBe(p => p.Alpha.Value == 1);
        parts.Between!.Value!.Value.ShouldBe(0.75, 1e-12);

        var labels = await studio.Get<SplitAgreement>().RunAsync(new AgreementFilter(queue.PolicyId), AgreementSplit.Label, lead, None);
        labels.Parts.Select(p => (p.Name, p.Verdicts)).ShouldBe([("ok", 50), ("bad", 30)]);
        labels.Parts[0].Alpha.Value.ShouldBe(labels.Parts[1].Alpha.Value, "of two labels each is the other's complement");
        var languages = await studio.Get<SplitAgreement>().RunAsync(new AgreementFilter(queue.PolicyId), AgreementSplit.Language, lead, None);
        languages.Parts.ShouldHaveSingleItem().Name.ShouldBe("en");
        (await studio.Get<SplitAgreement>().RunAsync(new AgreementFilter(queue.PolicyId), AgreementSplit.Site, lead, None)).Parts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reviewer_record_tells_agreement_without_the_own_vote_confusions_speed_and_load()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio, 3);
        var reviewers = new List<Actor>();
        foreach (var name in new[] { "ada", "ben", "cleo" })
        {
            reviewers.Add(await studio.ReviewerAsync(name));
        }

        await JudgeAllAsync(studio, reviewers[0], i => i % 2 == 1 ? "bad" : "ok");
        await JudgeAllAsync(studio, reviewers[1], i => i % 2 == 1 ? "bad" : "ok");
        await JudgeAllAsync(studio, reviewers[2], i => i % 4 == 1 ? "bad" : "ok");

        var record = await studio.Get<ReadReviewerRecord>().RunAsync(new AgreementFilter(queue.PolicyId), reviewers[2].ReviewerId, lead, None);

        (record.Name, record.Verdicts).ShouldBe(("cleo", 20));
        record.WithConsensus.Value!.Value.ShouldBe(15.0 / 20, 1e-12);
        record.WithOthers.Value!.Value.ShouldBe(15.0 / 20, 1e-12);
        (record.Confusions[1, 0], record.Confusions[0, 1], record.Confusions[0, 0], record.Confusions[1, 1]).ShouldBe((5, 0, 10, 5));
        record.Quartiles.ShouldBe([0.9, 0.9, 0.9], 1e-9);
        record.Weeks.ShouldHaveSingleItem().ShouldSatisfyAllConditions(w => w.Verdicts.ShouldBe(20), w => w.Same.ShouldBe(15), w => w.Days.ShouldBe(1));
        record.Drift.ShouldBeNull("one week has no trend");
        (await Should.ThrowAsync<RefusedException>(studio.Get<ReadReviewerRecord>().RunAsync(new AgreementFilter(queue.PolicyId), 999_999, lead, None))).Code.ShouldBe("reviewer.unknown");
    }

    [Fact]
    public async Task New_wording_is_compared_with_the_old_on_the_cases_of_each()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio, 2);
        var (ada, ben) = (await studio.ReviewerAsync("ada"), await studio.ReviewerAsync("ben"));
        await JudgeAllAsync(studio, ada, i => i % 2 == 1 ? "bad" : "ok");
        await JudgeAllAsync(studio, ben, i => i % 4 < 2 ? "bad" : "ok");
        await PublishAsync(studio, lead);
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 20).Select(i => $"new {i}"));
        await JudgeAllAsync(studio, ada, i => i % 2 == 1 ? "bad" : "ok");
        await JudgeAllAsync(studio, ben, i => i % 2 == 1 ? "bad" : "ok");

        (await studio.Get<CompareVersions>().VersionsAsync(queue.PolicyId, None)).ShouldBe([1, 2]);
        var comparison = await studio.Get<CompareVersions>().RunAsync(new AgreementFilter(queue.PolicyId), 1, 2, lead, None);

        (comparison.Whole.First.N, comparison.Whole.Second.N, comparison.Whole.Second.Value).ShouldBe((20, 20, 1));
        comparison.Whole.Difference!.Value.ShouldBeGreaterThan(0.5);
        comparison.Whole.P!.Value.ShouldBeLessThan(0.01);
        comparison.Labels.Select(l => l.Name).ShouldBe(["OK", "BAD"]);
    }

    [Fact]
    public async Task Reviewers_are_compared_with_what_the_model_predicted_apart_by_whether_they_saw_it()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio, 1);
        await studio.Database.WriteAsync(
            async db =>
            {
                // A head that says "bad" of every case, certain as can be.
                var head = new Core.Inference.Head { PolicyId = queue.PolicyId, PolicyVersionId = await db.Set<PolicyVersion>().Select(v => v.Id).SingleAsync(), Number = 1, LabelKeysJson = """["ok","bad"]""", FileHash = "x", EncoderVersion = "x", CreatedAt = studio.Clock.Instant() };
                db.Add(head);
                await db.SaveChangesAsync();
                var certain = Core.Inference.Probabilities.Write([0.1f, 0.9f]);
                await db.Set<ReviewCase>().ExecuteUpdateAsync(set => set.SetProperty(c => c.HeadId, head.Id).SetProperty(c => c.Probabilities, certain));
                await db.Set<ReviewTask>().Where(t => t.Id % 2 == 0).ExecuteUpdateAsync(set => set.SetProperty(t => t.Purpose, TaskPurpose.Audit));
                await db.Set<ReviewCase>().Where(c => db.Set<ReviewTask>().Any(t => t.CaseId == c.Id && t.Purpose == TaskPurpose.Audit)).ExecuteUpdateAsync(set => set.SetProperty(c => c.InAuditSample, true));
            },
            None);
        var ada = await studio.ReviewerAsync("ada");
        while (await studio.ClaimAsync(ada) is { } sheet)
        {
            await studio.JudgeAsync(sheet, ada, sheet.Blind && sheet.Item.Id % 4 == 0 ? "ok" : "bad");
        }

        var report = await studio.Get<CompareWithModel>().RunAsync(new AgreementFilter(queue.PolicyId), lead, None);

        (report.Audit.Agreement.N, report.Blind.Agreement.N, report.Shown.Agreement.N).ShouldBe((10, 10, 10));
        report.Shown.Agreement.Value.ShouldBe(1);
        report.Audit.Agreement.Value.ShouldBe(0.5);
    }

    [Fact]
    public async Task Undone_verdicts_leave_the_figures_and_new_ones_join_them_however_often_they_are_read()
    {
        await using var studio = await StartAsync();
        var (queue, lead) = await QueueAsync(studio, 2);
        var (ada, ben) = (await studio.ReviewerAsync("ada"), await studio.ReviewerAsync("ben"));
        await JudgeAllAsync(studio, ada, _ => "ok");
        var filter = new AgreementFilter(queue.PolicyId);
        async Task<int> VerdictsAsync() => (await studio.Get<MeasureAgreement>().RunAsync(filter, lead, None)).Summary.Verdicts;
        (await VerdictsAsync()).ShouldBe(20);

        var recorded = await studio.JudgeAsync((await studio.ClaimAsync(ben))!, ben, "bad");
        (await VerdictsAsync()).ShouldBe(21);
        await studio.Get<UndoVerdict>().RunAsync(recorded.VerdictId, Guid.CreateVersion7(), ben, None);
        (await VerdictsAsync()).ShouldBe(20);

        // Older than what is read anew each time: they stay as they are, and others join.
        studio.Clock.Advance(TimeSpan.FromHours(1));
        (await VerdictsAsync()).ShouldBe(20);
        await JudgeAllAsync(studio, ben, _ => "ok");
        (await VerdictsAsync()).ShouldBeGreaterThanOrEqualTo(39);
        (await VerdictsAsync()).ShouldBe((await studio.Get<ReadRatings>().RunAsync(filter, None)).Count);
    }

    private static async Task<(ReviewQueue Queue, Actor Lead)> QueueAsync(TestStudio studio, int each)
    {
        var queue = await studio.QueueAsync("posts", ["ok", "bad"], q => q.Plan.ReviewersPerCase = each);
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 20).Select(i => $"post {i}"));
        return (queue, await studio.ReviewerAsync("lead", roles: [Roles.PolicyLead, Roles.Moderator]));
    }

    private static async Task<Actor> InTeamAsync(TestStudio studio, string name, string team)
    {
        var actor = await studio.ReviewerAsync(name);
        await studio.Database.WriteAsync(db => db.Set<Reviewer>().Where(r => r.Id == actor.ReviewerId).ExecuteUpdateAsync(set => set.SetProperty(r => r.Group, team)), None);
        return actor;
    }

    /// <summary>Judges all that waits, by the number in the item's text.</summary>
    private static async Task JudgeAllAsync(TestStudio studio, Actor reviewer, Func<int, string> answer)
    {
        while (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), reviewer, None) is { } claim)
        {
            var sheet = await studio.Get<OpenTask>().RunAsync(claim.Claim, reviewer, None);
            await studio.JudgeAsync(sheet, reviewer, answer(int.Parse(sheet.Item.Parts[0].Text!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    private static async Task PublishAsync(TestStudio studio, Actor lead)
    {
        await studio.Get<StartDraft>().RunAsync("posts", lead, None);
        var draft = (await studio.Get<GetPolicy>().RunAsync("posts", lead, None)).Draft!;
        var stamp = await studio.Get<EditDraft>().RunAsync(new DraftEdit("posts", draft.Stamp, Contents.Of("ok", "bad")), lead, None);
        await studio.Get<PublishPolicyVersion>().RunAsync(
            new Publication("posts", stamp, [new MappingChoice("ok", LabelMappingKind.Same, "ok"), new MappingChoice("bad", LabelMappingKind.Same, "bad")]), lead, None);
    }
}
