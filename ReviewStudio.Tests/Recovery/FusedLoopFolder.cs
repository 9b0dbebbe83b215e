using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Tests.Fixtures;
using SkiaSharp;
using Xunit;

namespace ReviewStudio.Tests.Recovery;

/// <summary>A data folder with labelled posts of a text and a picture, encoded, and a few that wait; each test works on a copy.</summary>
public sealed class FusedLoopFolder : IAsyncLifetime
{
    private const int Labelled = 60;
    private const int Waiting = 6;

    private static readonly string[] Places = ["table", "chair", "floor", "shelf", "bench", "stairs"];

    private readonly string _root = Path.Combine(Path.GetTempPath(), "reviewstudio-tests", Guid.NewGuid().ToString("N"));

    /// <summary>The folder before any training; null where there is no encoder for pictures.</summary>
    public string? Ready { get; private set; }

    public async ValueTask InitializeAsync()
    {
        var posts = Directory.CreateDirectory(Path.Combine(_root, "posts")).FullName;
        for (var i = 0; i < Labelled + Waiting; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(posts, $"{i}.png"), Picture(i));
        }

        // What counts is the picture: an ok post and a violation are said to be in the same places.
        await File.WriteAllLinesAsync(Path.Combine(posts, "posts.jsonl"), Enumerable.Range(0, Labelled + Waiting).Select(i => JsonSerializer.Serialize(new
        {
            id = $"{i}", parts = new object[] { new { text = $"A thing on the {Places[i / 2 % Places.Length]}, number {i}" }, new { path = $"{i}.png" } },
            label = i >= Labelled ? null : i % 2 == 1 ? "violation" : "ok",
        })));
        await using var studio = await TestStudio.StartAsync(services => services.AddSingleton(TimeProvider.System));
        if (studio.Get<EncoderCatalog>().Images is null)
        {
            return;
        }

        await studio.QueueAsync("posts", ["ok", "violation"], q => q.RetrainEvery = 0);
        Ready = LoopFolder.CopyTo(studio.Folders.Root, Path.Combine(_root, "ready"));
        await LoopFolder.RunAsync(
            Ready, "import", Path.Combine(posts, "posts.jsonl"), "--queue", "posts", "--files", posts, "--language", "en", "--label", "label", "--labels", "verdict", "--reviewer", "Ada");

        // What a training would do first; each would do it again.
        await using var made = await TestStudio.StartAsync(services => services.AddSingleton(TimeProvider.System), Ready, keep: true);
        await made.EncodeMediaAsync();
    }

    public string Copy(string name) => LoopFolder.CopyTo(Ready!, Path.Combine(_root, name));

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static byte[] Picture(int number)
    {
        using var bitmap = new SKBitmap(48, 48, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var shade = (byte)(130 + number);
        bitmap.Erase(number % 2 == 1 ? new SKColor(shade, 20, 30) : new SKColor(20, shade, 40));
        using var encoded = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return encoded.ToArray();
    }
}
