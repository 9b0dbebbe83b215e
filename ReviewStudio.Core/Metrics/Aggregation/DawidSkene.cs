using ReviewStudio.Core.Metrics.Agreement;

namespace ReviewStudio.Core.Metrics.Aggregation;

/// <summary>
/// Finds the labels and every rater's habits together: each rater has a full confusion matrix, each item a hidden true label,
/// and expectation-maximisation alternates between them (Dawid and Skene, Maximum likelihood estimation of observer
/// error-rates using the EM algorithm, Applied Statistics 28, 1979). It starts from the majority's shares. The E-step adds
/// logarithms, so that hundreds of verdicts on one item do not underflow.
/// </summary>
public static class DawidSkene
{
    /// <summary>Confusion cells R·C² beyond which a fit is refused: it keeps the memory of one below about 2 GB.</summary>
    public const long MostCells = 64_000_000;

    /// <summary>Fits the model. Time is verdicts × C an iteration; memory is 8 bytes × (items·C + 2·R·C²) besides the table.</summary>
    /// <exception cref="ArgumentException">There are too many raters and labels, or the options are out of range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DawidSkeneFit Fit(RatingTable table, DawidSkeneOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Smoothing);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MostIterations, 1);
        if ((long)table.RaterCount * table.LabelCount * table.LabelCount > MostCells)
        {
            throw new ArgumentException(
                $"{table.RaterCount} raters with {table.LabelCount} labels are more than the confusion matrices can hold. Merge rare labels, or take the majority.", nameof(table));
        }

        var fit = new DawidSkeneFit(table, MajorityVote.Of(table));
        while (fit.Iterations < options.MostIterations && !fit.Converged)
        {
            cancellation.ThrowIfCancellationRequested();
            fit.Step(table, options);
        }

        fit.Finish();
        return fit;
    }
}

/// <summary>How a fit goes.</summary>
/// <param name="Tolerance">It has converged when no prior and no confusion probability changes by more than this.</param>
/// <param name="MostIterations">It gives up after as many.</param>
/// <param name="Smoothing">Added to every count: what a rater was never seen to do is unlikely, not impossible.</param>
public sealed record DawidSkeneOptions(double Tolerance = 1e-5, int MostIterations = 500, double Smoothing = 0.01);
