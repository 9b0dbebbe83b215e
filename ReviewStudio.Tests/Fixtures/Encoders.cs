using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Storage;
using Xunit;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>The encoders of this build, converted into a folder of their own, and the data to try them on.</summary>
public sealed class Encoders : IDisposable
{
    private readonly StudioFolders _folders = new(SharedEncoders.In(Path.Combine(Path.GetTempPath(), "reviewstudio-tests", Guid.NewGuid().ToString("N"))));

    public Encoders() => Catalog = new(_folders, Options.Create(new EncoderOptions()), NullLogger<EncoderCatalog>.Instance);

    public EncoderCatalog Catalog { get; }

    /// <summary>The path of a data file; skips the test where there is no data.</summary>
    public static string Data(params string[] path)
    {
        var root = Environment.GetEnvironmentVariable("REVIEWSTUDIO_DATA");
        Assert.SkipWhen(string.IsNullOrEmpty(root) || !Directory.Exists(root), "REVIEWSTUDIO_DATA is not here");
        return Path.Combine([root, .. path]);
    }

    /// <summary>A section of the reference vectors; skips the test where there are none.</summary>
    public static JsonElement[] Reference(string section)
    {
        var path = Data("..", "reference", "encoder-vectors.json");
        Assert.SkipUnless(File.Exists(path), "the reference vectors are not here");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. document.RootElement.GetProperty(section).EnumerateArray().Select(e => e.Clone())];
    }

    /// <summary>The encoder, or a skipped test where its package was not restored.</summary>
    public static T Needed<T>(T? encoder)
        where T : class
    {
        Assert.SkipWhen(encoder is null, $"the package of {typeof(T).Name} is not here");
        return encoder;
    }

    public void Dispose()
    {
        Catalog.Dispose();
        Directory.Delete(_folders.Root, recursive: true);
    }
}
