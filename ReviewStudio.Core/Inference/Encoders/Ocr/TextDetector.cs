using Microsoft.ML.OnnxRuntime;
using ReviewStudio.Core.Inference.Encoders.Images;

namespace ReviewStudio.Core.Inference.Encoders.Ocr;

/// <summary>Finds lines of text in pictures, in any direction (PP-OCRv4 detection). Safe for use by several threads.</summary>
internal sealed class TextDetector : IDisposable
{
    private const int Multiple = 32, BatchSize = 4;
    private const float LongestSide = 960, ShortestSide = 320, MostEnlarged = 4;
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];
    private static readonly string[] Inputs = ["x"];

    private readonly InferenceSession _session;
    private readonly string[] _outputs;

    public TextDetector(string modelPath)
    {
        _session = EncoderSessions.Open(modelPath);
        _outputs = [.. _session.OutputMetadata.Keys];
    }

    /// <summary>The boxes of each picture, in its pixels. Pictures of one size run together.</summary>
    public List<TextBox>[] Detect(IReadOnlyList<StillImage> images)
    {
        var result = new List<TextBox>[images.Count];
        foreach (var group in Enumerable.Range(0, images.Count).GroupBy(i => SizeFor(images[i])))
        {
            foreach (var batch in group.Chunk(BatchSize))
            {
                DetectBatch(images, batch, group.Key.Width, group.Key.Height, result);
            }
        }

        return result;
    }

    public void Dispose() => _session.Dispose();

    private void DetectBatch(IReadOnlyList<StillImage> images, int[] rows, int width, int height, List<TextBox>[] result)
    {
        var plane = width * height;
        var input = new float[rows.Length * 3 * plane];
        for (var r = 0; r < rows.Length; r++)
        {
            using var resized = images[rows[r]].Resized(width, height);
            var pixels = StillImage.Pixels(resized);
            for (var c = 0; c < 3; c++)
            {
                // The network takes blue, green, red.
                var to = input.AsSpan(((r * 3) + c) * plane, plane);
                for (var i = 0; i < plane; i++)
                {
                    to[i] = ((pixels[(i * 4) + 2 - c] / 255f) - Mean[c]) / Deviation[c];
                }
            }
        }

        using var tensor = OrtValue.CreateTensorValueFromMemory(input, [rows.Length, 3, height, width]);
        using var options = new RunOptions();
        using var outputs = _session.Run(options, Inputs, [tensor], _outputs);
        var maps = outputs[0].GetTensorDataAsSpan<float>();
        for (var r = 0; r < rows.Length; r++)
        {
            var image = images[rows[r]];
            var scale = Math.Max((float)image.Width / width, (float)image.Height / height);
            result[rows[r]] = TextRegions.Find(maps.Slice(r * plane, plane), width, height).ConvertAll(
                b => new TextBox(b.X * image.Width / width, b.Y * image.Height / height, b.Width * scale, b.Height * scale, b.Angle));
        }
    }

    /// <summary>Large pictures are brought down to 960 pixels, small ones up to 320, each side to a multiple of 32.</summary>
    private static (int Width, int Height) SizeFor(StillImage image)
    {
        float longest = Math.Max(image.Width, image.Height), shortest = Math.Min(image.Width, image.Height);
        var scale = Math.Min(LongestSide / longest, Math.Clamp(ShortestSide / shortest, 1, MostEnlarged));

        static int Side(float length) => Math.Max(Multiple, (int)MathF.Round(length / Multiple) * Multiple);

        return (Side(image.Width * scale), Side(image.Height * scale));
    }
}
