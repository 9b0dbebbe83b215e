using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels.Agreements;
using ReviewStudio.Core.Policies;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Benchmarks;

/// <summary>The policy lead's overview over a million stored verdicts by 200 reviewers: the figures of docs/benchmarks.md.</summary>
public sealed class MillionVerdictOverviewTests(ITestOutputHelper output)
{
    private static readonly CancellationToken None = CancellationToken.None;
    [Fact]
    public async Task Overview_of_a_million_verdicts_is_there_in_two_seconds_once_it_is_warm()
    {
        LongSuites.Only();
        await using var studio = await TestStudio.StartAsync();
        var queue = await studio.QueueAsync("posts", ["a", "b", "c", "d", "e"]);
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        var version = await studio.Database.ReadAsync(db => db.Set<PolicyVersion>().Select(v => v.Id).SingleAsync(), None);
        var first = 0L;
        for (var i = 0; i < 200; i++)
        {
            var reviewer = await studio.ReviewerAsync($"Reviewer {i}");
            first = first == 0 ? reviewer.ReviewerId : first;
        }

        Fill(Path.Combine(studio.Folders.Root, "studio.db"), queue.Id, queue.PolicyId, version, first, cases: 200_000, each: 5, reviewers: 200);
        var filter = new AgreementFilter(queue.PolicyId);
        var measure = studio.Get<MeasureAgreement>();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await TimedAsync("cold", () => measure.RunAsync(filter, lead, None));
        output.WriteLine($"held: {(GC.GetTotalMemory(forceFullCollection: true) - before) >> 20} MB");
        for (var i = 0; i < 3; i++)
        {
            (await TimedAsync("warm", () => measure.RunAsync(filter, lead, None))).ShouldBeLessThan(TimeSpan.FromSeconds(2));
        }

        await TimedAsync("last 30 days", () => measure.RunAsync(filter with { Since = new DateTime(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc) }, lead, None));
        foreach (var split in Enum.GetValues<AgreementSplit>())
        {
            await TimedAsync($"by {split}", () => studio.Get<SplitAgreement>().RunAsync(filter, split, lead, None));
        }

        await TimedAsync("model", () => studio.Get<CompareWithModel>().RunAsync(filter, lead, None));
        await TimedAsync("a cell's cases", () => studio.Get<FindDisagreements>().RunAsync(filter, new AgreementCell(FirstLabel: "a", SecondLabel: "b"), lead, None));
        var report = await measure.RunAsync(filter, lead, None);
        report.Summary.Verdicts.ShouldBe(1_000_000);
        report.Reviewers.Count.ShouldBe(200);
        await TimedAsync("a reviewer", () => studio.Get<ReadReviewerRecord>().RunAsync(filter, report.Reviewers[7].Id, lead, None));
    }

    private async Task<TimeSpan> TimedAsync<T>(string what, Func<Task<T>> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {watch.Elapsed.TotalSeconds:0.00} s"));
        return watch.Elapsed;
    }

    /// <summary>Rows by SQL alone: a million through the product's own door would take an hour.</summary>
    private static void Fill(string path, long queue, long policy, long version, long first, int cases, int each, int reviewers)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Run("PRAGMA foreign_keys=OFF");
        Run("BEGIN");
        var numbers = (int n) => $"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {n - 1})";
        Run($"""
            {numbers(cases)} INSERT INTO "Item" ("Id","Source","ExternalId","Language","Modality","Author","ThreadId","ReplyTo","IngestedAt","PublicId")
            SELECT 1 + i, 'bench', 'i' || i, CASE i % 4 WHEN 0 THEN 'de' ELSE 'en' END, 'text', '', '', '', '2026-01-01 00:00:00', printf('i%08d', i) FROM n
            """);
        Run($"""
            {numbers(cases)} INSERT INTO "ReviewCase" ("Id","ItemId","PolicyId","PolicyVersionId","QueueId","State","Uncertainty","Severity","ArrivedAt","AuditDraw","AuditProbability","Stratum","InAuditSample","Frozen","Gold","ConcurrencyStamp","PublicId")
            SELECT 1 + i, 1 + i, {policy}, {version}, {queue}, 1, 1, 0, '2026-01-01 00:00:00', 0.5, 0.01, 'unscored', 0, 0, 0, '00000000-0000-0000-0000-000000000000', printf('00000000-0000-0000-0001-%012d', i) FROM n
            """);
        Run($"""
            {numbers(cases * each)} INSERT INTO "Verdict" ("Id","TaskId","CaseId","ReviewerId","LabelKey","FencingToken","PolicyVersionId","RankReason","Purpose","Stratum","SamplingProbability","InAuditSample","PredictionShown","ElapsedMilliseconds","Note","CreatedAt","PublicId")
            SELECT 1 + i, 1 + i, 1 + i / {each}, {first} + ((i / {each}) * 17 + (i % {each}) * 37) % {reviewers},
                substr('abcde', 1 + CASE WHEN (i * 7919 + i / 13) % 100 < 78 THEN (i / {each}) % 5 ELSE (i * 31) % 5 END, 1),
                1, {version}, '', 0, '', 0, 0, 1, 500 + i % 9000, '', strftime('%Y-%m-%d %H:%M:%S', 1767225600 + i * 20, 'unixepoch'), printf('00000000-0000-0000-0002-%012d', i) FROM n
            """);
        Run("COMMIT");

        void Run(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.CommandTimeout = 600;
            command.ExecuteNonQuery();
        }
    }
}
