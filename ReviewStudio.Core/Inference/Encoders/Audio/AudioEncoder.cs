namespace ReviewStudio.Core.Inference.Encoders.Audio;

/// <summary>What the audio encoder hears in a sound.</summary>
/// <param name="Features">f32[192]: mean, then greatest of the speech embeddings over the windows with speech.</param>
/// <param name="Speech">Where somebody speaks; empty where nobody does, and then the features are of the whole sound.</param>
/// <param name="Heard">Seconds that were listened to.</param>
/// <param name="Duration">Seconds that there were.</param>
public sealed record AudioFeatures(float[] Features, IReadOnlyList<VoiceSegment> Speech, double Heard, double Duration);

/// <summary>
/// Sounds to feature vectors: speech embeddings over voice-active windows, pooled. Of long sounds, the first ten minutes.
/// Safe for use by several threads.
/// </summary>
public sealed class AudioEncoder(VoiceDetector voices, SpeechEncoder speech)
{
    public const int Dimensions = 2 * SpeechEncoder.WindowDimensions;

    /// <summary>Seconds that are listened to at most.</summary>
    public const int Longest = 600;

    // The spectrogram of a minute takes some 800 KB, its windows 6 MB.
    private const int ChunkSeconds = 60;

    /// <param name="samples">Mono, 16 kHz, -1 to 1.</param>
    /// <param name="cancellation">Stops within a few seconds of sound.</param>
    public AudioFeatures Encode(ReadOnlySpan<float> samples, CancellationToken cancellation = default)
    {
        var duration = (double)samples.Length / Resampler.Rate;
        samples = samples[..Math.Min(samples.Length, Longest * Resampler.Rate)];
        var segments = VoiceDetector.Segments(voices.Probabilities(samples, cancellation));
        var spoken = new Pool();
        var all = new Pool();

        // Chunks overlap by a window, so that none is lost where they meet.
        var overlap = (int)((SpeechEncoder.Window - SpeechEncoder.Hop) * Resampler.Rate);
        for (var start = 0; start == 0 || start + overlap < samples.Length; start += (ChunkSeconds * Resampler.Rate) - overlap)
        {
            cancellation.ThrowIfCancellationRequested();
            var chunk = samples[start..Math.Min(samples.Length, start + (ChunkSeconds * Resampler.Rate))];
            var (windows, lead) = speech.Encode(chunk);
            for (var w = 0; w < windows.Length; w++)
            {
                var from = ((double)start / Resampler.Rate) + (w * SpeechEncoder.Hop) - lead;
                all.Add(windows[w]);
                if (segments.Any(s => s.Start < from + SpeechEncoder.Window && s.End > from))
                {
                    spoken.Add(windows[w]);
                }
            }
        }

        return new AudioFeatures((spoken.Count > 0 ? spoken : all).ToArray(), segments, (double)samples.Length / Resampler.Rate, duration);
    }

    /// <summary>Mean and maximum of vectors as they come.</summary>
    private sealed class Pool
    {
        private readonly double[] _sum = new double[SpeechEncoder.WindowDimensions];
        private readonly float[] _most = Enumerable.Repeat(float.MinValue, SpeechEncoder.WindowDimensions).ToArray();

        public int Count { get; private set; }

        public void Add(float[] window)
        {
            Count++;
            for (var d = 0; d < window.Length; d++)
            {
                _sum[d] += window[d];
                _most[d] = Math.Max(_most[d], window[d]);
            }
        }

        public float[] ToArray() => [.. _sum.Select(s => (float)(s / Count)), .. _most];
    }
}
