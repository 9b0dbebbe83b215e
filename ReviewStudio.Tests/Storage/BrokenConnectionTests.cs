using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Migrations.PostgreSql;
using ReviewStudio.Migrations.SqlServer;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>Sessions that the server ends while something is under way.</summary>
public sealed class BrokenConnectionTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Verdict_whose_session_is_ended_in_the_middle_is_acknowledged_and_there_once()
    {
        var end = new EndOwnSession();
        await using var studio = await TestStudio.StartAsync(services => services.AddSingleton<IVerdictEffect>(end), engine: TestEngine.PostgreSql);
        var reviewer = await studio.ReviewerAsync("ada");
        var queue = await studio.QueueAsync("posts", ["fine", "bad"]);
        await studio.AddTextsAsync(queue, ["a post"]);
        var task = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), reviewer, None))!;
        var version = await VersionAsync(studio);

        var recorded = await studio.Get<RecordVerdict>().RunAsync(new VerdictRequest(Guid.CreateVersion7(), task.Claim, version, "bad", 900), reviewer, None);

        end.Ended.ShouldBe(1, "the first attempt lost its session");
        var verdicts = await studio.Database.ReadAsync(db => db.Set<Verdict>().ToListAsync(), None);
        verdicts.ShouldHaveSingleItem().PublicId.ShouldBe(recorded.VerdictId);
        (await studio.Database.ReadAsync(db => db.Set<AuditEvent>().CountAsync(e => e.Action == "verdict.recorded"), None)).ShouldBe(1);
        (await studio.Database.ReadAsync(db => db.Set<OutboxMessage>().CountAsync(m => m.Topic == OutboxTopics.VerdictRecorded), None)).ShouldBe(1);
    }

    [Fact]
    public async Task Sessions_ended_at_random_cost_no_reviewer_a_verdict_and_none_is_there_twice()
    {
        await using var studio = await TestStudio.StartAsync(engine: TestEngine.PostgreSql);
        var queue = await studio.QueueAsync("posts", ["fine", "bad"]);
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 400).Select(i => $"post {i}"));
        var version = await VersionAsync(studio);
        var reviewers = new List<Actor>();
        for (var i = 0; i < 8; i++)
        {
            reviewers.Add(await studio.ReviewerAsync($"reviewer{i}"));
        }

        using var done = new CancellationTokenSource();
        var progress = new StrongBox<int>();
        var killing = EndSessionsAsync(studio, progress, done.Token);
        var told = await Task.WhenAll(reviewers.Select(r => Task.Run(() => JudgeAsync(studio, r, version, progress))));
        await done.CancelAsync();

        (await killing).ShouldBeGreaterThan(5, "else nothing was put to the test");
        var kept = await studio.Database.ReadAsync(db => db.Set<Verdict>().Select(v => new { v.PublicId, v.TaskId }).ToListAsync(), None);
        kept.Select(k => k.PublicId).ShouldBe(told.SelectMany(t => t), ignoreOrder: true);
        kept.Select(k => k.TaskId).Distinct().Count().ShouldBe(kept.Count);
        kept.Count.ShouldBe(reviewers.Count * 25);
    }

    [Fact]
    public void Faults_that_pass_are_told_from_those_that_come_again()
    {
        var postgres = new PostgreSqlProvider("Host=unused");
        postgres.IsPassing(Said(PostgresErrorCodes.DeadlockDetected)).ShouldBeTrue();
        postgres.IsPassing(new DbUpdateException("", Said(PostgresErrorCodes.SerializationFailure))).ShouldBeTrue();
        postgres.IsPassing(new InvalidOperationException("", new NpgsqlException("", new IOException()))).ShouldBeTrue();
        postgres.IsPassing(Said(PostgresErrorCodes.UniqueViolation)).ShouldBeFalse();
        postgres.IsPassing(new NpgsqlException("", new TimeoutException())).ShouldBeFalse();
        postgres.IsPassing(new RefusedException("lease.stale", "")).ShouldBeFalse();

        SqlServerFaults.Pass(1205).ShouldBeTrue();
        SqlServerFaults.Pass(2627).ShouldBeFalse("a key that is there already will be there again");
        new SqlServerProvider("Server=unused").IsPassing(new TimeoutException()).ShouldBeFalse();
    }

    private static PostgresException Said(string state) => new("said", "ERROR", "ERROR", state);

    private static Task<long> VersionAsync(TestStudio studio) => studio.Database.ReadAsync(db => db.Set<PolicyVersion>().Select(v => v.Id).SingleAsync(), None);

    private static async Task<List<Guid>> JudgeAsync(TestStudio studio, Actor reviewer, long version, StrongBox<int> progress)
    {
        var told = new List<Guid>();
        while (told.Count < 25)
        {
            if (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), reviewer, None) is { } task)
            {
                told.Add((await studio.Get<RecordVerdict>().RunAsync(new VerdictRequest(Guid.CreateVersion7(), task.Claim, version, "bad", 900), reviewer, None)).VerdictId);
                Interlocked.Increment(ref progress.Value);
            }
        }

        return told;
    }

    /// <summary>
    /// Ends one session of the studio after the other, whatever it is doing: one for every four verdicts that were told. By
    /// the clock it would end more of them the slower the machine is, until no verdict got through.
    /// </summary>
    private static async Task<int> EndSessionsAsync(TestStudio studio, StrongBox<int> progress, CancellationToken done)
    {
        var address = await studio.Database.ReadAsync(db => Task.FromResult(db.Database.GetConnectionString()!), None);
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(address) { Pooling = false, ApplicationName = "killer" }.ToString());
        await connection.OpenAsync(None);
        var ended = 0;
        while (!done.IsCancellationRequested)
        {
            await Task.Delay(5, None);
            if (Volatile.Read(ref progress.Value) < ended * 4)
            {
                continue;
            }

            await using var command = new NpgsqlCommand(
                "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name <> 'killer' AND state <> 'idle' ORDER BY random() LIMIT 1) AS s", connection);
            ended += (int)(long)(await command.ExecuteScalarAsync(None))!;
        }

        return ended;
    }

    /// <summary>The first time it is asked, the server ends the session that the verdict is being written in.</summary>
    private sealed class EndOwnSession : IVerdictEffect
    {
        public int Ended { get; private set; }

        public async Task ApplyAsync(StudioDbContext db, HeldCase held, Verdict verdict, CancellationToken cancellation)
        {
            if (Ended++ > 0)
            {
                Ended--;
                return;
            }

            var session = (NpgsqlConnection)db.Database.GetDbConnection();
            await using var other = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(session.ConnectionString) { Pooling = false }.ToString());
            await other.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand("SELECT pg_terminate_backend(@pid, 5000)", other);
            command.Parameters.AddWithValue("pid", session.ProcessID);
            await command.ExecuteScalarAsync(cancellation);
        }
    }
}
