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
    private readonly BenchOptions _shared = new(concurrency: 16);
    private readonly Option<int> _think = new("--think") { Description = "Milliseconds that each thinks between claim and verdict.", DefaultValueFactory = _ => 0 };
    private readonly Option<int> _seconds = new("--seconds") { Description = "How long it is measured.", DefaultValueFactory = _ => 20 };
    private readonly Option<double> _rare = new("--rare-share") { Description = "Share of the tasks from a source that one reviewer alone asks for; 0 for none.", DefaultValueFactory = _ => 0 };

    private readonly Option<long> _until = new("--until") { Description = "Go on without a pause, product and bare loop in turns, until so many verdicts are given, and tell of every five seconds.", DefaultValueFactory = _ => 0 };
    private readonly Option<bool> _reuse = new("--reuse") { Description = "Go on with a database that an earlier measurement has filled; with --connection." };

    public Command Build(GlobalOptions options)
    {
        var command = new Command(name, help) { _think, _seconds, _rare, _until, _reuse };
        _shared.AddTo(command);
        command.SetAction((parsed, stop) => CommandLine.GuardAsync(() => RunAsync(parsed, parsed.GetValue(options.Json), stop)));
        return command;
    }

    /// <summary>The times that this measurement is about.</summary>
    protected abstract IReadOnlyList<double> Times(ReviewMeasured measured);

    private async Task<int> RunAsync(ParseResult parsed, bool json, CancellationToken stop)
    {
        var (items, concurrency) = (parsed.GetValue(_shared.Items), parsed.GetValue(_shared.Concurrency));
        await using var studio = await BenchStudio.StartAsync(parsed, _shared, stop, parsed.GetValue(_reuse));
        var reviewers = await new ReviewFill(studio.Database, await studio.QueueAsync(stop), parsed.GetValue(_shared.Seed)).RunAsync(items, concurrency + 2, parsed.GetValue(_rare), stop);
        var queue = await studio.QueueAsync(stop);
        var version = (await studio.Services.GetRequiredService<PolicyBook>().InForceAsync(queue.PolicyId, stop))!;
        var load = new ReviewLoad(studio.Services, version);
        var many = reviewers.GetRange(0, concurrency);

        // The bare loop keeps its connections. Opened after the warm-up it would take the warm ones away.
        await using var bare = await BareReview.OpenAsync(studio, queue, version.Id, many, stop);
        await load.RunAsync(many, null, TimeSpan.FromMilliseconds(parsed.GetValue(_think)), TimeSpan.FromSeconds(3), stop);
        if (parsed.GetValue(_think) == 0)
        {
            await bare.RunAsync(TimeSpan.FromSeconds(1), stop);
        }

        var before = await VerdictsAsync(studio, stop);
        var (result, given) = parsed.GetValue(_until) > 0
            ? await SeriesAsync(parsed, studio, load, bare, many, stop)
            : await MeasureAsync(parsed, studio, load, bare, reviewers, stop);
        var (twice, lost) = (await ReviewSeries.TwiceAsync(studio, stop), before + given - await VerdictsAsync(studio, stop));
        result = result with { More = new { details = result.More, twice, lost } };
        await _shared.TellAsync(
            parsed, json, result, $"{result.ThroughputPerS:N0} claims and verdicts/s by {concurrency} reviewers over {items:N0} tasks, bare loop {result.BaselinePerS:N0}/s; p99 of a {name} {result.Times?.P99} ms; {twice} judged twice, {lost} lost");
        return twice == 0 && lost == 0 ? 0 : 1;
    }

    private async Task<(BenchResult Result, long Given)> MeasureAsync(
        ParseResult parsed, BenchStudio studio, ReviewLoad load, BareReview bare, List<Actor> reviewers, CancellationToken stop)
    {
        var concurrency = reviewers.Count - 2;
        var (think, span) = (TimeSpan.FromMilliseconds(parsed.GetValue(_think)), TimeSpan.FromSeconds(parsed.GetValue(_seconds)));
        var commits = await BareCommits.MeasureAsync(studio, stop);
        var (bareVerdicts, bareSeconds) = think > TimeSpan.Zero ? (0, 0) : await bare.RunAsync(span, stop);

        // Two more beside the others, quicker than people: one after the few tasks of a source, one after all.
        var quick = TimeSpan.FromMilliseconds(Math.Min(25, think.TotalMilliseconds));
        var all = await Task.WhenAll(
            load.RunAsync(reviewers.GetRange(0, concurrency), null, think, span, stop),
            load.RunAsync(Beside(reviewers[concurrency]), ReviewFill.Rare, quick, span, stop),
            load.RunAsync(Beside(reviewers[concurrency + 1]), null, quick, span, stop));
        var (measured, rare, alone) = (all[0], all[1], all[2]);
        var result = new BenchResult(name, studio.Database.Provider.Name, parsed.GetValue(_shared.Items), concurrency, measured.PerSecond)
        {
            Times = BenchTimes.Of(Times(measured)), BaselinePerS = bareVerdicts > 0 ? bareVerdicts / bareSeconds : null,
            More = new
            {
                think_ms = think.TotalMilliseconds, claim = BenchTimes.Of(measured.Claims), verdict = BenchTimes.Of(measured.Verdicts),
                rare_claim = BenchTimes.Of(rare.Claims), all_claim_beside_it = BenchTimes.Of(alone.Claims), bare_commit = commits,
            },
        };
        return (result, all.Sum(a => (long)a.Verdicts.Count) + bareVerdicts);
        List<Actor> Beside(Actor actor) => parsed.GetValue(_rare) > 0 ? [actor] : [];
    }

    private async Task<(BenchResult Result, long Given)> SeriesAsync(
        ParseResult parsed, BenchStudio studio, ReviewLoad load, BareReview bare, List<Actor> reviewers, CancellationToken stop)
    {
        var (points, byProduct, byBare, times) = await ReviewSeries.RunAsync(load, bare, reviewers, parsed.GetValue(_until), stop);

        // What is reported is the last fifth: if anything has worn off, it is seen there.
        var last = points[^Math.Max(1, points.Count / 5)..];
        var result = new BenchResult(name, studio.Database.Provider.Name, parsed.GetValue(_shared.Items), reviewers.Count, last.Average(p => p.ProductPerS))
        {
            Times = BenchTimes.Of(times), BaselinePerS = last.Average(p => p.BarePerS),
            More = new { verdicts = byProduct + byBare, first_per_s = points[0].ProductPerS, first_bare_per_s = points[0].BarePerS, series = points },
        };
        return (result, byProduct + byBare);
    }

    private static Task<int> VerdictsAsync(BenchStudio studio, CancellationToken stop) => studio.Database.ReadAsync(db => db.Set<Verdict>().CountAsync(stop), stop);
}

/// <summary>How long a claim takes.</summary>
internal sealed class BenchClaimVerb() : BenchReviewVerb("claim", """
    Fill an installation with waiting tasks, then let reviewers claim the best one, think, answer, and claim again.
    Percentiles are of the claims. --rare-share adds a reviewer whose filter matches few tasks, and one beside who takes all.

    Example: reviewstudio bench claim --items 1000000 --concurrency 16 --think 500 --rare-share 0.001 --json
    """)
{
    protected override IReadOnlyList<double> Times(ReviewMeasured measured) => measured.Claims;
}

/// <summary>How long a verdict takes, all of it, durable; and how many claims and verdicts a second there can be.</summary>
internal sealed class BenchVerdictVerb() : BenchReviewVerb("verdict", """
    Fill an installation with waiting tasks, then let reviewers claim and answer without a pause. Percentiles are of the
    verdicts. The baseline runs the same statements in the same round trips by the database driver alone. --until goes on to
    a number of verdicts and shows how the speed keeps.

    Example: reviewstudio bench verdict --items 100000 --concurrency 8 --json
    """)
{
    protected override IReadOnlyList<double> Times(ReviewMeasured measured) => measured.Verdicts;
}
