using System.Globalization;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference;

namespace ReviewStudio.Core.Training.Heads;

/// <summary>
/// Fits the built-in head: multinomial logistic regression over idf-scaled hashed n-grams and the text embedding,
/// labels weighed equally, penalty by cross-validation, temperature from out-of-fold predictions.
/// Equal examples, options and seed give an equal head, bit by bit.
/// </summary>
public static class LogisticHeadTrainer
{
    /// <summary>Fewest examples in all.</summary>
    public const int MinimumExamples = 10;

    /// <summary>At least two labels need this many examples.</summary>
    public const int MinimumPerLabel = 2;

    /// <exception cref="RefusedException"><c>training.too-few</c>, <c>training.one-label</c>, <c>training.bad-example</c> or <c>training.bad-options</c>: the message says what is missing.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static FittedHead Fit(
        IReadOnlyList<TrainingExample> examples,
        IReadOnlyList<string> labelKeys,
        HeadTrainerOptions options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken ct = default)
    {
        var warnings = TrainingChecks.Run(examples, labelKeys, options);
        var weights = ExampleWeights.Of(examples, labelKeys.Count, options.BalanceLabels);
        var (l2, temperature) = (options.L2, options.Temperature);
        CrossValidation? chosen = null;
        var candidates = new List<PenaltyCandidate>();
        if (l2 is null || temperature is null)
        {
            double[] grid = l2 is { } given ? [given] : [.. options.L2Grid.Order()];
            var tried = new List<CrossValidation>();
            foreach (var penalty in grid)
            {
                progress?.Report(new(
                    (double)tried.Count / (grid.Length + 1),
                    string.Create(CultureInfo.InvariantCulture, $"Cross-validating penalty {penalty:0.###} ({tried.Count + 1} of {grid.Length})")));
                tried.Add(CrossValidation.Run(examples, weights, labelKeys.Count, penalty, options, ct));
            }

            chosen = PenaltyChoice.Of(tried, labelKeys.Count, options.Seed);
            candidates.AddRange(tried.Select(t => new PenaltyCandidate(t.L2, t.LogLoss, t.MacroF1)));
            l2 = chosen.L2;
            temperature ??= chosen.Temperature;
        }

        progress?.Report(new((double)candidates.Count / (candidates.Count + 1), $"Fitting {examples.Count} examples"));
        var space = FeatureSpace.Of(examples.Select(e => e.Vector), options);
        var rows = examples.Select(e => space.Row(e.Vector)).ToArray();
        var model = MaximumEntropySolver.Fit(rows, examples, weights, labelKeys.Count, space.Width, l2.Value, options.Tolerance, ct);
        progress?.Report(new(1, "Fitted"));
        var perLabel = Enumerable.Range(0, labelKeys.Count).Select(k => examples.Count(e => e.Label == k)).ToArray();
        return new(labelKeys, space, model, l2.Value, temperature.Value, new(examples.Count, perLabel, candidates, chosen?.MacroF1, warnings));
    }
}
