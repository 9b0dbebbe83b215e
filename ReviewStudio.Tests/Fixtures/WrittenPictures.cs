using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Metrics;
using SkiaSharp;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Sentences drawn on photos as people do it: in several fonts, sizes, colours and angles.</summary>
internal static class WrittenPictures
{
    private const int Side = 608, Margin = 24;

    private static readonly Lazy<SKTypeface[]> Fonts = new(() => Typefaces.Those(
        "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf", "DejaVuSansMono.ttf",
        "NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSerif-Regular.ttf", "NotoSans-Italic.ttf", "LiberationSans-BoldItalic.ttf", "LiberationSerif-Regular.ttf"));

    public static bool HasFonts => Fonts.Value.Length >= 3;

    /// <summary>A photo with the sentence on it; the same seed gives the same picture.</summary>
    public static StillImage Draw(string sentence, byte[] photo, ulong seed)
    {
        var random = new SeededRandom(SeededRandom.Mix(seed));
        var typeface = Fonts.Value[random.Next(Fonts.Value.Length)];
        using var font = new SKFont(typeface, 20 + random.Next(22));
        var angle = random.Next(3) == 0 ? 0 : random.Next(41) - 20;
        var dark = random.Next(2) == 0;
        using var bitmap = new SKBitmap(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        using (var background = SKBitmap.Decode(photo))
        using (var image = SKImage.FromBitmap(background))
        {
            canvas.DrawImage(image, new SKRect(0, 0, Side, Side), new SKSamplingOptions(SKFilterMode.Linear));
        }

        // Turned text needs room: the width that is left within the picture.
        var (sin, cos) = Math.SinCos(Math.Abs(angle) * Math.PI / 180);
        var lines = Wrap(sentence, font, (float)((Side - (2 * Margin)) / (cos + (0.4 * sin))));
        var height = font.Spacing * lines.Count;
        canvas.RotateDegrees(angle, Side / 2f, Side / 2f);
        using var fill = new SKPaint { IsAntialias = true, Color = dark ? new SKColor(20, 20, 40) : new SKColor(250, 250, 235) };
        using var edge = new SKPaint { IsAntialias = true, Color = dark ? SKColors.White : SKColors.Black, Style = SKPaintStyle.Stroke, StrokeWidth = 3 };
        var outlined = random.Next(3) > 0;
        for (var i = 0; i < lines.Count; i++)
        {
            var y = (Side / 2f) - (height / 2) + ((i + 0.8f) * font.Spacing);
            if (outlined)
            {
                canvas.DrawText(lines[i], Side / 2f, y, SKTextAlign.Center, font, edge);
            }

            canvas.DrawText(lines[i], Side / 2f, y, SKTextAlign.Center, font, fill);
        }

        return StillImage.FromRgba(bitmap.Bytes, Side, Side);
    }

    private static List<string> Wrap(string sentence, SKFont font, float width)
    {
        var lines = new List<string>();
        var line = "";
        foreach (var word in sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && font.MeasureText(longer) > width)
            {
                lines.Add(line);
                line = word;
            }
            else
            {
                line = longer;
            }
        }

        lines.Add(line);
        return lines;
    }
}
