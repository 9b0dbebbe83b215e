namespace ReviewStudio.Core.Metrics.LabelErrors;

/// <summary>What confident learning found.</summary>
/// <param name="Suspects">Examples whose label is probably wrong, most suspect first.</param>
/// <param name="ConfidentJoint">Counts i32[C, C] of given against confidently predicted label.</param>
/// <param name="Joint">The estimated joint distribution f64[C, C] of given against true label; sums to 1 unless empty.</param>
/// <param name="Thresholds">What a label's probability must reach to be confident, f64[C]; infinite where no example carries the label.</param>
public sealed record LabelErrorReport(IReadOnlyList<Suspect> Suspects, int[,] ConfidentJoint, double[,] Joint, IReadOnlyList<double> Thresholds);

/// <summary>An example whose label is probably wrong.</summary>
/// <param name="Example">Its position.</param>
/// <param name="Given">The label it carries.</param>
/// <param name="Suggested">The most probable label.</param>
/// <param name="SelfConfidence">p(given label), 0 to 1.</param>
/// <param name="Margin">p(given label) − max p(another label), −1 to 1.</param>
public sealed record Suspect(int Example, int Given, int Suggested, double SelfConfidence, double Margin);
