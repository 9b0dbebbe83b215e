namespace ReviewStudio.Core.Training.Gates;

/// <summary>What the gate compares: two heads' probabilities on the same frozen examples.</summary>
/// <param name="LabelKeys">C label keys; every row of probabilities is in this order.</param>
/// <param name="Truth">The frozen labels, 0 to C-1, one an example.</param>
/// <param name="Champion">f32[n][C] of the head that serves, or null for the first head: it must beat the class priors.</param>
/// <param name="Challenger">f32[n][C] of the head that wants to.</param>
/// <param name="Slices">Groups that must not lose, such as languages.</param>
/// <param name="Obligations">What the policy must prove.</param>
public sealed record GateInput(
    IReadOnlyList<string> LabelKeys,
    int[] Truth,
    IReadOnlyList<float[]>? Champion,
    IReadOnlyList<float[]> Challenger,
    IReadOnlyList<GateSlicing> Slices,
    IReadOnlyList<GateObligation> Obligations);

/// <summary>One way to cut the frozen set into groups.</summary>
/// <param name="Name">What the groups are, such as <c>language</c>.</param>
/// <param name="Keys">The group of each example; null leaves the example out.</param>
public sealed record GateSlicing(string Name, IReadOnlyList<string?> Keys);

/// <summary>A precision or recall that a policy must prove.</summary>
/// <param name="LabelKey">The label it is about.</param>
/// <param name="Metric">Which of the two.</param>
/// <param name="Target">The value to reach, in (0, 1).</param>
/// <param name="Confidence">The one-sided confidence with which it must be reached, in (0.5, 1).</param>
public sealed record GateObligation(string LabelKey, ObligationMetric Metric, double Target, double Confidence);

public enum ObligationMetric
{
    Precision,
    Recall,
}
