namespace ReviewStudio.Core.Inference.Encoders;

/// <summary>What is to be known of an encoder before one relies on it.</summary>
/// <param name="Name">The name in versions and files.</param>
/// <param name="Version">The version of the package that it comes from.</param>
/// <param name="Package">Where it comes from; <c>built in</c> for code of ours.</param>
/// <param name="Licence">SPDX identifier.</param>
/// <param name="Purpose">What it turns into what.</param>
/// <param name="Languages">What it was made for.</param>
/// <param name="Limits">Where it is known to be wrong.</param>
public sealed record ModelCard(string Name, string Version, string Package, string Licence, string Purpose, string Languages, string Limits);

/// <summary>An encoder as this installation has it.</summary>
/// <param name="Hash">SHA-256 of the converted file, lower-case hex; null when missing or built in.</param>
/// <param name="Problem">Why it is missing and how to get it, in a sentence or two; null when available.</param>
public sealed record EncoderState(ModelCard Card, bool Available, string? Hash, string? Problem)
{
    /// <summary>The ONNX files and what belongs to them, full paths; empty when missing or built in.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];
}
