using ReviewStudio.Core.Inference.Fusion;

namespace ReviewStudio.Core.Inference;

/// <summary>What a head is asked about: an item as the encoders saw it. A head of either kind reads what it needs.</summary>
/// <param name="Text">All texts of the item together, with those that were read in its pictures; empty where there are none.</param>
/// <param name="Parts">Every part by itself; empty where the head asked reads the text alone.</param>
public sealed record HeadInput(TextVector Text, IReadOnlyList<PartVector> Parts)
{
    /// <summary>Whether the encoders have come to all of its media. Nothing is to be said of an item before.</summary>
    public bool Complete { get; init; } = true;

    /// <summary>Whether there is any text: a head that reads text alone has nothing to say of an item without.</summary>
    public bool HasText { get; init; } = true;

    /// <summary>An item that is one text.</summary>
    public static HeadInput Of(TextVector text) => new(text, [PartVector.Of(0, text)]);
}

/// <summary>A loaded head of either kind: what the encoders saw in, calibrated probabilities out. Safe for use by several threads.</summary>
public interface IHeadModel : IDisposable
{
    HeadMetadata Metadata { get; }

    /// <summary>Whether it looks at every part of an item by itself, pictures and sounds too; else at the text alone.</summary>
    bool ReadsParts { get; }

    /// <summary>Probabilities by label, one row an item, in the order given; each row sums to 1.</summary>
    float[][] Predict(IReadOnlyList<HeadInput> items);
}

/// <summary>Loads heads of either kind.</summary>
public static class HeadModels
{
    /// <summary>Loads and tries out a head file of the kind that it says it is.</summary>
    /// <exception cref="InvalidHeadException">The file is missing, not ONNX, or does not keep the contract of its kind.</exception>
    public static IHeadModel Load(string path) => HeadFile.FormatOf(path) == FusionModel.Format ? FusionModel.Load(path) : HeadModel.Load(path);
}
