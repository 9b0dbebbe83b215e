using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class ImportedLabelTestsOnSqlite() : ImportedLabelTests(TestEngine.Sqlite);

public sealed class ImportedLabelTestsOnPostgreSql() : ImportedLabelTests(TestEngine.PostgreSql);

public abstract class ImportedLabelTests(TestEngine engine) : StorageContract(engine)
{
    private const string Three = "id,text,label,who,role\n1,one,1,Ada,\n2,two,0,,\n3,three,,,\n";

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Gold_labels_become_known_answers_and_labels_and_nobody_is_asked_for_them()
    {
        await using var studio = await StudioAsync();

        await ImportTests.ImportAsync(studio, Three, a => Labelled(a) with { LabelUse = LabelUse.Gold });

        var gold = await studio.Database.ReadAsync(db => db.Set<GoldAnswer>().OrderBy(g => g.Id).ToListAsync(), None);
        gold.Select(g => (g.LabelKey, g.Origin)).ShouldBe([("bad", "import"), ("ok", "import")]);
        var tasks = await studio.Database.ReadAsync(db => db.Set<ReviewTask>().OrderBy(t => t.Id).ToListAsync(), None);
        tasks.Select(t => t.State).ShouldBe([TaskState.Cancelled, TaskState.Cancelled, TaskState.Pending]);
        var examples = await studio.Database.ReadAsync(db => db.Set<LabelledExample>().OrderBy(e => e.Id).ToListAsync(), None);
        examples.Select(e => (e.LabelKey, e.Method)).ShouldBe([("bad", "gold"), ("ok", "gold")]);
    }

    [Fact]
    public async Task Verdict_labels_become_verdicts_of_past_reviewers_and_labelled_examples()
    {
        await using var studio = await StudioAsync(reviewersPerCase: 2);

        await ImportTests.ImportAsync(studio, Three, a => Labelled(a) with { LabelUse = LabelUse.Verdict, PastReviewer = "Team 2024" });

        await studio.Database.ReadAsync(
            async db =>
            {
                var verdicts = await db.Set<Verdict>().OrderBy(v => v.Id).ToListAsync();
                verdicts.Select(v => v.LabelKey).ShouldBe(["bad", "ok"]);
                var reviewers = await db.Set<Reviewer>().ToDictionaryAsync(r => r.Id);
                verdicts.Select(v => reviewers[v.ReviewerId].DisplayName).ShouldBe(["Ada", "Team 2024"]);
                reviewers.Values.ShouldAllBe(r => !r.Active && r.PasswordHash == null);
                var examples = await db.Set<LabelledExample>().OrderBy(e => e.Id).ToListAsync();
                examples.Select(e => (e.LabelKey, e.Method, e.VerdictId)).ShouldBe(verdicts.Select(v => (v.LabelKey, "single", (long?)v.Id)));
                var cases = await db.Set<ReviewCase>().OrderBy(c => c.Id).ToListAsync();
                cases.Select(c => (c.State, c.LabelKey)).ShouldBe([(CaseState.Labelled, "bad"), (CaseState.Labelled, "ok"), (CaseState.Open, null)]);
                var pending = await db.Set<ReviewTask>().Where(t => t.State == TaskState.Pending).Select(t => t.CaseId).Distinct().ToListAsync();
                pending.ShouldBe([cases[2].Id]);
                (await db.Set<OutboxMessage>().CountAsync()).ShouldBe(0);
                return true;
            },
            None);
    }

    [Fact]
    public async Task Past_reviewer_is_one_account_over_several_imports()
    {
        await using var studio = await StudioAsync();
        await ImportTests.ImportAsync(studio, Three, a => Labelled(a) with { LabelUse = LabelUse.Verdict, PastReviewer = "Ada" });

        await ImportTests.ImportAsync(studio, Three, a => Labelled(a) with { LabelUse = LabelUse.Verdict, PastReviewer = "Ada", Source = "other" });

        (await studio.Database.ReadAsync(db => db.Set<Reviewer>().CountAsync(), None)).ShouldBe(1);
        (await studio.Database.ReadAsync(db => db.Set<Verdict>().CountAsync(), None)).ShouldBe(4);
    }

    [Fact]
    public async Task Frozen_labels_make_the_set_of_the_gates_and_want_no_verdict()
    {
        await using var studio = await StudioAsync();

        await ImportTests.ImportAsync(studio, Three, a => Labelled(a) with { LabelUse = LabelUse.Frozen });

        await studio.Database.ReadAsync(
            async db =>
            {
                var set = await db.Set<FrozenSet>().SingleAsync();
                set.ForGates.ShouldBeTrue();
                (await db.Set<FrozenMember>().OrderBy(m => m.Id).Select(m => m.LabelKey).ToListAsync()).ShouldBe(["bad", "ok"]);
                (await db.Set<ReviewCase>().CountAsync(c => c.Frozen && c.State == CaseState.Labelled && c.LabelKey != null)).ShouldBe(2);
                (await db.Set<ReviewTask>().CountAsync(t => t.State == TaskState.Pending)).ShouldBe(1);
                (await db.Set<LabelledExample>().CountAsync()).ShouldBe(0);
                return true;
            },
            None);
    }

    [Fact]
    public async Task Role_column_decides_row_by_row()
    {
        await using var studio = await StudioAsync();
        var csv = "id,text,label,who,role\n1,one,1,Ada,train\n2,two,0,,test\n3,three,1,,gold\n4,four,1,,ignore\n5,five,1,,nonsense\n";

        var result = await ImportTests.ImportAsync(studio, csv, a => Labelled(a) with { Columns = Labelled(a).Columns with { Role = "role" } });

        (result.Added, result.Rejected).ShouldBe((4, 1));
        (await studio.Database.ReadAsync(db => db.Set<Verdict>().CountAsync(), None)).ShouldBe(1);
        (await studio.Database.ReadAsync(db => db.Set<FrozenMember>().CountAsync(), None)).ShouldBe(1);
        (await studio.Database.ReadAsync(db => db.Set<GoldAnswer>().CountAsync(), None)).ShouldBe(1);
    }

    [Fact]
    public async Task Unknown_label_is_a_rejected_row_that_names_the_labels()
    {
        await using var studio = await StudioAsync();
        var (arguments, id) = await ImportTests.StartAsync(studio, "id,text,label\n1,one,1\n2,two,9\n", a => Labelled(a) with
        {
            LabelUse = LabelUse.Gold, Columns = new ColumnMapping { Text = "text", Id = "id", Label = "label" },
        });

        await studio.Get<Core.Storage.Jobs.RunBackgroundJob>().RunAsync(id, None);

        var rejects = await File.ReadAllTextAsync(ImportFiles.RejectPath(studio.Folders, arguments.File));
        rejects.ShouldContain("3,\"'9' is not a label of posts version 1 (ok, bad). Map it to one of these");
        (await studio.Database.ReadAsync(db => db.Set<ReviewCase>().CountAsync(), None)).ShouldBe(1);
    }

    [Fact]
    public async Task Labelled_items_stay_out_of_the_audit_sample()
    {
        await using var studio = await StartAsync();
        await studio.QueueAsync("posts", ["ok", "bad"], q => q.AuditRate = 1);

        await ImportTests.ImportAsync(studio, Three, a => Labelled(a) with { LabelUse = LabelUse.Verdict, PastReviewer = "Ada" });

        var cases = await studio.Database.ReadAsync(db => db.Set<ReviewCase>().OrderBy(c => c.Id).Select(c => c.InAuditSample).ToListAsync(), None);
        cases.ShouldBe([false, false, true]);
    }

    private static ImportArguments Labelled(ImportArguments a) => a with
    {
        Language = "en",
        Columns = new ColumnMapping { Text = "text", Id = "id", Label = "label", Reviewer = "who" },
        LabelMap = new Dictionary<string, string> { ["0"] = "ok", ["1"] = "bad" },
    };

    private async Task<TestStudio> StudioAsync(int reviewersPerCase = 1)
    {
        var studio = await StartAsync();
        await studio.QueueAsync("posts", ["ok", "bad"], q => q.Plan.ReviewersPerCase = reviewersPerCase);
        return studio;
    }
}
