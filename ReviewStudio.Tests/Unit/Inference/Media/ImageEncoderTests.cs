using System.Text.Json;
using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using SkiaSharp;
using Xunit;

namespace ReviewStudio.Tests.Unit.Inference.Media;

public sealed class ImageEncoderTests(Encoders encoders) : IClassFixture<Encoders>
{
    [Fact]
    public void Image_features_match_the_reference_vectors()
    {
        var reference = Encoders.Reference("nsfw_mobilenet_v2_mid");
        var encoder = Encoders.Needed(encoders.Catalog.Images);
        reference = Array.FindAll(reference, e => e.GetProperty("image").GetString()!.EndsWith(".jpg", StringComparison.Ordinal));
        var images = Array.ConvertAll(reference, e => StillImage.Decode(File.ReadAllBytes(Encoders.Data(e.GetProperty("image").GetString()!))));

        var features = encoder.Encode(images);

        for (var i = 0; i < reference.Length; i++)
        {
            Farthest(reference[i].GetProperty("probabilities"), features[i].Classes).ShouldBeLessThan(1e-2f);
            Farthest(reference[i].GetProperty("features_first_16"), features[i].Features).ShouldBeLessThan(1e-2f);
            Math.Sqrt(features[i].Features.Sum(f => (double)f * f)).ShouldBe(reference[i].GetProperty("features_l2").GetDouble(), 1e-2);
            images[i].Dispose();
        }
    }

    [Fact]
    public void Features_of_an_even_input_match_the_reference_vectors()
    {
        var reference = Encoders.Reference("nsfw_mobilenet_v2_mid").Single(e => e.GetProperty("image").GetString() == "constant 0.5");
        var encoder = Encoders.Needed(encoders.Catalog.Images);

        var features = encoder.Run(Enumerable.Repeat(0.5f, 224 * 224 * 3).ToArray(), 1)[0];

        Farthest(reference.GetProperty("probabilities"), features.Classes).ShouldBeLessThan(1e-4f);
        Farthest(reference.GetProperty("features_first_16"), features.Features).ShouldBeLessThan(1e-4f);
        Math.Sqrt(features.Features.Sum(f => (double)f * f)).ShouldBe(reference.GetProperty("features_l2").GetDouble(), 1e-4);
    }

    [Fact]
    public void Features_do_not_depend_on_the_batch()
    {
        var encoder = Encoders.Needed(encoders.Catalog.Images);
        using var red = Plain(SKColors.Red, 300, 100);
        using var blue = Plain(SKColors.Blue, 64, 64);

        var together = encoder.Encode([.. Enumerable.Repeat(red, 9), blue]);

        together.Length.ShouldBe(10);
        together[9].Features.Zip(encoder.Encode([blue])[0].Features, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-4f);
        together[0].Features.Zip(together[9].Features, (a, b) => Math.Abs(a - b)).Max().ShouldBeGreaterThan(0.1f);
        together[0].Classes.Sum().ShouldBe(1, 1e-4f);
    }

    [Fact]
    public void No_faces_are_found_where_there_are_none()
    {
        var faces = Encoders.Needed(encoders.Catalog.Faces);
        using var plain = Plain(SKColors.Gray, 200, 300);
        using var hand = StillImage.Decode(File.ReadAllBytes(Encoders.Data("images", "sign-digits", "0", "img_1118.jpg")));

        faces.Detect([plain, hand]).ShouldAllBe(f => f.Count == 0);
    }

    [Fact]
    public void A_drawn_face_is_found_once_and_where_it_is()
    {
        var faces = Encoders.Needed(encoders.Catalog.Faces);
        using var picture = DrawnFace();

        var face = faces.Detect([picture])[0].ShouldHaveSingleItem();

        ((face.Left + face.Right) / 2).ShouldBe(0.5f, 0.12f);
        ((face.Top + face.Bottom) / 2).ShouldBe(0.5f, 0.15f);
        face.Score.ShouldBeInRange(0.5f, 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>no picture</html>")]
    public void What_is_no_picture_is_refused_with_a_reason(string content) =>
        Should.Throw<InvalidDataException>(() => StillImage.Decode(System.Text.Encoding.UTF8.GetBytes(content))).Message.ShouldContain("no picture");

    [Fact]
    public void A_script_object_is_read_as_json()
    {
        var json = ScriptObject.ToJson("""var a=1;b={format:"g{x",list:[.5,-.25,1e-3,!0,!1,null],"q\"":{n:-7}};c""", "format");

        using var document = JsonDocument.Parse(json);
        document.RootElement.GetProperty("list")[1].GetDouble().ShouldBe(-0.25);
        document.RootElement.GetProperty("list")[3].GetBoolean().ShouldBeTrue();
        document.RootElement.GetProperty("q\"").GetProperty("n").GetInt32().ShouldBe(-7);
        document.RootElement.GetProperty("format").GetString().ShouldBe("g{x");
    }

    private static float Farthest(JsonElement expected, float[] actual) =>
        expected.EnumerateArray().Select((e, i) => Math.Abs(e.GetSingle() - actual[i])).Max();

    private static StillImage Plain(SKColor color, int width, int height) =>
        StillImage.FromRgba([.. Enumerable.Repeat(new[] { color.Red, color.Green, color.Blue, (byte)255 }, width * height).SelectMany(p => p)], width, height);

    private static StillImage DrawnFace()
    {
        using var bitmap = new SKBitmap(400, 400, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { IsAntialias = true, Color = new SKColor(60, 90, 120) };
        canvas.Clear(new SKColor(90, 130, 160));

        void Oval(float x, float y, float width, float height, byte red, byte green, byte blue)
        {
            paint.Color = new SKColor(red, green, blue);
            canvas.DrawOval(x, y, width, height, paint);
        }

        Oval(200, 170, 95, 110, 50, 35, 25);
        Oval(200, 205, 78, 102, 224, 182, 155);
        foreach (var side in new[] { -1, 1 })
        {
            Oval(200 + (side * 32), 165, 19, 5, 60, 40, 30);
            Oval(200 + (side * 32), 185, 15, 8, 245, 245, 245);
            Oval(200 + (side * 32), 185, 7, 7, 40, 30, 25);
        }

        Oval(200, 222, 11, 22, 205, 158, 130);
        Oval(193, 240, 4, 3, 130, 85, 70);
        Oval(207, 240, 4, 3, 130, 85, 70);
        Oval(200, 265, 28, 8, 180, 80, 80);
        Oval(200, 264, 26, 2, 120, 40, 45);
        return StillImage.FromRgba(bitmap.Bytes, 400, 400);
    }
}
