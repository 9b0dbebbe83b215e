using System.Globalization;

namespace ReviewStudio.Core.Inference.Encoders;

/// <summary>Language codes, and the scripts that leave no doubt.</summary>
internal static class LanguageCodes
{
    private static readonly Dictionary<string, string> Short = CultureInfo.GetCultures(CultureTypes.NeutralCultures)
        .Where(c => c.TwoLetterISOLanguageName.Length == 2)
        .GroupBy(c => c.ThreeLetterISOLanguageName, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => g.First().TwoLetterISOLanguageName, StringComparer.Ordinal);

    /// <summary>ISO 639-1 for an ISO 639-3 code, or the code itself where there is none.</summary>
    public static string Shortest(string iso3) => iso3 switch
    {
        "cmn" => "zh",
        "nob" => "nb",
        _ => Short.GetValueOrDefault(iso3, iso3),
    };

    /// <summary>The language when most letters are of a script that only one of the 50 languages uses.</summary>
    public static string? ByScript(string text)
    {
        int letters = 0, kana = 0, hangul = 0, greek = 0, thai = 0;
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, 500)))
        {
            if (!char.IsLetter(c))
            {
                continue;
            }

            letters++;
            kana += c is >= '\u3040' and <= '\u30ff' ? 1 : 0;
            hangul += c is >= '\uac00' and <= '\ud7a3' ? 1 : 0;
            greek += c is >= '\u0370' and <= '\u03ff' ? 1 : 0;
            thai += c is >= '\u0e00' and <= '\u0e7f' ? 1 : 0;
        }

        // Japanese mixes kana with Chinese characters: a fifth of kana settles it.
        return letters < 3 ? null
            : kana * 5 >= letters ? "ja"
            : hangul * 2 > letters ? "ko"
            : greek * 2 > letters ? "el"
            : thai * 2 > letters ? "th"
            : null;
    }
}
