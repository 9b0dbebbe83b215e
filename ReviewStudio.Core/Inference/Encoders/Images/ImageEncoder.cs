using Microsoft.ML.OnnxRuntime;

namespace ReviewStudio.Core.Inference.Encoders.Images;

/// <summary>What the image encoder sees in a picture.</summary>
/// <param name="Features">f32[1792], not negative: what there is in the picture as a whole.</param>
/// <param name="Layout">f32[1224]: shapes and where they are, 136 numbers for each of 3 × 3 fields that overlap.</param>
/// <param name="Classes">f32[5] in the order of <see cref="ImageEncoder.ClassNames"/>, summing to 1: a weak signal.</param>
public readonly record struct ImageFeatures(float[] Features, float[] Layout, float[] Classes);

/// <summary>Pictures to feature vectors, in batches. Safe for use by several threads.</summary>
public sealed class ImageEncoder : IDisposable
{
    public const int Dimensions = 1792;
    public const int LayoutDimensions = 1224;

    internal const int Side = 224;
    private const int BatchSize = 8;
    private static readonly string[] Inputs = ["image"];
    private static readonly string[] Outputs = ["features", "layout", "probabilities"];

    private readonly InferenceSession _session;

    internal ImageEncoder(string modelPath) => _session = EncoderSessions.Open(modelPath);

    /// <summary>What the network was made to tell apart. It confuses the first and third on ordinary photos.</summary>
    public static IReadOnlyList<string> ClassNames { get; } = ["Drawing", "Hentai", "Neutral", "Porn", "Sexy"];

    /// <summary>Features in the order given; each picture is brought to 224 × 224.</summary>
    public ImageFeatures[] Encode(IReadOnlyList<StillImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        const int Values = Side * Side * 3;
        var result = new ImageFeatures[images.Count];
        var input = new float[Math.Min(BatchSize, images.Count) * Values];
        for (var start = 0; start < images.Count; start += BatchSize)
        {
            var count = Math.Min(BatchSize, images.Count - start);
            var first = start;
            Parallel.For(0, count, i => images[first + i].WriteSquare(input.AsSpan(i * Values, Values), Side, 1 / 255f, 0));
            Run(input.AsMemory(0, count * Values), count).CopyTo(result, start);
        }

        return result;
    }

    /// <summary>Runs the network on f32[count, 224, 224, RGB] in 0 to 1.</summary>
    internal ImageFeatures[] Run(Memory<float> input, int count)
    {
        using var tensor = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, input, [count, Side, Side, 3]);
        using var options = new RunOptions();
        using var outputs = _session.Run(options, Inputs, [tensor], Outputs);
        var result = new ImageFeatures[count];
        for (var row = 0; row < count; row++)
        {
            var i = row;

            float[] Row(int output, int width) => outputs[output].GetTensorDataAsSpan<float>().Slice(i * width, width).ToArray();

            result[i] = new ImageFeatures(Row(0, Dimensions), Row(1, LayoutDimensions), Row(2, ClassNames.Count));
        }

        return result;
    }

    public void Dispose() => _session.Dispose();
}
