using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Training.Heads;

namespace ReviewStudio.Core.Training.Fusion;

/// <summary>A fused head in memory. <see cref="FusionOnnxWriter"/> makes the file that serves.</summary>
public sealed class FittedFusion
{
    internal FittedFusion(IReadOnlyList<string> labelKeys, FusionOutputs outputs, FusionSpace space, FusionRule rule, float[] parameters, FusionReport report)
    {
        LabelKeys = labelKeys;
        Outputs = outputs;
        Space = space;
        Rule = rule;
        Parameters = parameters;
        Report = report;
    }

    /// <summary>The label of each probability.</summary>
    public IReadOnlyList<string> LabelKeys { get; }

    public FusionRule Rule { get; }

    public FusionReport Report { get; }

    internal FusionOutputs Outputs { get; }

    internal FusionSpace Space { get; }

    internal float[] Parameters { get; }

    /// <summary>Calibrated probabilities f32[C], summing to 1. Thread-safe.</summary>
    public float[] Predict(IReadOnlyList<PartVector> parts) =>
        TemperatureScaling.Softmax(Outputs.Spread(FusionSolver.Logits(Space, Rule, Parameters, Space.Rows(parts))), Report.Temperature);
}

/// <summary>Which labels have a logit of their own.</summary>
/// <param name="Reference">The label whose logit is 0.</param>
/// <param name="Labels">The others that occurred, by output.</param>
/// <param name="Count">C, with those that did not occur.</param>
internal sealed record FusionOutputs(int Reference, IReadOnlyList<int> Labels, int Count)
{
    public int Target(int label)
    {
        for (var k = 0; k < Labels.Count; k++)
        {
            if (Labels[k] == label)
            {
                return k;
            }
        }

        return -1;
    }

    /// <summary>Logits of all labels.</summary>
    public double[] Spread(double[] logits)
    {
        var all = new double[Count];
        Array.Fill(all, LinearModel.AbsentLogit);
        all[Reference] = 0;
        for (var k = 0; k < logits.Length; k++)
        {
            all[Labels[k]] = logits[k];
        }

        return all;
    }
}

/// <summary>What a fit found out.</summary>
/// <param name="Rule">The rule that cross-validation chose.</param>
/// <param name="Penalties">The penalty of each view, by its name.</param>
/// <param name="Temperature">What logits are divided by.</param>
/// <param name="LogLoss">Cross-validated, each label weighing equally, mean over the modalities' folds, in nats.</param>
/// <param name="MacroF1">Cross-validated, mean over the modalities' folds.</param>
/// <param name="Tried">Each rule with its log-loss.</param>
public sealed record FusionReport(
    FusionRule Rule, IReadOnlyDictionary<string, double> Penalties, double Temperature, double LogLoss, double MacroF1, IReadOnlyDictionary<FusionRule, double> Tried);
