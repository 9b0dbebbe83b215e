using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference.Fusion;

/// <summary>A decoded part, for the encoders to look at; one of the last three is not null.</summary>
/// <param name="Part">Its number in its item, from 0.</param>
/// <param name="Image">A picture; the caller disposes it.</param>
/// <param name="Samples">A sound: mono, 16 kHz, -1 to 1.</param>
public sealed record DecodedPart(int Part, TextInput? Text = null, StillImage? Image = null, float[]? Samples = null);

/// <summary>
/// Decoded parts to what the encoders see of them, each kind in batches. Where an encoder is missing, the part has no
/// vector, and <see cref="EncoderCatalog.States"/> says why.
/// </summary>
public sealed class PartVectorizer(EncoderCatalog encoders, TextVectorizer texts) : IUseCase
{
    /// <summary>What stored vectors and heads of this installation are marked with.</summary>
    public string Version => encoders.FusionVersion;

    /// <summary>One vector a part, or null where no encoder covers it, in the order given.</summary>
    public PartVector?[] Vectorize(IReadOnlyList<DecodedPart> parts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var result = new PartVector?[parts.Count];
        var written = Where(parts, p => p.Text is not null);
        var textVectors = texts.Vectorize([.. written.Select(i => parts[i].Text!.Value)]);
        for (var k = 0; k < written.Length; k++)
        {
            result[written[k]] = PartVector.Of(parts[written[k]].Part, textVectors[k]);
        }

        var seen = Where(parts, p => p.Image is not null);
        if (seen.Length > 0 && encoders.Images is { } images)
        {
            var features = images.Encode([.. seen.Select(i => parts[i].Image!)]);
            for (var k = 0; k < seen.Length; k++)
            {
                result[seen[k]] = PartVector.Of(parts[seen[k]].Part, features[k]);
            }
        }

        if (Where(parts, p => p.Samples is not null) is { Length: > 0 } heard && encoders.Audio is { } audio)
        {
            Parallel.ForEach(heard, new ParallelOptions { CancellationToken = cancellation }, i =>
                result[i] = PartVector.OfAudio(parts[i].Part, audio.Encode(parts[i].Samples, cancellation).Features));
        }

        return result;
    }

    private static int[] Where(IReadOnlyList<DecodedPart> parts, Func<DecodedPart, bool> condition) =>
        [.. Enumerable.Range(0, parts.Count).Where(i => condition(parts[i]))];
}
