using ReviewStudio.Core.Inference.Encoders.Audio;
using ReviewStudio.Core.Inference.Encoders.Images;

namespace ReviewStudio.Core.Inference.Fusion;

/// <summary>What kind of thing the encoders saw. A video is pictures and a sound.</summary>
public enum Modality
{
    Text,
    Image,
    Audio,
}

/// <summary>What the encoders saw of one part of an item. Text read in a picture is a part of its own.</summary>
/// <param name="Part">Which part of the item, from 0; several vectors may come from one.</param>
/// <param name="Modality">Which of the following is not null.</param>
public sealed record PartVector(int Part, Modality Modality, TextVector? Text = null, ImageFeatures? Image = null, float[]? Audio = null)
{
    public static PartVector Of(int part, TextVector text) => new(part, Modality.Text, Text: text);

    public static PartVector Of(int part, ImageFeatures image) => new(part, Modality.Image, Image: image);

    /// <param name="audio">f32[192], as <see cref="AudioEncoder"/> makes it.</param>
    public static PartVector OfAudio(int part, float[] audio) => new(part, Modality.Audio, Audio: audio);

    /// <summary>Several frames of a video as one picture: the mean of their features.</summary>
    public static PartVector OfFrames(int part, IReadOnlyList<ImageFeatures> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentOutOfRangeException.ThrowIfZero(frames.Count);
        return Of(part, new ImageFeatures(Mean(frames, f => f.Features), Mean(frames, f => f.Layout), Mean(frames, f => f.Classes)));
    }

    private static float[] Mean(IReadOnlyList<ImageFeatures> frames, Func<ImageFeatures, float[]> of)
    {
        var mean = new float[of(frames[0]).Length];
        foreach (var frame in frames)
        {
            var values = of(frame);
            for (var i = 0; i < mean.Length; i++)
            {
                mean[i] += values[i] / frames.Count;
            }
        }

        return mean;
    }
}
