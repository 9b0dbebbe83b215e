using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Encoders;

namespace ReviewStudio.Core.Training.Heads;

/// <summary>How a head is fitted. The defaults suit short posts.</summary>
public sealed record HeadTrainerOptions
{
    /// <summary>Width of a text embedding.</summary>
    public const int EmbeddingWidth = HeadModel.EmbeddingLength;

    /// <summary>Number of hash buckets for n-grams.</summary>
    public const int NgramBuckets = NgramFeaturizer.Dimensions;

    /// <summary>L2 penalty on the summed loss, or null to choose from <see cref="L2Grid"/> by cross-validation.</summary>
    public double? L2 { get; init; }

    /// <summary>Penalties to choose from, each above 0.</summary>
    public IReadOnlyList<double> L2Grid { get; init; } = [0.1, 0.3, 1, 3];

    /// <summary>The temperature to divide logits by, or null to fit it on out-of-fold predictions.</summary>
    public double? Temperature { get; init; }

    /// <summary>Cross-validation folds, 2 to 10.</summary>
    public int Folds { get; init; } = 4;

    /// <summary>The embedding is multiplied by this beside n-grams of length 1.</summary>
    public float EmbeddingScale { get; init; } = 1.5f;

    /// <summary>N-grams in fewer examples are ignored.</summary>
    public int MinimumDocumentFrequency { get; init; } = 2;

    /// <summary>Document frequencies of all content, labelled or not, or null to count only the examples.</summary>
    public DocumentFrequencies? Background { get; init; }

    /// <summary>Weigh labels so that each counts equally in sum.</summary>
    public bool BalanceLabels { get; init; } = true;

    /// <summary>Relative improvement below which the optimiser stops.</summary>
    public float Tolerance { get; init; } = 1e-4f;

    /// <summary>Seed of the folds.</summary>
    public ulong Seed { get; init; } = 1;
}
