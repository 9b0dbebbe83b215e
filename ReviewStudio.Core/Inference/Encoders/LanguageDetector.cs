using Microsoft.ML.OnnxRuntime;

namespace ReviewStudio.Core.Inference.Encoders;

/// <summary>A language and how sure the detector is of it.</summary>
/// <param name="Code">ISO 639-1 where there is one, else 639-3; <c>und</c> when undecided.</param>
/// <param name="Probability">In 0..1.</param>
public sealed record DetectedLanguage(string Code, double Probability)
{
    public static DetectedLanguage Undetermined { get; } = new("und", 0);
}

/// <summary>Tells which of 50 languages a text is in. Wrong on single words, so short texts stay undetermined. Thread-safe.</summary>
public sealed class LanguageDetector : IDisposable
{
    private const int FewestLetters = 12;
    private const int LongestSample = 2_000;

    // On short posts the network is often half sure of the wrong language; undetermined is the more useful answer then.
    private const double LeastProbability = 0.7;
    private static readonly string[] Inputs = ["ngrams"];
    private static readonly string[] Outputs = ["probabilities"];

    private readonly InferenceSession _session;
    private readonly string[] _codes;
    private readonly int _width;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _places;

    internal LanguageDetector(string modelPath, string packageFolder)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(modelPath, options);
        _codes = [.. LanguageModelConverter.ReadLanguages(packageFolder).Select(LanguageCodes.Shortest)];
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var gram in LanguageModelConverter.ReadNgrams(packageFolder).SelectMany(list => list))
        {
            places[gram] = _width++;
        }

        _places = places.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public DetectedLanguage Detect(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (LanguageCodes.ByScript(text) is { } script)
        {
            return new DetectedLanguage(script, 1);
        }

        var sample = Prepare(text);
        if (sample.Count(char.IsLetter) < FewestLetters)
        {
            return DetectedLanguage.Undetermined;
        }

        var frequencies = new float[_width];
        for (var length = 1; length <= 4; length++)
        {
            var total = sample.Length - length + 1;
            for (var i = 0; i < total; i++)
            {
                if (_places.TryGetValue(sample.AsSpan(i, length), out var place))
                {
                    frequencies[place] += 1f / total;
                }
            }
        }

        using var tensor = OrtValue.CreateTensorValueFromMemory(frequencies, [1, _width]);
        using var run = new RunOptions();
        using var output = _session.Run(run, Inputs, [tensor], Outputs);
        var probabilities = output[0].GetTensorDataAsSpan<float>();
        var best = 0;
        for (var i = 1; i < probabilities.Length; i++)
        {
            best = probabilities[i] > probabilities[best] ? i : best;
        }

        return probabilities[best] < LeastProbability ? DetectedLanguage.Undetermined : new DetectedLanguage(_codes[best], probabilities[best]);
    }

    public void Dispose() => _session.Dispose();

    /// <summary>
    /// Letters, marks and single spaces, lower-cased, with a space at both ends: what the network was trained on. Addresses,
    /// names of people and tags are in no language.
    /// </summary>
    private static string Prepare(string text)
    {
        var buffer = new System.Text.StringBuilder(" ");
        var sample = text.AsSpan(0, Math.Min(text.Length, LongestSample));
        foreach (var range in sample.SplitAny(' ', '\t', '\n', '\r'))
        {
            var word = sample[range];
            if (word is ['@' or '#', ..] || word.Contains("://", StringComparison.Ordinal) || word.StartsWith("www.", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            Append(buffer, word);
            if (buffer[^1] != ' ')
            {
                buffer.Append(' ');
            }
        }

        return buffer.ToString();
    }

    private static void Append(System.Text.StringBuilder buffer, ReadOnlySpan<char> word)
    {
        foreach (var c in word)
        {
            var category = char.GetUnicodeCategory(c);
            if (char.IsLetter(c) || category is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark)
            {
                buffer.Append(char.ToLowerInvariant(c));
            }
            else if ((char.IsWhiteSpace(c) || c == '-') && buffer[^1] != ' ')
            {
                buffer.Append(' ');
            }
        }
    }
}
