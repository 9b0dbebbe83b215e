using System.Globalization;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Training.Heads;

namespace ReviewStudio.Core.Training.Fusion;

/// <summary>
/// Fits one head over all parts of items: every view of every part gets weights, a part that is not there counts for
/// nothing, and the rule by which parts make a label and one penalty a view are chosen by cross-validation. Equal
/// examples, options and seed give an equal head.
/// </summary>
public static class FusionTrainer
{
    private const int Sweeps = 2;

    /// <exception cref="RefusedException"><c>training.too-few</c>, <c>training.one-label</c> or <c>training.bad-options</c>: the message says what is missing.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static FittedFusion Fit(
        IReadOnlyList<FusionExample> examples,
        IReadOnlyList<string> labelKeys,
        FusionOptions options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(labelKeys);
        ArgumentNullException.ThrowIfNull(options);
        FusionChecks.Run(examples, labelKeys, options);
        var counts = Enumerable.Range(0, labelKeys.Count).Select(k => examples.Where(e => e.Label == k).Sum(e => (double)e.Weight)).ToArray();
        var reference = options.Reference is { } given && counts[given] > 0 ? given : Array.IndexOf(counts, counts.Max());
        var outputs = new FusionOutputs(reference, [.. Enumerable.Range(0, counts.Length).Where(k => k != reference && counts[k] > 0)], counts.Length);

        // n / (C·n_k), as scikit-learn's "balanced": each label counts equally in sum.
        var weights = Array.ConvertAll(counts, c => c > 0 ? counts.Sum() / (counts.Count(n => n > 0) * c) : 0);
        var report = options.Chosen ?? Search(examples, outputs, weights, options, progress, cancellation);
        progress?.Report(new(0.95, string.Create(CultureInfo.InvariantCulture, $"Fitting {examples.Count} examples")));
        var space = FusionSpace.Fit(examples, outputs.Labels.Count, options.MinimumDocumentFrequency);
        var parameters = FusionSolver.Fit(
            space,
            [.. examples.Select(e => new SolverRow(space.Rows(e.Parts), outputs.Target(e.Label), e.Weight * weights[e.Label]))],
            [.. View.All.Select(v => report.Penalties.GetValueOrDefault(v.Name, options.Grid[First(options)]))],
            report.Rule,
            cancellation);
        return new(labelKeys, outputs, space, report.Rule, parameters, report);
    }

    /// <summary>Rule and penalties by cross-validation.</summary>
    private static FusionReport Search(
        IReadOnlyList<FusionExample> examples, FusionOutputs outputs, double[] weights, FusionOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var modalities = examples.SelectMany(e => e.Parts).Select(p => p.Modality).Distinct().Order().ToArray();
        var validations = modalities.ToDictionary(m => m, m => new FusionCrossValidation(examples, outputs, weights, m, options));
        var choices = new List<Choice>();
        var at = Enumerable.Repeat(First(options), View.All.Count).ToArray();
        foreach (var rule in options.Rules)
        {
            // A later rule begins where the one before ended: what a view is worth depends on the rule only a little.
            var share = (double)choices.Count / (options.Rules.Count + 1);
            choices.Add(new PenaltySearch(validations, rule, options, cancellation).Run(
                at, choices.Count == 0 ? Sweeps : 1, text => progress?.Report(new(share, $"Cross-validating: {text}"))));
        }

        var best = choices.MinBy(c => c.LogLoss)!;
        return new FusionReport(
            best.Rule,
            View.All.Select((v, i) => (v, i)).Where(x => modalities.Contains(x.v.Modality)).ToDictionary(x => x.v.Name, x => best.Penalties[x.i]),
            TemperatureScaling.Fit(best.HeldOut),
            best.LogLoss,
            best.MacroF1,
            choices.ToDictionary(c => c.Rule, c => c.LogLoss));
    }

    private static int First(FusionOptions options) => Math.Min(options.Start, options.Grid.Count - 1);

    /// <summary>What a search came to.</summary>
    private sealed record Choice(
        FusionRule Rule, double[] Penalties, double LogLoss, double MacroF1, IReadOnlyList<(double[] Logits, int Label, double Weight)> HeldOut);

    /// <summary>Descends by one view's penalty at a time, each on the folds of its modality.</summary>
    private sealed class PenaltySearch(
        Dictionary<Modality, FusionCrossValidation> validations, FusionRule rule, FusionOptions options, CancellationToken cancellation)
    {
        private readonly Dictionary<(Modality, string), FusionScore> _known = [];

        /// <param name="at">Where to begin, as indices into the grid; where it ended, afterwards.</param>
        /// <param name="sweeps">How often to go through all views.</param>
        /// <param name="tell">Told what is being tried.</param>
        public Choice Run(int[] at, int sweeps, Action<string> tell)
        {
            for (var sweep = 0; sweep < sweeps; sweep++)
            {
                var before = at.ToArray();
                for (var v = 0; v < at.Length; v++)
                {
                    if (validations.ContainsKey(View.All[v].Modality))
                    {
                        tell($"{(rule == FusionRule.Any ? "any part" : "sum of parts")}, {View.All[v].Name.Replace('_', ' ')}");
                        Descend(at, v);
                    }
                }

                if (before.SequenceEqual(at))
                {
                    break;
                }
            }

            var scores = validations.Keys.Select(m => Score(m, at)).ToArray();
            return new(rule, Penalties(at), scores.Average(s => s.LogLoss), scores.Average(s => s.MacroF1), [.. scores.SelectMany(s => s.HeldOut)]);
        }

        private void Descend(int[] at, int view)
        {
            var modality = View.All[view].Modality;
            foreach (var step in new[] { 1, -1 })
            {
                var here = Score(modality, at).LogLoss;
                while (at[view] + step >= 0 && at[view] + step < options.Grid.Count)
                {
                    at[view] += step;
                    var there = Score(modality, at).LogLoss;
                    if (there >= here)
                    {
                        at[view] -= step;
                        break;
                    }

                    here = there;
                }
            }
        }

        private FusionScore Score(Modality modality, int[] at)
        {
            var key = (modality, string.Join(',', at));
            if (!_known.TryGetValue(key, out var score))
            {
                score = _known[key] = validations[modality].Run(Penalties(at), rule, cancellation);
            }

            return score;
        }

        private double[] Penalties(int[] at) => Array.ConvertAll(at, i => options.Grid[i]);
    }
}
