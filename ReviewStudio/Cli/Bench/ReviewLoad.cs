using System.Diagnostics;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;

namespace ReviewStudio.Cli.Bench;

/// <summary>What a stretch of reviewing came to.</summary>
/// <param name="Claims">Milliseconds a claim.</param>
/// <param name="Verdicts">Milliseconds a verdict, all of it, durable.</param>
internal sealed record ReviewMeasured(IReadOnlyList<double> Claims, IReadOnlyList<double> Verdicts, double Seconds, IReadOnlyList<long> Claimed)
{
    public double PerSecond => Verdicts.Count / Seconds;

    public static double Percentile(IReadOnlyList<double> milliseconds, double share) => BenchTimes.At([.. milliseconds.Order()], share);
}

/// <summary>Reviewers who claim, think and answer, through the use cases of the workbench.</summary>
internal sealed class ReviewLoad(IServiceProvider services, PolicyVersion version)
{
    private readonly ClaimNextTask _claim = services.GetRequiredService<ClaimNextTask>();
    private readonly RecordVerdict _record = services.GetRequiredService<RecordVerdict>();

    /// <param name="source">Claims from this source alone; null for all.</param>
    /// <param name="think">The pause between a claim and its verdict.</param>
    public async Task<ReviewMeasured> RunAsync(IReadOnlyList<Actor> reviewers, string? source, TimeSpan think, TimeSpan span, CancellationToken stop)
    {
        using var over = new CancellationTokenSource(span);
        var watch = Stopwatch.StartNew();
        var each = await Task.WhenAll(reviewers.Select((actor, i) => Task.Run(() => ReviewAsync(actor, i, reviewers.Count, source, think, over.Token, stop), stop)));
        return new ReviewMeasured([.. each.SelectMany(e => e.Claims)], [.. each.SelectMany(e => e.Verdicts)], watch.Elapsed.TotalSeconds, [.. each.SelectMany(e => e.Tasks)]);
    }

    /// <summary>The same until it is told to stop; nobody is interrupted.</summary>
    public async Task<ReviewMeasured> RunUntilAsync(IReadOnlyList<Actor> reviewers, TimeSpan think, CancellationToken until)
    {
        var watch = Stopwatch.StartNew();
        var each = await Task.WhenAll(reviewers.Select((actor, i) => Task.Run(() => ReviewAsync(actor, i, reviewers.Count, null, think, until, CancellationToken.None), CancellationToken.None)));
        return new ReviewMeasured([.. each.SelectMany(e => e.Claims)], [.. each.SelectMany(e => e.Verdicts)], watch.Elapsed.TotalSeconds, [.. each.SelectMany(e => e.Tasks)]);
    }

    private async Task<(List<double> Claims, List<double> Verdicts, List<long> Tasks)> ReviewAsync(
        Actor actor, int place, int reviewers, string? source, TimeSpan think, CancellationToken over, CancellationToken stop)
    {
        var (claims, verdicts, tasks) = (new List<double>(), new List<double>(), new List<long>());
        if (think > TimeSpan.Zero)
        {
            // People do not all press a key in the same instant.
            await Task.Delay(think * ((double)place / reviewers), stop);
        }

        while (!over.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            if (await _claim.RunAsync(new ClaimRequest(Source: source), actor, stop) is not { } claimed)
            {
                break;
            }

            claims.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (think > TimeSpan.Zero)
            {
                await Task.Delay(think, stop);
            }

            started = Stopwatch.GetTimestamp();
            var label = version.Labels[(int)(claimed.TaskId % 3 == 0 ? 1 : 0)].Key;
            await _record.RunAsync(new VerdictRequest(Guid.CreateVersion7(), claimed.Claim, version.Id, label, 1_500), actor, stop);
            verdicts.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            tasks.Add(claimed.TaskId);
        }

        return (claims, verdicts, tasks);
    }
}
