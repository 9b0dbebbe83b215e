using Xunit;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Tests that take minutes, or that repeat on a second engine what takes long on the first: <c>./test.sh --full</c> runs them.</summary>
internal static class LongSuites
{
    public static bool Wanted { get; } = Environment.GetEnvironmentVariable("REVIEWSTUDIO_FULL") is { Length: > 0 };

    /// <summary>Skips the test by name in an ordinary run.</summary>
    /// <param name="unless">A case that the ordinary run has as well.</param>
    public static void Only(bool unless = false) => Assert.SkipUnless(Wanted || unless, "REVIEWSTUDIO_FULL is not set");
}
