using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Labels.TakingOver;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Auditing;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Scanning;
using ReviewStudio.Core.Scanning.Settings;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class TakeOverTestsOnSqlite() : TakeOverTests(TestEngine.Sqlite);

public sealed class TakeOverTestsOnPostgreSql() : TakeOverTests(TestEngine.PostgreSql);

public abstract class TakeOverTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Copy_of_judged_content_takes_the_label_over_and_is_told_apart_everywhere()
    {
        await using var studio = await StartAsync();
        var queue = await QueueAsync(studio);
        var mara = await studio.ReviewerAsync("mara");
        await studio.AddTextsAsync(queue, ["Buy this now"]);
        await studio.JudgeNextAsync(mara, "bad");

        await studio.AddTextsAsync(queue, ["buy  THIS now", "buy that now"]);

        var cases = await CasesAsync(studio);
        cases.Select(c => (c.LabelKey, c.State)).ShouldBe([("bad", CaseState.Labelled), ("bad", CaseState.Labelled), (null, CaseState.Open)]);
        (await studio.Database.ReadAsync(db => db.Set<ReviewTask>().OrderBy(t => t.CaseId).Select(t => t.State).ToListAsync(), None)).ShouldBe([TaskState.Done, TaskState.Cancelled, TaskState.Pending]);
        var example = await LatestAsync(studio, cases[1].Id);
        (example.Method, example.FromCaseId, example.Reviewers, example.VerdictId, example.Confidence).ShouldBe(("duplicate", cases[0].Id, 0, null, 1.0));
        (await studio.Database.ReadAsync(db => db.Set<Verdict>().CountAsync(), None)).ShouldBe(1, "nobody judged the copy");
        var told = await studio.Database.ReadAsync(db => db.Set<AuditEvent>().SingleAsync(e => e.Action == "label.taken-over"), None);
        told.SubjectId.ShouldBe(cases[1].PublicId);
        (await studio.Database.ReadAsync(db => db.Set<OutboxMessage>().SingleAsync(m => m.AboutId == cases[1].PublicId), None)).PayloadJson.ShouldContain("\"duplicate\"");

        var lead = await studio.ReviewerAsync("lea", roles: Roles.PolicyLead);
        var history = await studio.Get<ReadCase>().RunAsync(cases[1].PublicId, lead, None);
        (history.TakenFrom, history.MayJudge, history.Opinions.Count).ShouldBe((cases[0].PublicId, true, 0));
        (await studio.Get<ReadCase>().RunAsync(cases[0].PublicId, lead, None)).Taken.ShouldBe(1);
        var rows = await RowsAsync(studio, queue);
        rows.ConvertAll(r => (r.Label, r.Method)).ShouldBe([("bad", "single"), ("bad", "duplicate")]);
        new SnapshotFilter { Methods = ["duplicate"] }.Checked()!.Takes(rows[1]).ShouldBeTrue();
    }

    [Fact]
    public async Task Scanned_copy_that_would_wait_for_review_takes_the_label_over()
    {
        await using var studio = await StartAsync();
        var queue = await QueueAsync(studio);
        var (mara, lead) = (await studio.ReviewerAsync("mara"), await studio.ReviewerAsync("lea", roles: Roles.PolicyLead));
        await studio.Get<SetScanning>().RunAsync(new ScanForm("posts", true, "posts", ScanOutcome.Review, ScanOutcome.Review, new Dictionary<string, Threshold>()), lead, None);
        await studio.AddTextsAsync(queue, ["Buy this now"]);
        await studio.JudgeNextAsync(mara, "bad");

        var answer = await studio.Get<ScanContent>().RunAsync(new ScanRequest("forum", "1", "BUY this now", "en"), lead, None);

        answer.Outcome.ShouldBe(ScanOutcome.Review);
        (await CasesAsync(studio)).Single(c => c.PublicId == answer.Policies[0].Case).LabelKey.ShouldBe("bad");
        (await PendingAsync(studio)).ShouldBe(0);
    }

    [Fact]
    public async Task Nothing_is_taken_over_where_the_plan_does_not_say_so_or_a_draw_asks_for_people()
    {
        await using var studio = await StartAsync();
        var mara = await studio.ReviewerAsync("mara");
        foreach (var (key, change) in new (string, Action<ReviewQueue>)[]
        {
            ("off", q => q.Plan.TakeOverDuplicates = false), ("audited", q => q.AuditRate = 1), ("second", q => q.Plan.SecondLookShare = 1), ("overlap", q => (q.Plan.OverlapShare, q.Plan.OverlapReviewers) = (1, 2)),
        })
        {
            var queue = await QueueAsync(studio, key, change);
            await studio.AddTextsAsync(queue, [$"Buy this at {key}"]);
            await studio.Database.WriteAsync(db => db.Set<ReviewCase>().Where(c => c.QueueId == queue.Id).ExecuteUpdateAsync(s => s.SetProperty(c => c.InAuditSample, false)), None);
            await LabelAsync(studio, queue, mara);

            await studio.AddTextsAsync(queue, [$"Buy this at {key}"]);

            var copy = (await CasesAsync(studio)).Last();
            (copy.LabelKey, copy.State).ShouldBe((null, CaseState.Open), key);
            copy.InAuditSample.ShouldBe(key == "audited");
        }
    }

    [Fact]
    public async Task Draw_that_waited_for_the_first_score_is_decided_before_a_label_is_taken_over()
    {
        await using var studio = await StartAsync();
        var queue = await QueueAsync(studio, "drawn", q => (q.AuditRate, q.AuditDailyBudget) = (0.3, 1_000_000));
        var mara = await studio.ReviewerAsync("mara");
        await studio.AddTextsAsync(queue, ["Buy this now"]);
        await LabelAsync(studio, queue, mara);
        await studio.ServeWordsAsync(queue, ["sunny"], ["buy"]);

        await studio.AddTextsAsync(queue, Enumerable.Range(0, 60).Select(_ => "Buy this now"));

        var copies = (await CasesAsync(studio))[1..];
        copies.ShouldAllBe(c => c.Stratum == AuditSampling.Repeated && c.AuditProbability > 0.29);
        copies.Count(c => c.InAuditSample).ShouldBeInRange(5, 35);
        copies.ShouldAllBe(c => c.InAuditSample == (c.LabelKey == null));
        var purposes = await studio.Database.ReadAsync(
            db => db.Set<ReviewTask>().Where(t => t.State == TaskState.Pending).Select(t => t.Purpose).ToListAsync(), None);
        purposes.ShouldAllBe(p => p == TaskPurpose.Audit);
        purposes.Count.ShouldBe(copies.Count(c => c.InAuditSample));
    }

    [Fact]
    public async Task Waiting_copies_follow_the_verdict_its_undoing_and_what_comes_after()
    {
        await using var studio = await StartAsync();
        var queue = await QueueAsync(studio);
        var mara = await studio.ReviewerAsync("mara");
        var ben = await studio.ReviewerAsync("ben");
        await studio.AddTextsAsync(queue, ["Buy this now", "Buy this now", "Buy this now", "something else"]);
        var held = (await studio.ClaimAsync(ben)).ShouldNotBeNull();
        held.Item.Parts[0].Text.ShouldBe("Buy this now");
        var sheet = await NextAsync(studio, mara, "Buy this now");

        var verdict = await studio.JudgeAsync(sheet, mara, "bad");
        (await LabelsAsync(studio)).ShouldBe([null, null, "bad", "bad"], ignoreOrder: true, "the one that ben holds and the other text wait on");
        await studio.Get<UndoVerdict>().RunAsync(verdict.VerdictId, Guid.CreateVersion7(), mara, None);
        (await LabelsAsync(studio)).ShouldAllBe(l => l == null);
        (await PendingAsync(studio)).ShouldBe(2, "the copy is asked for again, beside the other text");
        (await studio.Database.ReadAsync(db => db.Set<OutboxMessage>().CountAsync(m => m.CancelledAt == null), None)).ShouldBe(0, "nothing of it leaves the house");

        var again = await studio.Database.ReadAsync(db => db.Set<ReviewTask>().SingleAsync(t => t.State == TaskState.Leased && t.ReviewerId == mara.ReviewerId), None);
        await studio.JudgeAsync(sheet with { Claim = sheet.Claim with { FencingToken = again.FencingToken } }, mara, "ok");
        (await LabelsAsync(studio)).ShouldBe([null, null, "ok", "ok"], ignoreOrder: true);

        await studio.JudgeAsync(held, ben, "bad");
        (await LabelsAsync(studio)).ShouldBe([null, "bad", "ok", "ok"], ignoreOrder: true, "the copy keeps to the one that it took its label from");
    }

    [Fact]
    public async Task Lead_has_a_copy_judged_after_all_and_it_takes_nothing_over_again()
    {
        await using var studio = await StartAsync();
        var queue = await QueueAsync(studio);
        var mara = await studio.ReviewerAsync("mara");
        var lead = await studio.ReviewerAsync("lea", roles: Roles.PolicyLead);
        await studio.AddTextsAsync(queue, ["Buy this now"]);
        await studio.JudgeNextAsync(mara, "bad");
        await studio.AddTextsAsync(queue, ["Buy this now"]);
        var copy = (await CasesAsync(studio))[1];

        (await Should.ThrowAsync<RefusedException>(studio.Get<JudgeAnyway>().RunAsync(copy.PublicId, " ", lead, None))).Code.ShouldBe("reason.missing");
        await studio.Get<JudgeAnyway>().RunAsync(copy.PublicId, "Irony here", lead, None);
        (await Should.ThrowAsync<RefusedException>(studio.Get<JudgeAnyway>().RunAsync(copy.PublicId, "Irony here", lead, None))).Code.ShouldBe("case.judged");
        (await LabelsAsync(studio)).ShouldBe(["bad", null]);
        (await studio.Database.ReadAsync(db => db.Set<AuditEvent>().SingleAsync(e => e.Action == "label.take-over-undone"), None)).SubjectId.ShouldBe(copy.PublicId);

        await studio.AddTextsAsync(queue, ["Buy this now"]);
        (await LabelsAsync(studio)).ShouldBe(["bad", null, "bad"]);
        var sheet = await studio.JudgeNextAsync(mara, "ok");
        sheet.CaseId.ShouldBe(copy.PublicId);
        (await LatestAsync(studio, copy.Id)).ShouldSatisfyAllConditions(e => e.Method.ShouldBe("single"), e => e.FromCaseId.ShouldBeNull());
    }

    [Fact]
    public async Task Workbench_tells_what_was_judged_before_and_tells_nothing_in_blind_tasks()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("media", ["ok", "bad"], q => (q.AuditRate, q.Plan.GoldShare) = (1e-9, 0));
        var (mara, ben) = (await studio.ReviewerAsync("mara"), await studio.ReviewerAsync("ben"));
        var picture = CopiedPictures.Make(9);
        await LikenessTests.AddAsync(studio, "1", picture);
        await MediaTests.LookAsync(studio, CopiedPictures.Make(10));
        var first = await studio.JudgeNextAsync(mara, "bad");
        studio.Clock.Advance(TimeSpan.FromDays(2));
        await LikenessTests.AddAsync(studio, "2", picture);
        await LikenessTests.AddAsync(studio, "3", CopiedPictures.Copy(picture, "turned left"));
        await LikenessTests.AddAsync(studio, "4", CopiedPictures.Copy(picture, "half size"), text: "What do you think?");
        await LikenessTests.AddAsync(studio, "5", CopiedPictures.Make(11));
        await MediaTests.LookAsync(studio, CopiedPictures.Make(12));

        var told = new Dictionary<string, IReadOnlyList<JudgedCopy>>(StringComparer.Ordinal);
        while (await studio.ClaimAsync(ben) is { } sheet)
        {
            told[sheet.Item.ExternalId] = sheet.Copies;
        }

        var same = told["2"].ShouldHaveSingleItem();
        (same.CaseId, same.Likeness, same.LabelKey, same.Reviewer, same.At < studio.Clock.Instant().AddDays(-1.9)).ShouldBe((first.CaseId, Likeness.Same, "bad", "mara", true));
        told["3"].ShouldHaveSingleItem().Likeness.ShouldBe(Likeness.Alike);
        told["4"].ShouldHaveSingleItem().ShouldSatisfyAllConditions(c => c.Likeness.ShouldBe(Likeness.AlikePart), c => c.Part.ShouldBe(Modality.Image));
        told["5"].ShouldBeEmpty();

        async Task<TaskSheet> SecondAsync()
        {
            var task = await studio.Database.ReadAsync(db => (from t in db.Set<ReviewTask>() join c in db.Set<ReviewCase>() on t.CaseId equals c.Id join i in db.Set<Item>() on c.ItemId equals i.Id where i.ExternalId == "2" select t).SingleAsync(), None);
            return await studio.Get<OpenTask>().RunAsync(new TaskClaim(task.Id, task.FencingToken), ben, None);
        }

        // Somebody is still to judge the first one without knowing; then it is a known answer.
        (await studio.Database.WriteAsync(db => db.Set<ReviewTask>().Where(t => t.State == TaskState.Done).ExecuteUpdateAsync(s => s.SetProperty(t => t.State, TaskState.Pending)), None)).ShouldBe(1);
        (await SecondAsync()).Copies.ShouldBeEmpty();
        await studio.Database.WriteAsync(db => db.Set<ReviewTask>().Where(t => t.State == TaskState.Pending).ExecuteUpdateAsync(s => s.SetProperty(t => t.State, TaskState.Done)), None);
        (await SecondAsync()).Copies.ShouldHaveSingleItem();
        await studio.Database.WriteAsync(db => db.Set<ReviewCase>().Where(c => c.PublicId == first.CaseId).ExecuteUpdateAsync(s => s.SetProperty(c => c.Gold, true)), None);
        (await SecondAsync()).Copies.ShouldBeEmpty();
        await studio.Database.WriteAsync(db => db.Set<ReviewCase>().ExecuteUpdateAsync(s => s.SetProperty(c => c.Gold, false)), None);

        foreach (var purpose in new[] { TaskPurpose.Audit, TaskPurpose.SecondLook, TaskPurpose.Gold })
        {
            await studio.Database.WriteAsync(db => db.Set<ReviewTask>().Where(t => t.State == TaskState.Leased).ExecuteUpdateAsync(s => s.SetProperty(t => t.Purpose, purpose)), None);
            var blind = await SecondAsync();
            (blind.Copies.Count, blind.Hints.Count).ShouldBe((0, 0), purpose.ToString());
        }
    }

    private static Task<ReviewQueue> QueueAsync(TestStudio studio, string key = "posts", Action<ReviewQueue>? change = null) => studio.QueueAsync(key, ["ok", "bad"], q =>
    {
        (q.AuditRate, q.Plan.TakeOverDuplicates, q.Plan.GoldShare) = (1e-9, true, 0);
        change?.Invoke(q);
    });

    /// <summary>Judges until the queue's first case has a label.</summary>
    private static async Task LabelAsync(TestStudio studio, ReviewQueue queue, Actor first)
    {
        for (var i = 0; await studio.Database.ReadAsync(db => db.Set<ReviewCase>().AnyAsync(c => c.QueueId == queue.Id && c.LabelKey == null), None); i++)
        {
            var reviewer = i == 0 ? first : await studio.ReviewerAsync($"{queue.Key}-{i}");
            var claim = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest { QueueId = queue.Id }, reviewer, None)).ShouldNotBeNull();
            await studio.JudgeAsync(await studio.Get<OpenTask>().RunAsync(claim.Claim, reviewer, None), reviewer, "bad");
        }
    }

    private static async Task<TaskSheet> NextAsync(TestStudio studio, Actor reviewer, string text)
    {
        while (true)
        {
            var sheet = (await studio.ClaimAsync(reviewer)).ShouldNotBeNull();
            if (sheet.Item.Parts[0].Text == text)
            {
                return sheet;
            }

            await studio.Get<PutBackTask>().SkipAsync(sheet.Claim, "Not this one", reviewer, None);
        }
    }

    private static Task<List<ReviewCase>> CasesAsync(TestStudio studio) => studio.Database.ReadAsync(db => db.Set<ReviewCase>().OrderBy(c => c.Id).ToListAsync(), None);

    private static async Task<List<string?>> LabelsAsync(TestStudio studio) => (await CasesAsync(studio)).ConvertAll(c => c.LabelKey);

    private static Task<int> PendingAsync(TestStudio studio) => studio.Database.ReadAsync(db => db.Set<ReviewTask>().CountAsync(t => t.State == TaskState.Pending), None);

    private static Task<LabelledExample> LatestAsync(TestStudio studio, long caseId) =>
        studio.Database.ReadAsync(db => db.Set<LabelledExample>().Where(e => e.CaseId == caseId).OrderByDescending(e => e.Id).FirstAsync(), None);

    private static async Task<List<ExampleRow>> RowsAsync(TestStudio studio, ReviewQueue queue)
    {
        var labels = studio.Get<ReadLabels>();
        var rows = new List<ExampleRow>();
        await foreach (var row in labels.AtAsync(queue.PolicyId, await labels.PinAsync(queue.PolicyId, None), None))
        {
            rows.Add(row);
        }

        return rows;
    }
}
