using Microsoft.ML.OnnxRuntime;
using SkiaSharp;

namespace ReviewStudio.Core.Inference.Encoders.Ocr;

/// <summary>What is read in one box.</summary>
/// <param name="Confidence">Mean probability of its characters, 0 to 1; 0 where nothing is read.</param>
internal readonly record struct ReadLine(string Text, float Confidence);

/// <summary>Reads lines of text cut out of pictures (PP-OCRv4 recognition), in batches of like width. Safe for use by several threads.</summary>
internal sealed class LineRecognizer : IDisposable
{
    private const int Height = 48, Narrowest = 48, Widest = 2048, BatchSize = 6, Multiple = 8;
    private static readonly string[] Inputs = ["x"];
    private static readonly SKSamplingOptions Smooth = new(SKFilterMode.Linear, SKMipmapMode.Linear);

    private readonly InferenceSession _session;
    private readonly string[] _outputs;
    private readonly string[] _characters;

    /// <param name="modelPath">The ONNX file.</param>
    /// <param name="characters">The characters of classes 1 to n; class 0 is "nothing", n + 1 a space.</param>
    public LineRecognizer(string modelPath, string[] characters)
    {
        _session = EncoderSessions.Open(modelPath);
        _outputs = [.. _session.OutputMetadata.Keys];
        _characters = [.. characters, " "];
    }

    /// <summary>What is read in each box, in the order given.</summary>
    public ReadLine[] Read(IReadOnlyList<(SKImage Picture, TextBox Box)> lines)
    {
        var result = new ReadLine[lines.Count];
        foreach (var batch in Enumerable.Range(0, lines.Count).OrderBy(i => WidthFor(lines[i].Box)).Chunk(BatchSize))
        {
            ReadBatch(lines, batch, WidthFor(lines[batch[^1]].Box), result);
        }

        return result;
    }

    public void Dispose() => _session.Dispose();

    private void ReadBatch(IReadOnlyList<(SKImage Picture, TextBox Box)> lines, int[] rows, int width, ReadLine[] result)
    {
        var plane = Height * width;
        var input = new float[rows.Length * 3 * plane];
        for (var r = 0; r < rows.Length; r++)
        {
            var (picture, box) = lines[rows[r]];
            var own = WidthFor(box);
            using var strip = CutOut(picture, box, own);
            var pixels = strip.GetPixelSpan();
            for (var c = 0; c < 3; c++)
            {
                for (var y = 0; y < Height; y++)
                {
                    var to = input.AsSpan((((r * 3) + c) * plane) + (y * width), own);
                    for (var x = 0; x < own; x++)
                    {
                        to[x] = (pixels[(((y * own) + x) * 4) + 2 - c] / 127.5f) - 1;
                    }
                }
            }
        }

        using var tensor = OrtValue.CreateTensorValueFromMemory(input, [rows.Length, 3, Height, width]);
        using var options = new RunOptions();
        using var outputs = _session.Run(options, Inputs, [tensor], _outputs);
        var shape = outputs[0].GetTensorTypeAndShape().Shape;
        var (steps, classes) = ((int)shape[1], (int)shape[2]);
        var probabilities = outputs[0].GetTensorDataAsSpan<float>();
        for (var r = 0; r < rows.Length; r++)
        {
            result[rows[r]] = CtcDecoder.Decode(probabilities.Slice(r * steps * classes, steps * classes), classes, _characters);
        }
    }

    /// <summary>Cuts a turned box out of a picture, upright and 48 pixels high.</summary>
    private static SKBitmap CutOut(SKImage picture, TextBox box, int width)
    {
        var strip = new SKBitmap(new SKImageInfo(width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(strip);
        canvas.Translate(width / 2f, Height / 2f);
        canvas.Scale(width / box.Width, Height / box.Height);
        canvas.RotateDegrees(-box.Angle);
        canvas.DrawImage(picture, -box.X, -box.Y, Smooth);
        return strip;
    }

    private static int WidthFor(TextBox box) =>
        Math.Clamp((int)MathF.Ceiling(box.Width * Height / box.Height / Multiple) * Multiple, Narrowest, Widest);
}
