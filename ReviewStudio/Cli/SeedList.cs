using System.Globalization;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Cli;

/// <summary>Seeds as people write them: <c>0-4</c>, <c>7</c>, <c>1,3,5-9</c>.</summary>
public static class SeedList
{
    private const int Most = 1_000;

    /// <exception cref="RefusedException"><c>backtest.seeds</c>: the text is no list of seeds.</exception>
    public static IReadOnlyList<int> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var seeds = new List<int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !Number(ends[0], out var first) || !Number(ends[^1], out var last) || last < first || last - first >= Most)
            {
                throw new RefusedException("backtest.seeds", $"'{text}' is no list of seeds. Write them like 0-4 or 1,3,5.");
            }

            seeds.AddRange(Enumerable.Range(first, last - first + 1));
        }

        return seeds;
    }

    private static bool Number(string text, out int value) => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
