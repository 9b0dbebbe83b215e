using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class ImportTestsOnSqlite() : ImportTests(TestEngine.Sqlite);

public sealed class ImportTestsOnPostgreSql() : ImportTests(TestEngine.PostgreSql);

public sealed class ImportTestsOnSqlServer() : ImportTests(TestEngine.SqlServer);

public abstract class ImportTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Second_run_of_a_file_changes_nothing()
    {
        await using var studio = await StartAsync();
        await studio.QueueAsync("posts", ["ok", "bad"]);
        var file = Csv(1_300);

        var first = await ImportAsync(studio, file, Posts);
        var second = await ImportAsync(studio, file, Posts);

        (first.Added, first.Existing, first.Rejected).ShouldBe((1_300, 0, 0));
        (second.Added, second.Existing, second.Rejected).ShouldBe((0, 1_300, 0));
        (await CountAsync<Item>(studio)).ShouldBe(1_300);
        (await CountAsync<ReviewCase>(studio)).ShouldBe(1_300);
        (await CountAsync<ReviewTask>(studio)).ShouldBe(1_300);
    }

    [Fact]
    public async Task Items_keep_what_their_rows_said()
    {
        await using var studio = await StartAsync();
        await studio.QueueAsync("posts", ["ok", "bad"]);
        var file = """{"id":"7","text":"Guten Tag <b>Welt</b> 🙂","lang":"de-AT","user":{"name":"ada"},"thread":"t1","parent":"6","at":"2026-01-02T03:04:05Z","p_bad":0.75}""";

        await ImportAsync(studio, file, a => a with
        {
            Source = "forum",
            FileName = "a.jsonl",
            Classifier = "filter 3",
            Columns = new ColumnMapping
            {
                Text = "text", Id = "id", Language = "lang", Author = "user.name", Thread = "thread", ReplyTo = "parent", PublishedAt = "at",
                Scores = new Dictionary<string, string> { ["bad"] = "p_bad" },
            },
        });

        var item = await studio.Database.ReadAsync(db => db.Set<Item>().Include(i => i.Parts).SingleAsync(), None);
        (item.Source, item.ExternalId, item.Language, item.Author, item.ThreadId, item.ReplyTo).ShouldBe(("forum", "7", "de", "ada", "t1", "6"));
        item.PublishedAt.ShouldBe(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        item.Parts.Single().Text.ShouldBe("Guten Tag <b>Welt</b> 🙂");
        var prediction = await studio.Database.ReadAsync(db => db.Set<ExternalPrediction>().SingleAsync(), None);
        prediction.Classifier.ShouldBe("filter 3");
        prediction.ProbabilitiesJson.ShouldBe("""{"bad":0.75}""");
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task Import_killed_in_the_middle_goes_on_without_gap_or_double(int batch, bool withId)
    {
        var crash = new CrashAtBatch(batch);
        await using var studio = await StartAsync(services => services.AddSingleton<IItemIntake>(crash));
        await studio.QueueAsync("posts", ["ok", "bad"]);
        var (arguments, id) = await StartAsync(studio, Csv(7_200, repeatTexts: true, badEvery: 200), a => withId ? Posts(a) : Posts(a) with { Columns = new ColumnMapping { Text = "text" } });

        await studio.Get<RunBackgroundJob>().RunAsync(id, None);
        (await studio.Get<JobDesk>().FindAsync(id, None))!.State.ShouldBe(JobState.Running);
        (await CountAsync<Item>(studio)).ShouldBeLessThan(6_000);
        var rejects = ImportFiles.RejectPath(studio.Folders, arguments.File);
        await File.AppendAllTextAsync(rejects, "999,a batch that never was,x\n");
        studio.Clock.Advance(TimeSpan.FromMinutes(1));
        await studio.Get<RunBackgroundJob>().RunAsync(id, None);

        var result = await ResultAsync(studio, id);
        (result.Added, result.Existing, result.Rejected).ShouldBe((7_164, 0, 36));
        (await CountAsync<Item>(studio)).ShouldBe(7_164);
        (await CountAsync<ReviewCase>(studio)).ShouldBe(7_164);
        var lines = await File.ReadAllLinesAsync(rejects);
        lines.Length.ShouldBe(37);
        lines.Distinct().Count().ShouldBe(37);
        lines.ShouldNotContain(l => l.Contains("never was"));
        File.Exists(ImportFiles.Resolve(studio.Folders, arguments.File)).ShouldBeFalse();
    }

    [Fact]
    public async Task Bad_rows_land_in_a_reject_file_that_no_spreadsheet_runs()
    {
        await using var studio = await StartAsync();
        await studio.QueueAsync("posts", ["ok", "bad"]);
        var actor = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        var (_, id) = await StartAsync(studio, "id,text\n1,fine\n=cmd(),\n3,\"two\nlines\",too many\n", Posts);

        await studio.Get<RunBackgroundJob>().RunAsync(id, None);

        (await ResultAsync(studio, id)).Rejected.ShouldBe(2);
        var entry = (await studio.Get<ListImports>().RunAsync(10, actor, None)).Single();
        entry.HasRejects.ShouldBeTrue();
        await using var download = (await studio.Get<OpenRejects>().RunAsync(entry.Job.PublicId, actor, None)).Content;
        var text = await new StreamReader(download).ReadToEndAsync();
        text.ShouldStartWith("line,reason,row\n3,The row has no text in the column 'text'.,");
        text.ShouldNotContain(",=cmd");
        text.ShouldContain("4,\"The row has 3 fields, the header has 2.");
        var moderator = await studio.ReviewerAsync("moderator");
        await Should.ThrowAsync<ForbiddenException>(() => studio.Get<OpenRejects>().RunAsync(entry.Job.PublicId, moderator, None));
    }

    [Fact]
    public async Task Missing_column_is_refused_before_the_job_begins()
    {
        await using var studio = await StartAsync();
        await studio.QueueAsync("posts", ["ok", "bad"]);

        var refusal = await Should.ThrowAsync<RefusedException>(() => StartAsync(studio, Csv(3), a => a with { Columns = new ColumnMapping { Text = "body" } }));

        refusal.Message.ShouldContain("has no column 'body'. Choose one of: id, text");
        (await CountAsync<BackgroundJob>(studio)).ShouldBe(0);
    }

    [Fact]
    public async Task Queue_that_is_not_there_is_refused_with_those_that_are()
    {
        await using var studio = await StartAsync();
        await studio.QueueAsync("posts", ["ok", "bad"]);

        var refusal = await Should.ThrowAsync<RefusedException>(() => StartAsync(studio, Csv(3), a => Posts(a) with { Queue = "pots" }));

        refusal.Message.ShouldBe("There is no queue 'pots'. Use one of: posts.");
    }

    [Fact]
    public async Task File_outside_of_the_import_folder_is_refused()
    {
        await using var studio = await StartAsync();
        await studio.QueueAsync("posts", ["ok", "bad"]);

        var refusal = await Should.ThrowAsync<RefusedException>(() => StartAsync(studio, Csv(3), a => Posts(a) with { File = "../studio.db" }));

        refusal.Code.ShouldBe("import.path");
    }

    [Fact]
    public async Task Davidson_comes_in_whole_and_again_without_change()
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("REVIEWSTUDIO_DATA") ?? "", "text", "davidson.csv");
        Assert.SkipUnless(File.Exists(path), "REVIEWSTUDIO_DATA is not here");
        LongSuites.Only(unless: Engine == TestEngine.Sqlite);
        await using var studio = await StartAsync();
        await studio.QueueAsync("posts", ["neither", "hate", "offensive"]);
        var csv = await File.ReadAllTextAsync(path);
        ImportArguments Davidson(ImportArguments a) => Posts(a) with
        {
            Columns = new ColumnMapping { Text = "tweet", Label = "class" },
            Language = "en",
            LabelUse = LabelUse.Gold,
            LabelMap = new Dictionary<string, string> { ["0"] = "hate", ["1"] = "offensive", ["2"] = "neither" },
        };

        var first = await ImportAsync(studio, csv, Davidson);
        var second = await ImportAsync(studio, csv, Davidson);

        (first.Added, first.Existing, first.Rejected).ShouldBe((24_783, 0, 0));
        (second.Added, second.Existing, second.Rejected).ShouldBe((0, 24_783, 0));
        var labels = await studio.Database.ReadAsync(
            db => db.Set<Core.Labels.Gold.GoldAnswer>().GroupBy(g => g.LabelKey).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count), None);
        labels.ShouldBe(new Dictionary<string, int> { ["hate"] = 1_430, ["offensive"] = 19_190, ["neither"] = 4_163 }, ignoreOrder: true);
    }

    internal static ImportArguments Posts(ImportArguments a) => a with { Language = "en", Columns = new ColumnMapping { Text = "text", Id = "id" } };

    internal static async Task<ImportResult> ImportAsync(TestStudio studio, string content, Func<ImportArguments, ImportArguments> configure)
    {
        var (_, id) = await StartAsync(studio, content, configure);
        await studio.Get<RunBackgroundJob>().RunAsync(id, None);
        return await ResultAsync(studio, id);
    }

    internal static async Task<(ImportArguments Arguments, long JobId)> StartAsync(
        TestStudio studio, string content, Func<ImportArguments, ImportArguments> configure)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        var file = await studio.Get<ReceiveImportFile>().RunAsync(stream, "posts.csv", null, Actor.System, None);
        var arguments = configure(new ImportArguments { File = file, FileName = "posts.csv", Queue = "posts", Source = "test" });
        return (arguments, await studio.Get<StartImport>().RunAsync(arguments, Actor.System, None));
    }

    private static async Task<ImportResult> ResultAsync(TestStudio studio, long id)
    {
        var job = (await studio.Get<JobDesk>().FindAsync(id, None))!;
        job.Error.ShouldBeNull();
        job.State.ShouldBe(JobState.Succeeded);
        return JsonSerializer.Deserialize<ImportResult>(job.ResultJson!)!;
    }

    private static string Csv(int rows, bool repeatTexts = false, int badEvery = int.MaxValue)
    {
        var csv = new StringBuilder("id,text\n");
        for (var i = 1; i <= rows; i++)
        {
            csv.Append(i).Append(',').Append(i % badEvery == 0 ? "" : $"post number {(repeatTexts ? i % 700 : i)}").Append('\n');
        }

        return csv.ToString();
    }

    private static Task<int> CountAsync<T>(TestStudio studio)
        where T : class => studio.Database.ReadAsync(db => db.Set<T>().CountAsync(), None);

    /// <summary>Ends the run within a batch's transaction as a kill would: without a word to the job's row.</summary>
    private sealed class CrashAtBatch(int batch) : IItemIntake
    {
        private int _batches;

        public int Order => 99;

        public Task AcceptAsync(StudioDbContext db, IntakeContext context, IReadOnlyList<IncomingItem> items, CancellationToken cancellation) =>
            ++_batches == batch ? throw new JobLeaseLostException(0) : Task.CompletedTask;
    }
}
