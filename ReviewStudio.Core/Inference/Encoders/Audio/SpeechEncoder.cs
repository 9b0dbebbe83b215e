using Microsoft.ML.OnnxRuntime;

namespace ReviewStudio.Core.Inference.Encoders.Audio;

/// <summary>
/// Sound to speech embeddings (Lin et al., Training keyword spotters with limited and synthesized speech data, 2020): one
/// of 96 numbers for each 760 ms, every 80 ms. Safe for use by several threads.
/// </summary>
public sealed class SpeechEncoder : IDisposable
{
    public const int WindowDimensions = 96;

    /// <summary>Seconds between the beginnings of two windows.</summary>
    public const double Hop = 0.08;

    /// <summary>Seconds that a window spans.</summary>
    public const double Window = 0.76;

    private const int Bands = 32, Frames = 76, HopFrames = 8, BatchSize = 64;
    private const int Shortest = Resampler.Rate * 5 / 4;
    private static readonly string[] MelInputs = ["input"];
    private static readonly string[] MelOutputs = ["output"];
    private static readonly string[] Inputs = ["input_1"];
    private static readonly string[] Outputs = ["conv2d_19"];

    private readonly InferenceSession _mel;
    private readonly InferenceSession _embedding;

    internal SpeechEncoder(string melPath, string embeddingPath)
    {
        _mel = EncoderSessions.Open(melPath);
        _embedding = EncoderSessions.Open(embeddingPath);
    }

    /// <summary>
    /// One embedding a window, in order of time. Sounds below 1.25 s get silence on both sides; the second value is its
    /// length in front, in seconds, so that window i spans from 0.08·i minus that.
    /// </summary>
    /// <param name="samples">Mono, 16 kHz, -1 to 1.</param>
    public (float[][] Windows, double Lead) Encode(ReadOnlySpan<float> samples)
    {
        var lead = Math.Max(0, Shortest - samples.Length) / 2;
        var scaled = new float[Math.Max(Shortest, samples.Length)];
        for (var i = 0; i < samples.Length; i++)
        {
            // The network was made for 16-bit integers.
            scaled[lead + i] = samples[i] * 32768f;
        }

        var mel = Mel(scaled);
        var count = (mel.Length / Bands - Frames) / HopFrames + 1;
        var windows = new float[count][];
        for (var start = 0; start < count; start += BatchSize)
        {
            Embed(mel, windows, start, Math.Min(BatchSize, count - start));
        }

        return (windows, (double)lead / Resampler.Rate);
    }

    /// <summary>Frames of the spectrogram: f32[n, 32], one each 10 ms. For tests and pictures.</summary>
    internal float[] Mel(float[] scaled)
    {
        using var tensor = OrtValue.CreateTensorValueFromMemory(scaled, [1, scaled.Length]);
        using var options = new RunOptions();
        using var outputs = _mel.Run(options, MelInputs, [tensor], MelOutputs);
        var mel = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        for (var i = 0; i < mel.Length; i++)
        {
            mel[i] = (mel[i] / 10) + 2;
        }

        return mel;
    }

    public void Dispose()
    {
        _mel.Dispose();
        _embedding.Dispose();
    }

    private void Embed(float[] mel, float[][] windows, int start, int count)
    {
        var input = new float[count * Frames * Bands];
        for (var w = 0; w < count; w++)
        {
            mel.AsSpan((start + w) * HopFrames * Bands, Frames * Bands).CopyTo(input.AsSpan(w * Frames * Bands));
        }

        using var tensor = OrtValue.CreateTensorValueFromMemory(input, [count, Frames, Bands, 1]);
        using var options = new RunOptions();
        using var outputs = _embedding.Run(options, Inputs, [tensor], Outputs);
        var values = outputs[0].GetTensorDataAsSpan<float>();
        for (var w = 0; w < count; w++)
        {
            windows[start + w] = values.Slice(w * WindowDimensions, WindowDimensions).ToArray();
        }
    }
}
