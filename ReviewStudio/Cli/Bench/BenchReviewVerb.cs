using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Cli.Bench;

/// <summary>Claims and verdicts of many reviewers at once, through the use cases of the workbench.</summary>
internal abstract class BenchReviewVerb(string name, string help) : IBenchVerb
{
    private readonly BenchOptions _shared = new();
    private readonly Option<int> _concurrency = new("--concurrency") { Description = "Reviewers at the same time.", DefaultValueFactory = _ => 16 };
    private readonly Option<int> _think = new("--think") { Description = "Milliseconds that each thinks between claim and verdict.", DefaultValueFactory = _ => 0 };
    private readonly Option<int> _seconds = new("--seconds") { Description = "How long it is measured.", DefaultValueFactory = _ => 20 };
    private readonly Option<double> _rare = new("--rare-share") { Description = "Share of the tasks from a source that one reviewer alone asks for; 0 for none.", DefaultValueFactory = _ => 0 };

    public Command Build(GlobalOptions options)
    {
        var command = new Command(name, help) { _concurrency, _think, _seconds, _rare };
        _shared.AddTo(command);
        command.SetAction((parsed, stop) => CommandLine.GuardAsync(() => RunAsync(parsed, parsed.GetValue(options.Json), stop)));
        return command;
    }

    /// <summary>The times that this measurement is about.</summary>
    protected abstract IReadOnlyList<double> Times(ReviewMeasured measured);

    private async Task<int> RunAsync(ParseResult parsed, bool json, CancellationToken stop)
    {
        var (items, concurrency, rareShare) = (parsed.GetValue(_shared.Items), parsed.GetValue(_concurrency), parsed.GetValue(_rare));
        await using var studio = await BenchStudio.StartAsync(parsed, _shared, stop);
        var reviewers = await new ReviewFill(studio, parsed.GetValue(_shared.Seed)).RunAsync(items, concurrency + 1, rareShare, stop);
        var queue = await studio.QueueAsync(stop);
        var version = (await studio.Services.GetRequiredService<PolicyBook>().InForceAsync(queue.PolicyId, stop))!;
        var load = new ReviewLoad(studio.Services, version);
        var (think, span) = (TimeSpan.FromMilliseconds(parsed.GetValue(_think)), TimeSpan.FromSeconds(parsed.GetValue(_seconds)));
        var many = reviewers.GetRange(0, concurrency);

        await load.RunAsync(many, null, think, TimeSpan.FromSeconds(3), stop);
        var baseline = think > TimeSpan.Zero ? (double?)null : await BareAsync(studio, queue, version.Id, many, span, stop);
        var before = await VerdictsAsync(studio, stop);
        var measured = await load.RunAsync(many, null, think, span, stop);
        var rare = rareShare > 0 ? await load.RunAsync([reviewers[concurrency]], ReviewFill.Rare, think, span / 4, stop) : null;
        var alone = rareShare > 0 ? await load.RunAsync([reviewers[concurrency]], null, think, span / 4, stop) : null;
        var times = Times(measured);
        var result = new
        {
            bench = name, provider = studio.Database.Provider.Name, items, concurrency, think_ms = think.TotalMilliseconds, throughput_per_s = Math.Round(measured.PerSecond),
            p50_ms = ReviewMeasured.Percentile(times, 0.5), p95_ms = ReviewMeasured.Percentile(times, 0.95), p99_ms = ReviewMeasured.Percentile(times, 0.99),
            baseline_per_s = baseline is { } b ? Math.Round(b) : (double?)null, ratio = baseline is { } bare ? Math.Round(measured.PerSecond / bare, 3) : (double?)null,
            claim_p99_ms = ReviewMeasured.Percentile(measured.Claims, 0.99), verdict_p99_ms = ReviewMeasured.Percentile(measured.Verdicts, 0.99),
            rare_claim_p99_ms = rare is null ? (double?)null : ReviewMeasured.Percentile(rare.Claims, 0.99), alone_claim_p99_ms = alone is null ? (double?)null : ReviewMeasured.Percentile(alone.Claims, 0.99),
            twice = measured.Claimed.Count - measured.Claimed.Distinct().Count(),
            lost = before + measured.Verdicts.Count + (rare?.Verdicts.Count ?? 0) + (alone?.Verdicts.Count ?? 0) - await VerdictsAsync(studio, stop),
            processors = Environment.ProcessorCount,
        };
        if (json)
        {
            CommandLine.PrintJson(result);
        }
        else
        {
            await Console.Out.WriteLineAsync(FormattableString.Invariant(
                $"{result.throughput_per_s:N0} claims and verdicts/s by {concurrency} reviewers over {items:N0} tasks; claim p99 {result.claim_p99_ms} ms, verdict p99 {result.verdict_p99_ms} ms; {result.twice} judged twice, {result.lost} lost"));
        }

        return result.twice == 0 && result.lost == 0 ? 0 : 1;
    }

    private static async Task<double> BareAsync(BenchStudio studio, ReviewQueue queue, long versionId, IReadOnlyList<Actor> reviewers, TimeSpan span, CancellationToken stop)
    {
        var lanes = await studio.Database.ReadAsync(db => db.Set<Lane>().OrderBy(l => l.Id).Select(l => l.Id).ToListAsync(stop), stop);
        var bare = new BareReview(studio, queue, versionId, lanes);
        await bare.RunAsync(reviewers, TimeSpan.FromSeconds(1), stop);
        return await bare.RunAsync(reviewers, span, stop);
    }

    private static Task<int> VerdictsAsync(BenchStudio studio, CancellationToken stop) => studio.Database.ReadAsync(db => db.Set<Verdict>().CountAsync(stop), stop);
}

/// <summary>How long a claim takes.</summary>
internal sealed class BenchClaimVerb() : BenchReviewVerb("claim", """
    Fill an installation with waiting tasks, then let reviewers claim the best one, think, answer, and claim again.
    Percentiles are of the claims. --rare-share adds a reviewer whose filter matches few tasks.

    Example: reviewstudio bench claim --items 1000000 --concurrency 16 --think 500 --rare-share 0.001 --json
    """)
{
    protected override IReadOnlyList<double> Times(ReviewMeasured measured) => measured.Claims;
}

/// <summary>How long a verdict takes, all of it, durable; and how many claims and verdicts a second there can be.</summary>
internal sealed class BenchVerdictVerb() : BenchReviewVerb("verdict", """
    Fill an installation with waiting tasks, then let reviewers claim and answer without a pause. Percentiles are of the
    verdicts. The baseline runs the same claim statement and writes the rows that a verdict leaves behind by hand.

    Example: reviewstudio bench verdict --items 100000 --concurrency 8 --json
    """)
{
    protected override IReadOnlyList<double> Times(ReviewMeasured measured) => measured.Verdicts;
}
