using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Training.Heads;

namespace ReviewStudio.Core.Training.Fusion;

/// <summary>What held-out predictions say of penalties and a rule.</summary>
internal readonly record struct FusionScore(double LogLoss, double MacroF1, IReadOnlyList<(double[] Logits, int Label, double Weight)> HeldOut);

/// <summary>Cross-validates fused heads. Scales and vocabulary are fitted inside each fold, once for all penalties.</summary>
internal sealed class FusionCrossValidation
{
    private readonly IReadOnlyList<FusionExample> _examples;
    private readonly FusionOutputs _outputs;
    private readonly double[] _labelWeights;
    private readonly Fold[] _folds;

    public FusionCrossValidation(IReadOnlyList<FusionExample> examples, FusionOutputs outputs, double[] labelWeights, Modality modality, FusionOptions options)
    {
        (_examples, _outputs, _labelWeights) = (examples, outputs, labelWeights);
        var assigned = FusionFolds.Assign(examples, modality, options.Folds, options.Seed);
        _folds = [.. Enumerable.Range(0, options.Folds).Select(fold => MakeFold(assigned, fold, options)).Where(f => f.Training.Length > 0 && f.HeldOut.Length > 0)];
    }

    public FusionScore Run(IReadOnlyList<double> penalties, FusionRule rule, CancellationToken cancellation)
    {
        var logits = new double[_examples.Count][];
        Parallel.ForEach(_folds, new ParallelOptions { CancellationToken = cancellation }, fold =>
        {
            // Neighbouring penalties have neighbouring solutions: beginning at the last one saves most of the iterations.
            var parameters = fold.Last[rule] = FusionSolver.Fit(fold.Space, fold.Training, penalties, rule, cancellation, fold.Last.GetValueOrDefault(rule));
            foreach (var (example, parts) in fold.HeldOut)
            {
                logits[example] = _outputs.Spread(FusionSolver.Logits(fold.Space, rule, parameters, parts));
            }
        });
        var predicted = Enumerable.Range(0, logits.Length).Where(i => logits[i] is not null).ToArray();
        (double[] Logits, int Label, double Weight)[] balanced =
            [.. predicted.Select(i => (logits[i], _examples[i].Label, _examples[i].Weight * _labelWeights[_examples[i].Label]))];
        var temperature = TemperatureScaling.Fit(balanced);
        var loss = balanced.Sum(b => -b.Weight * TemperatureScaling.LogProbability(b.Logits, b.Label, temperature)) / balanced.Sum(b => b.Weight);
        int[] truth = [.. balanced.Select(b => b.Label)];
        int[] answers = [.. balanced.Select(b => Array.IndexOf(b.Logits, b.Logits.Max()))];
        return new(
            loss,
            ConfusionMatrix.Of(truth, answers, _outputs.Count).MacroF1().Value ?? 0,
            [.. predicted.Select(i => (logits[i], _examples[i].Label, (double)_examples[i].CalibrationWeight))]);
    }

    private Fold MakeFold(int[] assigned, int fold, FusionOptions options)
    {
        var space = FusionSpace.Fit(_examples.Where((_, i) => assigned[i] != fold), _outputs.Labels.Count, options.MinimumDocumentFrequency);
        var training = new List<SolverRow>();
        var heldOut = new List<(int, PartRows[])>();
        for (var i = 0; i < _examples.Count; i++)
        {
            var parts = space.Rows(_examples[i].Parts);
            if (assigned[i] == fold)
            {
                heldOut.Add((i, parts));
            }
            else
            {
                training.Add(new(parts, _outputs.Target(_examples[i].Label), _examples[i].Weight * _labelWeights[_examples[i].Label]));
            }
        }

        return new(space, [.. training], [.. heldOut]);
    }

    private sealed record Fold(FusionSpace Space, SolverRow[] Training, (int Example, PartRows[] Parts)[] HeldOut)
    {
        /// <summary>The last solution of each rule.</summary>
        public Dictionary<FusionRule, float[]> Last { get; } = [];
    }
}
