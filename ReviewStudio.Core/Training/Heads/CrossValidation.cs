using ReviewStudio.Core.Metrics;

namespace ReviewStudio.Core.Training.Heads;

/// <summary>Out-of-fold predictions at one penalty, and what they say about it.</summary>
/// <param name="L2">The penalty.</param>
/// <param name="LogLoss">Log-loss with each label weighing equally, at the temperature that suits these weights best.</param>
/// <param name="MacroF1">Macro-F1 of the out-of-fold predictions.</param>
/// <param name="Temperature">The temperature that calibrates them, by the examples' calibration weights.</param>
/// <param name="Truth">Labels of the held-out examples, in the same order for every penalty.</param>
/// <param name="Predicted">What was predicted for them.</param>
internal sealed record CrossValidation(double L2, double LogLoss, double MacroF1, double Temperature, int[] Truth, int[] Predicted)
{
    public static CrossValidation Run(
        IReadOnlyList<TrainingExample> examples, float[] labelWeights, int labelCount, double l2, HeadTrainerOptions options, CancellationToken ct)
    {
        var folds = StratifiedFolds.Assign([.. examples.Select(e => e.Label)], options.Folds, options.Seed);
        var heldOut = new List<(TrainingExample Example, double[] Logits)>();
        for (var fold = 0; fold < options.Folds; fold++)
        {
            var training = examples.Where((_, i) => folds[i] != fold).ToArray();

            // The vocabulary and its idf are fitted inside the fold: what is held out must stay unseen.
            var space = FeatureSpace.Of(training.Select(e => e.Vector), options);
            var model = MaximumEntropySolver.Fit(
                [.. training.Select(e => space.Row(e.Vector))], training, labelWeights, labelCount, space.Width, l2, options.Tolerance, ct);
            heldOut.AddRange(examples.Where((_, i) => folds[i] == fold).Select(e => (e, model.Logits(space.Row(e.Vector)))));
        }

        var balanced = heldOut.ConvertAll(h => (h.Logits, h.Example.Label, (double)h.Example.Weight * labelWeights[h.Example.Label]));
        var balancedTemperature = TemperatureScaling.Fit(balanced);
        var loss = balanced.Sum(b => -b.Item3 * TemperatureScaling.LogProbability(b.Logits, b.Label, balancedTemperature)) / balanced.Sum(b => b.Item3);
        int[] truth = [.. heldOut.Select(h => h.Example.Label)];
        int[] predicted = [.. heldOut.Select(h => Array.IndexOf(h.Logits, h.Logits.Max()))];
        var f1 = ConfusionMatrix.Of(truth, predicted, labelCount).MacroF1();
        var temperature = TemperatureScaling.Fit(heldOut.ConvertAll(h => (h.Logits, h.Example.Label, (double)h.Example.CalibrationWeight)));
        return new(l2, loss, f1.Value ?? 0, temperature, truth, predicted);
    }
}
