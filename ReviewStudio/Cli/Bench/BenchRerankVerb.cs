using System.CommandLine;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Cli.Bench;

/// <summary>A new head's way through a long queue while reviewers go on.</summary>
internal sealed class BenchRerankVerb : IBenchVerb
{
    private readonly BenchOptions _shared = new(concurrency: 16);
    private readonly Option<int> _think = new("--think") { Description = "Milliseconds that each thinks between claim and verdict.", DefaultValueFactory = _ => 500 };
    private readonly Option<int> _seconds = new("--seconds") { Description = "How long claims are measured before.", DefaultValueFactory = _ => 20 };

    public Command Build(GlobalOptions options)
    {
        var command = new Command("rerank", """
            Fill an installation with waiting tasks and made-up vectors, put a new head in service, and score and rank all of
            them while reviewers claim, think and answer. Percentiles are of the claims meanwhile. The baseline writes the same
            columns of the same rows through the bare driver.

            Example: reviewstudio bench rerank --items 1000000 --concurrency 16 --json
            """) { _think, _seconds };
        _shared.AddTo(command);
        command.SetAction((parsed, stop) => CommandLine.GuardAsync(() => RunAsync(parsed, parsed.GetValue(options.Json), stop)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, bool json, CancellationToken stop)
    {
        var (items, concurrency, seed) = (parsed.GetValue(_shared.Items), parsed.GetValue(_shared.Concurrency), parsed.GetValue(_shared.Seed));
        await using var studio = await BenchStudio.StartAsync(parsed, _shared, stop);
        var reviewers = await new ReviewFill(studio.Database, await studio.QueueAsync(stop), seed).RunAsync(items, concurrency, 0, stop);
        var (queue, fill) = (await studio.QueueAsync(stop), new RerankFill(studio, seed));
        var version = (await studio.Services.GetRequiredService<PolicyBook>().InForceAsync(queue.PolicyId, stop))!;
        await fill.AddVectorsAsync(stop);
        var old = await fill.ServeAsync(queue, version.Id, 1, stop);

        var watch = Stopwatch.StartNew();
        await new BareRerank(studio, old.Id, seed).RunAsync(items, stop);
        var bare = watch.Elapsed.TotalSeconds;
        await studio.Database.WriteAsync(db => db.Set<ReviewQueue>().ExecuteUpdateAsync(set => set.SetProperty(q => q.RankedHeadId, old.Id), stop), stop);

        var (load, think) = (new ReviewLoad(studio.Services, version), TimeSpan.FromMilliseconds(parsed.GetValue(_think)));
        await load.RunAsync(reviewers, null, think, TimeSpan.FromSeconds(3), stop);
        var before = await load.RunAsync(reviewers, null, think, TimeSpan.FromSeconds(parsed.GetValue(_seconds)), stop);
        await fill.ServeAsync(queue, version.Id, 2, stop);
        await using var memory = new PeakMemory();
        var (rescoring, placing) = (studio.Services.GetRequiredService<RescorePolicy>(), 0.0);
        var (cpu, paused) = (Environment.CpuUsage.TotalTime, GC.GetTotalPauseDuration());
        watch.Restart();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var during = load.RunUntilAsync(reviewers, think, done.Token);
        var scored = await rescoring.RunAsync(
            queue.PolicyId,
            rankAgain: false,
            progress =>
            {
                placing = placing == 0 && progress.Done * 2 > progress.Total ? watch.Elapsed.TotalSeconds : placing;
                return Task.CompletedTask;
            },
            stop);
        var (seconds, processor, collecting) = (watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, (GC.GetTotalPauseDuration() - paused).TotalSeconds);
        await done.CancelAsync();
        var claims = (await during).Claims;

        var misplaced = await MisplacedAsync(studio, queue, stop);
        var (p50Before, p99Before, p99) = (ReviewMeasured.Percentile(before.Claims, 0.5), ReviewMeasured.Percentile(before.Claims, 0.99), ReviewMeasured.Percentile(claims, 0.99));
        var result = new BenchResult("rerank", studio.Database.Provider.Name, items, concurrency, scored / seconds)
        {
            Times = BenchTimes.Of(claims), BaselinePerS = items / bare,
            More = new
            {
                seconds = Math.Round(seconds, 1), first_rank_after_s = Math.Round(placing, 1), bare_seconds = Math.Round(bare, 1), own_processor_s = Math.Round(processor, 1), collecting_s = Math.Round(collecting, 1),
                think_ms = think.TotalMilliseconds, claims = claims.Count, claim_p50_before_ms = p50Before, claim_p99_before_ms = p99Before, claim_p99_ratio = Math.Round(p99 / p99Before, 2),
                misplaced, peak_memory_mb = memory.Megabytes,
            },
        };
        await _shared.TellAsync(parsed, json, result, $"{scored:N0} cases scored and ranked in {seconds:N1} s, the first placed after {placing:N1} s; bare driver {bare:N1} s; claim p99 {p99} ms, {p99Before} ms before; {misplaced} misplaced");
        return misplaced == 0 ? 0 : 1;
    }

    /// <summary>Waiting tasks whose place is not the one that their case's prediction gives them.</summary>
    private static async Task<int> MisplacedAsync(BenchStudio studio, ReviewQueue queue, CancellationToken stop)
    {
        await using var db = await studio.Database.OpenForReadingAsync(stop);
        var (misplaced, champion) = (0, await db.Set<Core.Inference.Head>().MaxAsync(h => h.Id, stop));
        await foreach (var row in (from task in db.Set<ReviewTask>() where task.State == TaskState.Pending join c in db.Set<ReviewCase>() on task.CaseId equals c.Id select new { task.Rank, task.Purpose, Case = c }).AsAsyncEnumerable().WithCancellation(stop))
        {
            misplaced += row.Case.HeadId == champion && row.Rank == Ranks.ForTask(queue, row.Case, row.Purpose, row.Case.Uncertainty, row.Case.Severity) ? 0 : 1;
        }

        return misplaced;
    }
}
