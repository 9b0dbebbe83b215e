using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Review;

namespace ReviewStudio.Cli.Bench;

/// <summary>A stretch of the series.</summary>
/// <param name="Verdicts">Verdicts in the database at its end.</param>
internal sealed record SeriesPoint(long Verdicts, double ProductPerS, double BarePerS);

/// <summary>
/// Product and bare loop in turns of five seconds over the same tables, until so many verdicts were given: both meet the
/// same dead rows and the same depth of index, so that what grows is seen, and where.
/// </summary>
internal static class ReviewSeries
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    /// <param name="until">Verdicts of both together after which it ends.</param>
    public static async Task<(List<SeriesPoint> Points, long ByProduct, long ByBare, List<double> Times)> RunAsync(
        ReviewLoad load, BareReview bare, IReadOnlyList<Actor> reviewers, long until, CancellationToken stop)
    {
        var points = new List<SeriesPoint>();
        var times = new List<double>();
        var (product, byBare) = (0L, 0L);
        while (product + byBare < until)
        {
            var measured = await load.RunAsync(reviewers, null, TimeSpan.Zero, Window, stop);
            var (verdicts, seconds) = await bare.RunAsync(Window, stop);
            product += measured.Verdicts.Count;
            byBare += verdicts;
            times.AddRange(measured.Verdicts);
            var point = new SeriesPoint(product + byBare, Math.Round(measured.PerSecond), Math.Round(verdicts / seconds));
            points.Add(point);
            await Console.Error.WriteLineAsync(FormattableString.Invariant($"{point.Verdicts,10:N0} verdicts: product {point.ProductPerS:N0}/s, bare {point.BarePerS:N0}/s"));
        }

        return (points, product, byBare, times);
    }

    /// <summary>Tasks that hold more than one verdict.</summary>
    public static Task<int> TwiceAsync(BenchStudio studio, CancellationToken stop) => studio.Database.ReadAsync(
        db => db.Set<Verdict>().GroupBy(v => v.TaskId).Where(g => g.Count() > 1).CountAsync(stop), stop);
}
