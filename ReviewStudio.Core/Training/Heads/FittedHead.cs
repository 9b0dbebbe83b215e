using ReviewStudio.Core.Inference;

namespace ReviewStudio.Core.Training.Heads;

/// <summary>A trained head in memory. <see cref="HeadOnnxWriter"/> makes the file that serves.</summary>
public sealed class FittedHead
{
    internal FittedHead(IReadOnlyList<string> labelKeys, FeatureSpace space, LinearModel model, double l2, double temperature, FitReport report)
    {
        LabelKeys = labelKeys;
        Space = space;
        Model = model;
        L2 = l2;
        Temperature = temperature;
        Report = report;
    }

    /// <summary>The label of each probability.</summary>
    public IReadOnlyList<string> LabelKeys { get; }

    /// <summary>The penalty that was used; give it to the next fit to save the search.</summary>
    public double L2 { get; }

    /// <summary>The temperature that was used; give it to the next fit to save the cross-validation.</summary>
    public double Temperature { get; }

    /// <summary>How the fit went.</summary>
    public FitReport Report { get; }

    internal FeatureSpace Space { get; }

    internal LinearModel Model { get; }

    /// <summary>Calibrated probabilities f32[C], summing to 1. Thread-safe.</summary>
    public float[] Predict(TextVector vector) => TemperatureScaling.Softmax(Model.Logits(Space.Row(vector)), Temperature);
}

/// <summary>What a fit found out.</summary>
/// <param name="Examples">Examples given.</param>
/// <param name="PerLabel">Examples of each label.</param>
/// <param name="Candidates">The penalties tried, empty where one was given.</param>
/// <param name="OutOfFoldMacroF1">Cross-validated macro-F1 over the examples at the chosen penalty, or null where nothing was cross-validated. Biased where the examples were chosen actively.</param>
/// <param name="Warnings">What a person should know, such as labels without examples.</param>
public sealed record FitReport(
    int Examples, IReadOnlyList<int> PerLabel, IReadOnlyList<PenaltyCandidate> Candidates, double? OutOfFoldMacroF1, IReadOnlyList<string> Warnings);

/// <summary>One tried penalty.</summary>
/// <param name="L2">The penalty.</param>
/// <param name="LogLoss">Cross-validated log-loss, each label weighing equally, after its own best temperature; in nats.</param>
/// <param name="MacroF1">Cross-validated macro-F1.</param>
public sealed record PenaltyCandidate(double L2, double LogLoss, double MacroF1);
