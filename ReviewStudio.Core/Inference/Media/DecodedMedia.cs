using ReviewStudio.Core.Inference.Encoders.Images;

namespace ReviewStudio.Core.Inference.Media;

/// <summary>Media as the encoders take them; the pixels are freed with it.</summary>
/// <param name="Frames">A picture, or frames of a video that are evenly spread; empty for sound.</param>
/// <param name="Samples">Mono, 16 kHz, -1 to 1; null where there is no sound.</param>
/// <param name="NotLookedAt">What of it could not be decoded or was left out, in sentences.</param>
public sealed record DecodedMedia(IReadOnlyList<StillImage> Frames, float[]? Samples, IReadOnlyList<string> NotLookedAt) : IDisposable
{
    /// <summary>Nothing of it could be decoded.</summary>
    /// <param name="why">A sentence.</param>
    public static DecodedMedia Nothing(string why) => new([], null, [why]);

    public void Dispose()
    {
        foreach (var frame in Frames)
        {
            frame.Dispose();
        }
    }
}
