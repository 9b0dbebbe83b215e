using ReviewStudio.Core.Inference.Fusion;

namespace ReviewStudio.Core.Training.Fusion;

/// <summary>An example as the solver takes it.</summary>
/// <param name="Target">Index of its output, or -1 for the reference label.</param>
/// <param name="Weight">With the balance of labels in it.</param>
internal readonly record struct SolverRow(PartRows[] Parts, int Target, double Weight);

/// <summary>
/// Fits the parameters of a fused head by maximum likelihood with an L2 penalty a view. The reference label's logit is
/// 0; that of label k is, for <see cref="FusionRule.Any"/>, ln(exp(base) + Σ exp(s)), and for
/// <see cref="FusionRule.Sum"/>, base + Σ s, over the scores s that its parts give label k.
/// </summary>
internal static class FusionSolver
{
    /// <summary>Scores above this count as this: e^30 stays finite in single precision.</summary>
    public const float Highest = 30;

    private const float FirstAnyBase = -3, FirstAnyBias = -2;

    /// <param name="begin">Parameters to begin with, or null.</param>
    public static float[] Fit(
        FusionSpace space, IReadOnlyList<SolverRow> rows, IReadOnlyList<double> penalties, FusionRule rule, CancellationToken cancellation, float[]? begin = null) =>
        QuasiNewton.Minimise(begin ?? Start(space, rule), (point, gradient) => Evaluate(space, rows, penalties, rule, point, gradient), cancellation);

    /// <summary>The logits of the outputs of one item.</summary>
    public static double[] Logits(FusionSpace space, FusionRule rule, float[] parameters, PartRows[] parts) =>
        new Scorer(space, parameters).Logits(parts, rule, new double[parts.Length, space.Outputs]);

    private static float[] Start(FusionSpace space, FusionRule rule)
    {
        var start = new float[space.Length];
        if (rule == FusionRule.Any)
        {
            for (var k = 0; k < space.Outputs; k++)
            {
                start[space.Base(k)] = FirstAnyBase;
                foreach (var modality in Enum.GetValues<Modality>())
                {
                    start[space.Bias(modality, k)] = FirstAnyBias;
                }
            }
        }

        return start;
    }

    private static double Evaluate(
        FusionSpace space, IReadOnlyList<SolverRow> rows, IReadOnlyList<double> penalties, FusionRule rule, float[] point, float[] gradient)
    {
        var scorer = new Scorer(space, point);
        Array.Clear(gradient);
        double loss = 0;
        foreach (var row in rows)
        {
            var scores = new double[row.Parts.Length, space.Outputs];
            var logits = scorer.Logits(row.Parts, rule, scores);
            var greatest = Math.Max(0, logits.Max());
            var sum = Math.Exp(-greatest) + logits.Sum(l => Math.Exp(l - greatest));
            loss += row.Weight * (greatest + Math.Log(sum) - (row.Target < 0 ? 0 : logits[row.Target]));
            for (var k = 0; k < logits.Length; k++)
            {
                var slope = row.Weight * ((Math.Exp(logits[k] - greatest) / sum) - (row.Target == k ? 1 : 0));
                scorer.AddBase(gradient, k, slope * Share(rule, point[space.Base(k)], logits[k]));
                for (var p = 0; p < row.Parts.Length; p++)
                {
                    scorer.Add(gradient, row.Parts[p], k, slope * Share(rule, scores[p, k], logits[k]));
                }
            }
        }

        return loss + scorer.Finish(gradient, penalties);
    }

    /// <summary>How much of a label's logit moves with a score.</summary>
    private static double Share(FusionRule rule, double score, double logit) =>
        rule == FusionRule.Sum ? 1 : score > Highest ? 0 : Math.Exp(score - logit);

    /// <summary>Scores at one point: weights with the scale worked in, and the way back for gradients.</summary>
    private sealed class Scorer
    {
        private readonly FusionSpace _space;
        private readonly float[] _point;
        private readonly (float[] Weights, double Offset)[,] _plain;
        private readonly double[,] _slopes;

        public Scorer(FusionSpace space, float[] point)
        {
            (_space, _point) = (space, point);
            _plain = new (float[], double)[space.Scales.Length, space.Outputs];
            _slopes = new double[space.Scales.Length, space.Outputs];
            for (var v = 0; v < space.Scales.Length; v++)
            {
                for (var k = 0; k < space.Outputs; k++)
                {
                    _plain[v, k] = space.Scales[v].Unscale(point.AsSpan(space.Weights(v, k), space.Scales[v].Width));
                }
            }
        }

        public double[] Logits(PartRows[] parts, FusionRule rule, double[,] scores)
        {
            var logits = new double[_space.Outputs];
            for (var k = 0; k < logits.Length; k++)
            {
                double start = _point[_space.Base(k)];
                var sum = rule == FusionRule.Any ? Math.Exp(Math.Min(start, Highest)) : start;
                for (var p = 0; p < parts.Length; p++)
                {
                    double score = _point[_space.Bias(parts[p].Modality, k)];
                    foreach (var (view, row) in parts[p].Rows)
                    {
                        var (weights, offset) = _plain[view, k];
                        score += row.Dot(weights) - offset;
                    }

                    scores[p, k] = score;
                    sum += rule == FusionRule.Any ? Math.Exp(Math.Min(score, Highest)) : score;
                }

                logits[k] = rule == FusionRule.Any ? Math.Log(sum) : sum;
            }

            return logits;
        }

        public void AddBase(float[] gradient, int output, double slope) => gradient[_space.Base(output)] += (float)slope;

        public void Add(float[] gradient, PartRows part, int output, double slope)
        {
            gradient[_space.Bias(part.Modality, output)] += (float)slope;
            foreach (var (view, row) in part.Rows)
            {
                row.AddTo(gradient.AsSpan(_space.Weights(view, output), _space.Scales[view].Width), (float)slope);
                _slopes[view, output] += slope;
            }
        }

        /// <summary>Turns gradients by plain columns into those by scaled ones and adds the penalties.</summary>
        public double Finish(float[] gradient, IReadOnlyList<double> penalties)
        {
            double penalty = 0;
            for (var v = 0; v < _space.Scales.Length; v++)
            {
                var scale = _space.Scales[v];
                for (var k = 0; k < _space.Outputs; k++)
                {
                    var (start, width) = (_space.Weights(v, k), scale.Width);
                    for (var j = 0; j < width; j++)
                    {
                        if (scale.Ngrams is null)
                        {
                            gradient[start + j] = (gradient[start + j] - (float)(_slopes[v, k] * scale.Mean[j])) * scale.Factor[j];
                        }

                        var weight = _point[start + j];
                        penalty += penalties[v] * weight * weight / 2;
                        gradient[start + j] += (float)penalties[v] * weight;
                    }
                }
            }

            return penalty;
        }
    }
}
