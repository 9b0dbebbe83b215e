using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Tests.Fixtures;
using ReviewStudio.Tests.Storage;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Recovery;

/// <summary>Two web nodes and one worker on one PostgreSQL, under reviewers who judge while nodes are killed.</summary>
public sealed class SeveralNodesTests
{
    private const int Reviewers = 32;
    private const int RowsOfImport = 3_000;
    private const int Imports = 2;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string[] Webs = ["http://127.0.0.1:5460", "http://127.0.0.1:5461"];

    [Fact]
    public async Task Killed_nodes_cost_no_acknowledged_verdict_and_no_task_is_judged_twice()
    {
        var span = TimeSpan.FromSeconds(LongSuites.Wanted ? 120 : 16);
        await using var studio = await TestStudio.StartAsync(s => s.AddSingleton(TimeProvider.System), engine: TestEngine.PostgreSql);
        var queue = await studio.QueueAsync("posts", ["fine", "bad"]);
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 2_000).Select(i => $"a post {i}"));
        var keys = await KeysAsync(studio);
        var connection = await studio.Database.ReadAsync(db => Task.FromResult(db.Database.GetConnectionString()!), None);
        var nodes = new List<Process> { Serve(studio, connection, "web", Webs[0]), Serve(studio, connection, "web", Webs[1]), Serve(studio, connection, "worker", "http://127.0.0.1:5462") };
        try
        {
            await ReadyAsync([.. Webs, "http://127.0.0.1:5462"]);
            var told = new ConcurrentDictionary<Guid, int>();
            var moved = 0;
            using var end = new CancellationTokenSource();
            var began = Stopwatch.StartNew();
            var judging = keys.Select((key, i) => JudgeAsync(key, i % 2, told, () => Interlocked.Increment(ref moved), end.Token)).ToList();
            for (var import = 0; import < Imports; import++)
            {
                await Task.Delay(span / 4, None);
                await StartImportAsync(studio, import);
                await StudioProgram.KillAsync(nodes[2]);
                nodes[2] = Serve(studio, connection, "worker", "http://127.0.0.1:5462");
                if (import == 0)
                {
                    await StudioProgram.KillAsync(nodes[0]);
                }
            }

            await Task.Delay(span > began.Elapsed ? span - began.Elapsed : TimeSpan.FromSeconds(2), None);
            await end.CancelAsync();
            await Task.WhenAll(judging);
            var jobs = await EndedJobsAsync(studio);
            var kept = await studio.Database.ReadAsync(db => db.Set<Verdict>().Select(v => new { v.PublicId, v.TaskId }).ToListAsync(), None);
            told.Count.ShouldBeGreaterThan(100);
            moved.ShouldBe(Reviewers / 2, "every reviewer of the dead node goes on at the other");
            told.Keys.Except(kept.Select(k => k.PublicId)).ShouldBeEmpty("every acknowledged verdict is there");
            kept.GroupBy(k => k.TaskId).Where(g => g.Count() > 1).ShouldBeEmpty("no task is judged twice");
            jobs.ShouldAllBe(j => j.State == JobState.Succeeded);
            jobs.Count.ShouldBe(Imports);
            jobs.ShouldAllBe(j => j.Attempt > 1, "each was taken from a dead worker");
            TestContext.Current.SendDiagnosticMessage($"{told.Count} verdicts told, {kept.Count} kept, {moved} reviewers moved, {began.Elapsed.TotalSeconds:0} s");
            (await studio.Database.ReadAsync(db => db.Set<Item>().CountAsync(i => i.Source.StartsWith("file")), None)).ShouldBe(Imports * RowsOfImport);
            (await Client(Webs[0]).GetAsync("http://127.0.0.1:5462/account/login", None)).StatusCode.ShouldNotBe(HttpStatusCode.OK, "a worker serves no pages");
        }
        finally
        {
            foreach (var node in nodes)
            {
                await StudioProgram.KillAsync(node);
                node.Dispose();
            }
        }
    }

    /// <summary>Starts an import and waits until the worker is in the middle of it.</summary>
    private static async Task StartImportAsync(TestStudio studio, int number)
    {
        var rows = string.Concat(Enumerable.Range(0, RowsOfImport).Select(r => $"{number}-{r},text {number} {r}\n"));
        var (_, job) = await ImportTests.StartAsync(studio, "id,text\n" + rows, a => ImportTests.Posts(a) with { Source = $"file{number}" });
        for (var tries = 0; tries < 3_000 && (await studio.Get<JobDesk>().FindAsync(job, None))!.State != JobState.Running; tries++)
        {
            await Task.Delay(10, None);
        }
    }

    /// <summary>Claims and answers until the end; a node that does not answer is left for the other, claim in hand.</summary>
    private static async Task JudgeAsync(string key, int at, ConcurrentDictionary<Guid, int> told, Action moved, CancellationToken end)
    {
        using var client = Client(key);
        while (!end.IsCancellationRequested)
        {
            var (claim, then) = await SendAsync(client, at, "/api/v1/tasks/claim", new { }, moved);
            at = then;
            if (claim.StatusCode == HttpStatusCode.NoContent)
            {
                await Task.Delay(100, None);
                continue;
            }

            claim.EnsureSuccessStatusCode();
            var task = await claim.Content.ReadFromJsonAsync<JsonElement>(None);
            await Task.Delay(500, None);
            var verdict = Guid.NewGuid();
            (var answer, at) = await SendAsync(client, at, $"/api/v1/tasks/{task.GetProperty("task").GetInt64()}/verdict", new
            {
                verdictId = verdict, fencingToken = task.GetProperty("fencingToken").GetInt64(), policyVersionId = task.GetProperty("policyVersionId").GetInt64(), labelKey = "bad", elapsedMilliseconds = 400,
            }, moved);
            answer.EnsureSuccessStatusCode();
            told[verdict] = at;
        }
    }

    private static async Task<(HttpResponseMessage Answer, int At)> SendAsync(HttpClient client, int at, string path, object body, Action moved)
    {
        try
        {
            return (await client.PostAsJsonAsync(Webs[at] + path, body, None), at);
        }
        catch (HttpRequestException)
        {
            moved();
            return (await client.PostAsJsonAsync(Webs[1 - at] + path, body, None), 1 - at);
        }
    }

    private static HttpClient Client(string key)
    {
        var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    private static async Task<List<string>> KeysAsync(TestStudio studio)
    {
        var keys = new List<string>();
        var role = new IdentityRole<long>(Roles.Moderator) { NormalizedName = Roles.Moderator.ToUpperInvariant() };
        await studio.Database.WriteAsync(async db => { db.Add(role); await db.SaveChangesAsync(); }, None);
        for (var i = 0; i < Reviewers; i++)
        {
            var actor = await studio.ReviewerAsync($"reviewer{i}");
            await studio.Database.WriteAsync(async db => { db.Add(new IdentityUserRole<long> { UserId = actor.ReviewerId, RoleId = role.Id }); await db.SaveChangesAsync(); }, None);
            keys.Add((await studio.Get<CreateApiKey>().RunAsync(new NewApiKey("nodes", [ApiScopes.Tasks], 2), actor, None)).Secret);
        }

        return keys;
    }

    private static async Task<List<BackgroundJob>> EndedJobsAsync(TestStudio studio)
    {
        for (var tries = 0; ; tries++)
        {
            var jobs = await studio.Database.ReadAsync(db => db.Set<BackgroundJob>().Where(j => j.Kind == "import").ToListAsync(), None);
            if (jobs.TrueForAll(j => j.Ended) || tries > 450)
            {
                return jobs;
            }

            await Task.Delay(200, None);
        }
    }

    internal static async Task ReadyAsync(params string[] addresses)
    {
        using var client = new HttpClient();
        foreach (var address in addresses)
        {
            for (var tries = 0; ; tries++)
            {
                try
                {
                    (await client.GetAsync($"{address}/health/ready", None)).EnsureSuccessStatusCode();
                    break;
                }
                catch (HttpRequestException) when (tries < 300)
                {
                    await Task.Delay(200, None);
                }
            }
        }
    }

    internal static Process Serve(TestStudio studio, string connection, string role, string address)
    {
        var node = StudioProgram.Start(
            ["serve", "--role", role, "--data-folder", studio.Folders.Root],
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("Storage__Provider", "PostgreSql"), ("Storage__ConnectionString", connection), ("Urls", address), ("Jobs__Lease", "00:00:02"), ("Api__RequestsPerMinute", "100000"));
        node.OutputDataReceived += (_, _) => { };
        node.BeginOutputReadLine();
        return node;
    }
}
