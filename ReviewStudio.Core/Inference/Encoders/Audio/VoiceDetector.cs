using Microsoft.ML.OnnxRuntime;

namespace ReviewStudio.Core.Inference.Encoders.Audio;

/// <summary>A stretch of time in which somebody speaks, in seconds.</summary>
public readonly record struct VoiceSegment(double Start, double End);

/// <summary>
/// Finds speech (Silero VAD v6): a recurrent network over steps of 32 ms. Safe for use by several threads, each sound
/// in sequence.
/// </summary>
public sealed class VoiceDetector : IDisposable
{
    /// <summary>New samples in a step.</summary>
    public const int Step = 512;

    private const int Context = 64;
    private const int StateLength = 2 * 128;
    private const float Begins = 0.5f, Ends = 0.35f;
    private const int QuietSteps = 4, ShortestSteps = 2;
    private static readonly string[] Inputs = ["input", "state", "sr"];
    private static readonly string[] Outputs = ["output", "stateN"];

    private readonly InferenceSession _session;

    internal VoiceDetector(string modelPath) => _session = EncoderSessions.Open(modelPath, threads: 1);

    /// <summary>The probability of speech in each step of 32 ms; a last step that is not full is filled with silence.</summary>
    /// <param name="samples">Mono, 16 kHz, -1 to 1.</param>
    /// <param name="cancellation">Stops at the next step.</param>
    public float[] Probabilities(ReadOnlySpan<float> samples, CancellationToken cancellation = default)
    {
        var result = new float[(samples.Length + Step - 1) / Step];
        var input = new float[Context + Step];
        var state = new float[StateLength];
        long[] rate = [Resampler.Rate];
        using var inputTensor = OrtValue.CreateTensorValueFromMemory(input, [1, input.Length]);
        using var stateTensor = OrtValue.CreateTensorValueFromMemory(state, [2, 1, 128]);
        using var rateTensor = OrtValue.CreateTensorValueFromMemory(rate, []);
        using var options = new RunOptions();
        OrtValue[] values = [inputTensor, stateTensor, rateTensor];
        for (var step = 0; step < result.Length; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            input.AsSpan(Step).CopyTo(input);
            var fresh = samples[(step * Step)..Math.Min(samples.Length, (step + 1) * Step)];
            fresh.CopyTo(input.AsSpan(Context));
            input.AsSpan(Context + fresh.Length).Clear();
            using var outputs = _session.Run(options, Inputs, values, Outputs);
            result[step] = outputs[0].GetTensorDataAsSpan<float>()[0];
            outputs[1].GetTensorDataAsSpan<float>().CopyTo(state);
        }

        return result;
    }

    /// <summary>
    /// Stretches of speech: they begin above 0.5, end when it stays below 0.35 for 128 ms, last at least 64 ms, and are
    /// told with 32 ms on either side.
    /// </summary>
    public static IReadOnlyList<VoiceSegment> Segments(ReadOnlySpan<float> probabilities)
    {
        var segments = new List<VoiceSegment>();
        int start = -1, last = -1;
        for (var step = 0; step <= probabilities.Length; step++)
        {
            var p = step < probabilities.Length ? probabilities[step] : 0;
            if (start < 0 && p >= Begins)
            {
                start = step;
            }

            if (p >= Ends)
            {
                last = step;
            }

            if (start >= 0 && (step == probabilities.Length || step - last >= QuietSteps))
            {
                if (last - start + 1 >= ShortestSteps)
                {
                    segments.Add(Segment(start - 1, Math.Min(probabilities.Length, last + 2), segments));
                }

                start = -1;
            }
        }

        return segments;
    }

    public void Dispose() => _session.Dispose();

    private static VoiceSegment Segment(int first, int end, List<VoiceSegment> before)
    {
        const double Seconds = (double)Step / Resampler.Rate;
        return new(Math.Max(first * Seconds, before.Count == 0 ? 0 : before[^1].End), end * Seconds);
    }
}
