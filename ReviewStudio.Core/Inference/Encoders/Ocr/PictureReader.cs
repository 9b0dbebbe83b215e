using ReviewStudio.Core.Inference.Encoders.Images;
using SkiaSharp;

namespace ReviewStudio.Core.Inference.Encoders.Ocr;

/// <summary>A line of text in a picture.</summary>
/// <param name="Text">What is read.</param>
/// <param name="Confidence">Mean probability of its characters, 0 to 1.</param>
/// <param name="Box">Where it stands.</param>
public sealed record PictureLine(string Text, float Confidence, TextBox Box);

/// <summary>The text in a picture.</summary>
/// <param name="Lines">In reading order; only what is read with some confidence.</param>
public sealed record PictureText(IReadOnlyList<PictureLine> Lines)
{
    /// <summary>All lines, as a text encoder takes them: a sentence may go on in the next line.</summary>
    public string Text => string.Join(' ', Lines.Select(l => l.Text));
}

/// <summary>Reads the text in pictures: finds lines in any direction, turns them upright, reads them. Safe for use by several threads.</summary>
public sealed class PictureReader : IDisposable
{
    private const float LeastConfidence = 0.5f, Sure = 0.8f, ClearlyLong = 2;
    private const int MostLines = 200;

    private readonly TextDetector _detector;
    private readonly LineRecognizer _recognizer;

    internal PictureReader(TextDetector detector, LineRecognizer recognizer)
    {
        _detector = detector;
        _recognizer = recognizer;
    }

    /// <summary>The text of each picture, in the order given; the 200 largest lines each.</summary>
    public PictureText[] Read(IReadOnlyList<StillImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var boxes = _detector.Detect(images);
        var pictures = images.Select(i => SKImage.FromBitmap(i.Bitmap)).ToArray();
        try
        {
            var where = new List<(int Image, TextBox Box)>();
            for (var i = 0; i < images.Count; i++)
            {
                where.AddRange(Straighten(boxes[i]).OrderByDescending(b => b.Width * b.Height).Take(MostLines).Select(b => (i, b)));
            }

            var read = _recognizer.Read([.. where.Select(w => (pictures[w.Image], w.Box))]);
            Reconsider(pictures, where, read);
            var lines = Enumerable.Range(0, where.Count)
                .Where(l => read[l].Confidence >= LeastConfidence && read[l].Text.Length > 0)
                .ToLookup(l => where[l].Image, l => new PictureLine(read[l].Text, read[l].Confidence, where[l].Box));
            return [.. Enumerable.Range(0, images.Count).Select(i => new PictureText([.. ReadingOrder.Sort([.. lines[i]], l => l.Box)]))];
        }
        finally
        {
            Array.ForEach(pictures, p => p.Dispose());
        }
    }

    public void Dispose()
    {
        _detector.Dispose();
        _recognizer.Dispose();
    }

    /// <summary>What was read without confidence may stand upside down.</summary>
    private void Reconsider(SKImage[] pictures, List<(int Image, TextBox Box)> where, ReadLine[] read)
    {
        var unsure = Enumerable.Range(0, read.Length).Where(l => read[l].Confidence < Sure).ToArray();
        var again = _recognizer.Read([.. unsure.Select(l => (pictures[where[l].Image], where[l].Box.Flipped))]);
        for (var k = 0; k < unsure.Length; k++)
        {
            var l = unsure[k];
            if (again[k].Confidence > read[l].Confidence)
            {
                read[l] = again[k];
                where[l] = (where[l].Image, where[l].Box.Flipped);
            }
        }
    }

    /// <summary>A box about as high as long does not tell its direction: it takes the one of the long boxes beside it.</summary>
    private static List<TextBox> Straighten(List<TextBox> boxes)
    {
        var angle = ReadingOrder.Axis(boxes.Where(b => b.Width >= ClearlyLong * b.Height));
        return boxes.ConvertAll(b => b.Width < ClearlyLong * b.Height && Away(b.Quarter.Angle, angle) < Away(b.Angle, angle) ? b.Quarter : b);
    }

    /// <summary>Degrees between two directions, 0 to 90: a line has no beginning.</summary>
    private static float Away(float a, float b)
    {
        var difference = Math.Abs(a - b) % 180;
        return Math.Min(difference, 180 - difference);
    }
}
