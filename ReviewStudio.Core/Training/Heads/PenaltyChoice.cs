using ReviewStudio.Core.Metrics;

namespace ReviewStudio.Core.Training.Heads;

/// <summary>
/// Picks a penalty from cross-validated predictions by the one-standard-error rule (Breiman, Friedman, Olshen, Stone:
/// Classification and regression trees, 1984, §3.4.3): the heaviest penalty that is not worse than the best by more
/// than one standard error, here that of the paired difference. Macro-F1 hangs on a few rare examples, so the very
/// best is often the luckiest; and examples chosen for their uncertainty call for too light a penalty.
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
        return tried
            .Where(t => t.L2 > best.L2)
            .OrderByDescending(t => t.L2)
            .FirstOrDefault(t => WithinNoise(t, best, labelCount, seed), best);
    }

    private static bool WithinNoise(CrossValidation heavier, CrossValidation best, int labelCount, ulong seed)
    {
        var paired = Bootstrap.MacroF1Difference(
            best.Truth, heavier.Predicted, best.Predicted, labelCount, seed, Resamples, OneStandardError);
        return paired is { Difference.Value: { } loss, Interval: { } interval } && loss <= (interval.Upper - interval.Lower) / 2;
    }
}
