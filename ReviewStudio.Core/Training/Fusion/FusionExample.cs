using ReviewStudio.Core.Inference.Fusion;

namespace ReviewStudio.Core.Training.Fusion;

/// <summary>One labelled item of any parts.</summary>
/// <param name="Parts">What the encoders saw; may be empty.</param>
/// <param name="Label">An index into the label keys.</param>
/// <param name="Contents">For each part, what identifies its content, such as a hash: equal contents are never on both sides of a cross-validation.</param>
/// <param name="Weight">How much it counts in the fit, above 0.</param>
/// <param name="CalibrationWeight">How much it counts where the confidence is calibrated, as of <see cref="Heads.TrainingExample"/>; 0 leaves it out.</param>
public sealed record FusionExample(IReadOnlyList<PartVector> Parts, int Label, IReadOnlyList<string> Contents, float Weight = 1, float CalibrationWeight = 1);

/// <summary>How a label follows from the parts.</summary>
public enum FusionRule
{
    /// <summary>One part is enough: the odds of a label are the sum of the odds that each part gives it (close to noisy-or; Pearl, 1988, §4.3).</summary>
    Any,

    /// <summary>Parts speak for and against: their log-odds add up.</summary>
    Sum,
}

/// <summary>How a fused head is fitted.</summary>
public sealed record FusionOptions
{
    /// <summary>Penalties to choose from, ascending.</summary>
    public IReadOnlyList<double> Grid { get; init; } = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];

    /// <summary>The penalty that the search begins with.</summary>
    public int Start { get; init; } = 3;

    /// <summary>Rules to choose from.</summary>
    public IReadOnlyList<FusionRule> Rules { get; init; } = [FusionRule.Any, FusionRule.Sum];

    /// <summary>Cross-validation folds, at least 2.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>N-grams in fewer examples are ignored.</summary>
    public int MinimumDocumentFrequency { get; init; } = 2;

    /// <summary>The label that holds where no part says otherwise, or null for the most frequent.</summary>
    public int? Reference { get; init; }

    /// <summary>What an earlier fit chose: rule and penalties are taken over and nothing is searched.</summary>
    public FusionReport? Chosen { get; init; }

    /// <summary>Seed of the folds.</summary>
    public ulong Seed { get; init; } = 1;
}
