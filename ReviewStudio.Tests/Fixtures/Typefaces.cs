using SkiaSharp;
using Xunit;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Fonts of the machine by file: the drawing library of the tests finds none by itself.</summary>
internal static class Typefaces
{
    private static readonly Lazy<Dictionary<string, string>> Files = new(() =>
        new[] { "/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", @"C:\Windows\Fonts" }
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.?tf", SearchOption.AllDirectories))
            .GroupBy(f => Path.GetFileName(f), StringComparer.OrdinalIgnoreCase)
            .ToDictionary(g => g.Key, g => g.First(), StringComparer.OrdinalIgnoreCase));

    /// <summary>The font of a file name; skips the test where the machine lacks it.</summary>
    public static SKTypeface Find(string file)
    {
        Assert.SkipUnless(Files.Value.ContainsKey(file), $"the font {file} is not here");
        return SKTypeface.FromFile(Files.Value[file]);
    }

    /// <summary>Those of the named fonts that are here.</summary>
    public static SKTypeface[] Those(params string[] files) => [.. files.Where(Files.Value.ContainsKey).Select(f => SKTypeface.FromFile(Files.Value[f]))];
}
