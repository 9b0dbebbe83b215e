using ReviewStudio.Core.Inference;

namespace ReviewStudio.Core.Training.Heads;

/// <summary>One labelled example.</summary>
/// <param name="Vector">What the encoders saw.</param>
/// <param name="Label">The label, an index into the label keys.</param>
/// <param name="Weight">How much it counts in the fit, above 0; class balancing multiplies it.</param>
/// <param name="SoftLabels">Probabilities of all C labels where the verdicts disagree, or null; then <paramref name="Label"/> is their most likely one and serves for stratification.</param>
/// <param name="CalibrationWeight">
/// How much it counts where the confidence is calibrated: the inverse of its probability of being drawn, where that is
/// known. 0 leaves it out. Actively chosen examples are harder than the traffic, so that calibrating on them alone
/// makes a head too modest.
/// </param>
public sealed record TrainingExample(TextVector Vector, int Label, float Weight = 1, float[]? SoftLabels = null, float CalibrationWeight = 1);

/// <summary>How far a training is.</summary>
/// <param name="Fraction">0 to 1.</param>
/// <param name="Text">What it is doing, for a person.</param>
public readonly record struct TrainingProgress(double Fraction, string Text);
