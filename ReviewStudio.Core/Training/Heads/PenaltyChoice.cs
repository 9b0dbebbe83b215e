using ReviewStudio.Core.Metrics;

namespace ReviewStudio.Core.Training.Heads;

/// <summary>
/// Picks a penalty from cross-validated predictions: of those whose macro-F1 is not worse than the best by more than one
/// standard error of the paired difference (the one-standard-error rule; Breiman, Friedman, Olshen, Stone:
/// Classification and regression trees, 1984, §3.4.3), the one with the least log-loss, each label weighing equally.
/// Macro-F1 is what counts, but on a hundred labels its best is mostly luck; the log-loss uses every probability, but
/// alone it prefers heavier penalties than macro-F1 bears on thousands.
/// </summary>
internal static class PenaltyChoice
{
    private const int Resamples = 200;

    // The central interval of this coverage reaches one standard error to either side.
    private const double OneStandardError = 0.6827;

    /// <param name="tried">One cross-validation a penalty, over the same examples in the same order.</param>
    /// <param name="labelCount">C.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    public static CrossValidation Of(IReadOnlyList<CrossValidation> tried, int labelCount, ulong seed)
    {
        var best = tried.MaxBy(t => t.MacroF1)!;
        return tried.Where(t => ReferenceEquals(t, best) || WithinNoise(t, best, labelCount, seed)).MinBy(t => t.LogLoss)!;
    }

    private static bool WithinNoise(CrossValidation other, CrossValidation best, int labelCount, ulong seed)
    {
        var paired = Bootstrap.MacroF1Difference(
            best.Truth, other.Predicted, best.Predicted, labelCount, seed, Resamples, OneStandardError);
        return paired is { Difference.Value: { } loss, Interval: { } interval } && loss <= (interval.Upper - interval.Lower) / 2;
    }
}
