using Microsoft.ML.OnnxRuntime;

namespace ReviewStudio.Core.Inference.Encoders.Images;

/// <summary>A face in a picture, in shares of its width and height from the upper left.</summary>
/// <param name="Score">How sure, 0 to 1.</param>
public readonly record struct Face(float Left, float Top, float Right, float Bottom, float Score);

/// <summary>
/// Finds faces (BlazeFace; Bazarevsky et al., 2019), to count and to blur them: it tells nobody apart. Safe for use by
/// several threads.
/// </summary>
public sealed class FaceDetector : IDisposable
{
    private const int Side = 256;
    private const int ValuesPerAnchor = 16;
    private const float LeastScore = 0.6f;
    private const float MostOverlap = 0.3f;
    private static readonly string[] Inputs = ["input:0"];
    private static readonly string[] Outputs = ["Identity:0", "Identity_1:0", "Identity_2:0", "Identity_3:0"];
    private static readonly (float X, float Y)[] Anchors = [.. Grid(16, 2), .. Grid(8, 6)];

    private readonly InferenceSession _session;

    internal FaceDetector(string modelPath) => _session = EncoderSessions.Open(modelPath);

    /// <summary>The faces of each picture, surest first. The network takes one picture at a time.</summary>
    public IReadOnlyList<Face>[] Detect(IReadOnlyList<StillImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return [.. images.Select(DetectOne)];
    }

    public void Dispose() => _session.Dispose();

    private IReadOnlyList<Face> DetectOne(StillImage image)
    {
        var input = new float[Side * Side * 3];
        image.WriteSquare(input, Side, 2 / 255f, -1);
        using var tensor = OrtValue.CreateTensorValueFromMemory(input, [1, Side, Side, 3]);
        using var options = new RunOptions();
        using var outputs = _session.Run(options, Inputs, [tensor], Outputs);
        float[] scores = [.. outputs[0].GetTensorDataAsSpan<float>(), .. outputs[1].GetTensorDataAsSpan<float>()];
        float[] boxes = [.. outputs[2].GetTensorDataAsSpan<float>(), .. outputs[3].GetTensorDataAsSpan<float>()];
        var found = new List<Face>();
        for (var a = 0; a < Anchors.Length; a++)
        {
            var score = 1 / (1 + MathF.Exp(-scores[a]));
            if (score >= LeastScore)
            {
                var box = boxes.AsSpan(a * ValuesPerAnchor, 4);
                float x = Anchors[a].X + (box[0] / Side), y = Anchors[a].Y + (box[1] / Side), w = box[2] / Side, h = box[3] / Side;
                found.Add(new(Math.Max(0, x - (w / 2)), Math.Max(0, y - (h / 2)), Math.Min(1, x + (w / 2)), Math.Min(1, y + (h / 2)), score));
            }
        }

        return Suppress(found);
    }

    /// <summary>Keeps the surest of boxes that overlap.</summary>
    private static List<Face> Suppress(List<Face> found)
    {
        var kept = new List<Face>();
        foreach (var face in found.OrderByDescending(f => f.Score))
        {
            if (kept.TrueForAll(k => Overlap(k, face) <= MostOverlap))
            {
                kept.Add(face);
            }
        }

        return kept;
    }

    /// <summary>Intersection over union.</summary>
    private static float Overlap(Face a, Face b)
    {
        var width = Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left);
        var height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top);
        if (width <= 0 || height <= 0)
        {
            return 0;
        }

        var shared = width * height;
        return shared / (((a.Right - a.Left) * (a.Bottom - a.Top)) + ((b.Right - b.Left) * (b.Bottom - b.Top)) - shared);
    }

    private static IEnumerable<(float X, float Y)> Grid(int side, int each) =>
        from y in Enumerable.Range(0, side)
        from x in Enumerable.Range(0, side)
        from k in Enumerable.Range(0, each)
        select ((x + 0.5f) / side, (y + 0.5f) / side);
}
