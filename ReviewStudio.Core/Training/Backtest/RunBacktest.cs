using System.Collections.Concurrent;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Training.Backtest;

/// <summary>A file to play through.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">What it is called, for messages.</param>
/// <param name="Done">Points of an earlier attempt; curves that are complete in them are not played again.</param>
public sealed record BacktestFile(string Path, string Name, IReadOnlyList<BacktestPoint>? Done = null);

/// <summary>What a backtest tells while it runs.</summary>
public interface IBacktestListener
{
    /// <summary>What is being done, in words, with units done and in all where they are known. May come from several threads at once.</summary>
    Task ProgressAsync(long done, long? total, string words);

    /// <summary>A point of a curve. May come from several threads at once.</summary>
    Task PointAsync(BacktestPoint point);
}

/// <summary>
/// Plays the reviewer from the label column through the real import, claims, verdicts, trainings and promotions, in
/// scratch installations, one for each strategy and seed. Equal requests on an equal file give equal points.
/// </summary>
public sealed class RunBacktest(IScratchStudios scratch, EncodeBacktest encode, TimeProvider clock) : IUseCase
{
    private const int MostAtOnce = 8;

    /// <exception cref="RefusedException">The request or the file will not do; the message says what to change.</exception>
    public async Task<BacktestResult> RunAsync(BacktestFile file, BacktestRequest request, IBacktestListener listener, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(listener);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer);
        request.Demand();
        request = request with { Strategies = [.. request.Strategies.Select(s => Queue.Ranking.RankingStrategies.Find(s).Key)] };
        var rows = await LabelledFile.ReadAsync(file.Path, file.Name, request, cancellation);
        rows.DemandRoom(request, file.Name);
        var data = await encode.RunAsync(rows, request.Language, n => listener.ProgressAsync(n, rows.Rows.Count, "Computing vectors"), cancellation);

        var points = new ConcurrentBag<BacktestPoint>(Complete(file.Done ?? [], request));
        var total = (long)request.PointsOfCurve * request.Strategies.Count * request.Seeds.Count;
        var since = clock.GetTimestamp();
        var plays = new SeedPlays(scratch, data, request);
        try
        {
            var curves = request.Seeds.SelectMany(seed => request.Strategies.Select(strategy => (Seed: seed, Strategy: strategy)))
                .Where(c => !points.Any(p => p.Seed == c.Seed && p.Strategy == c.Strategy)).ToList();
            await listener.ProgressAsync(points.Count, total, "Filling the queues");
            await Parallel.ForEachAsync(
                curves,
                new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 1, MostAtOnce), CancellationToken = cancellation },
                async (curve, stop) => await plays.PlayAsync(curve.Seed, curve.Strategy, TellAsync, stop));
        }
        finally
        {
            await plays.CleanAsync();
        }

        var order = request.Strategies.ToList();
        var sorted = points.OrderBy(p => order.IndexOf(p.Strategy)).ThenBy(p => p.Seed).ThenBy(p => p.Labels).ToList();
        return new(sorted, StrategySummary.Of(sorted, request.PointsOfCurve), request.Test, Math.Round(clock.GetElapsedTime(since).TotalSeconds / request.Seeds.Count, 1));

        async Task TellAsync(BacktestPoint point)
        {
            points.Add(point);
            await listener.PointAsync(point);
            await listener.ProgressAsync(points.Count, total, $"{point.Strategy}, seed {point.Seed}: {point.Labels:N0} labels");
        }
    }

    private static IEnumerable<BacktestPoint> Complete(IReadOnlyList<BacktestPoint> done, BacktestRequest request) => done
        .GroupBy(p => (p.Strategy, p.Seed))
        .Where(g => request.Strategies.Contains(g.Key.Strategy) && request.Seeds.Contains(g.Key.Seed) && g.Select(p => p.Labels).Distinct().Count() == request.PointsOfCurve)
        .SelectMany(g => g.DistinctBy(p => p.Labels));
}
