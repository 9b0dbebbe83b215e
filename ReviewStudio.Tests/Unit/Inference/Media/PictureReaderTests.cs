using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Inference.Encoders.Ocr;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using SkiaSharp;
using Xunit;

namespace ReviewStudio.Tests.Unit.Inference.Media;

public sealed class PictureReaderTests(Encoders encoders) : IClassFixture<Encoders>
{
    [Theory]
    [InlineData(0)]
    [InlineData(-12)]
    [InlineData(30)]
    [InlineData(90)]
    [InlineData(180)]
    public void Turned_text_is_read(int angle)
    {
        var reader = Encoders.Needed(encoders.Catalog.PictureText);
        using var picture = Written(["Review required today", "Call 555 0199 now"], angle);

        var text = reader.Read([picture])[0];

        text.Text.ShouldBe("Review required today Call 555 0199 now", StringCompareShould.IgnoreCase);
        text.Lines.ShouldAllBe(l => l.Confidence > 0.8f);
    }

    [Fact]
    public void Nothing_is_read_where_nothing_is_written()
    {
        var reader = Encoders.Needed(encoders.Catalog.PictureText);
        using var hand = StillImage.Decode(File.ReadAllBytes(Encoders.Data("images", "sign-digits", "3", "img_1182.jpg")));
        using var tiny = StillImage.FromRgba(new byte[4], 1, 1);

        reader.Read([hand, tiny, hand]).ShouldAllBe(t => t.Text.Length == 0);
    }

    [Fact]
    public void Pictures_of_one_size_run_together_and_keep_their_own_text()
    {
        var reader = Encoders.Needed(encoders.Catalog.PictureText);
        using var one = Written(["First picture"], 0);
        using var two = Written(["Second picture"], 0);

        reader.Read([one, two, one]).Select(t => t.Text).ShouldBe(["First picture", "Second picture", "First picture"]);
    }

    [Fact]
    public void Least_rectangle_lies_along_its_points()
    {
        var box = TextBox.Around([(10, 10), (50, 30), (46, 38), (6, 18), (30, 22)]);

        box.Angle.ShouldBe(26.57f, 0.1f);
        box.X.ShouldBe(28, 0.1f);
        box.Y.ShouldBe(24, 0.1f);
        box.Width.ShouldBeGreaterThan(4 * box.Height);
    }

    [Fact]
    public void Repeated_steps_are_one_character_unless_nothing_stands_between_them()
    {
        float[] steps =
        [
            0, 1, 0, 0,
            0, 1, 0, 0,
            1, 0, 0, 0,
            0, 1, 0, 0,
            0, 0, 0.5f, 0.1f,
        ];

        CtcDecoder.Decode(steps, 4, ["a", "b", " "]).ShouldBe(new ReadLine("aab", 2.5f / 3));
        CtcDecoder.Decode([1, 0, 0, 0], 4, ["a", "b", " "]).ShouldBe(new ReadLine("", 0));
    }

    private static StillImage Written(string[] lines, float angle)
    {
        var typeface = Typefaces.Find("DejaVuSans.ttf");
        using var bitmap = new SKBitmap(640, 640, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { IsAntialias = true, Color = SKColors.DarkBlue };
        using var font = new SKFont(typeface, 34);
        canvas.Clear(new SKColor(240, 230, 200));
        canvas.RotateDegrees(angle, 320, 320);
        for (var i = 0; i < lines.Length; i++)
        {
            canvas.DrawText(lines[i], 120, 300 + (i * 60), SKTextAlign.Left, font, paint);
        }

        return StillImage.FromRgba(bitmap.Bytes, 640, 640);
    }
}
