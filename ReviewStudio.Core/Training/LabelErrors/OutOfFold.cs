using ReviewStudio.Core.Training.Fusion;
using ReviewStudio.Core.Training.Heads;

namespace ReviewStudio.Core.Training.LabelErrors;

/// <summary>Probabilities of examples by heads that have not learned from them.</summary>
internal static class OutOfFold
{
    /// <summary>
    /// Cuts the examples into folds with equal shares of each label, and predicts each fold by a head fitted to the others;
    /// penalty and temperature are chosen once, over all.
    /// </summary>
    /// <returns>f64[C] a row, in the order of the examples, each summing to 1.</returns>
    public static double[][] Predict(
        IReadOnlyList<TrainingExample> examples, IReadOnlyList<string> labels, HeadTrainerOptions options, IProgress<TrainingProgress> progress, CancellationToken stop)
    {
        var whole = LogisticHeadTrainer.Fit(examples, labels, options, progress, stop);
        var settings = options with { L2 = whole.L2, Temperature = whole.Temperature };
        var folds = StratifiedFolds.Assign([.. examples.Select(e => e.Label)], options.Folds, options.Seed);
        return Each(folds, options.Folds, fold =>
        {
            var head = LogisticHeadTrainer.Fit([.. examples.Where((_, i) => folds[i] != fold)], labels, settings, null, stop);
            return i => head.Predict(examples[i].Vector);
        });
    }

    /// <inheritdoc cref="Predict(IReadOnlyList{TrainingExample}, IReadOnlyList{string}, HeadTrainerOptions, IProgress{TrainingProgress}, CancellationToken)"/>
    public static double[][] Predict(
        IReadOnlyList<FusionExample> examples, IReadOnlyList<string> labels, FusionOptions options, IProgress<TrainingProgress> progress, CancellationToken stop)
    {
        var settings = options with { Chosen = FusionTrainer.Fit(examples, labels, options, progress, stop).Report };
        var folds = StratifiedFolds.Assign([.. examples.Select(e => e.Label)], options.Folds, options.Seed);
        return Each(folds, options.Folds, fold =>
        {
            var head = FusionTrainer.Fit([.. examples.Where((_, i) => folds[i] != fold)], labels, settings, null, stop);
            return i => head.Predict(examples[i].Parts);
        });
    }

    /// <param name="fit">A fold to what predicts its examples.</param>
    private static double[][] Each(int[] assigned, int folds, Func<int, Func<int, float[]>> fit)
    {
        var rows = new double[assigned.Length][];
        for (var fold = 0; fold < folds; fold++)
        {
            var predict = fit(fold);
            for (var i = 0; i < rows.Length; i++)
            {
                if (assigned[i] == fold)
                {
                    var p = Array.ConvertAll(predict(i), x => (double)x);
                    var sum = p.Sum();
                    rows[i] = Array.ConvertAll(p, x => x / sum);
                }
            }
        }

        return rows;
    }
}
