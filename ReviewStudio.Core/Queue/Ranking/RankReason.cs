using System.Globalization;

namespace ReviewStudio.Core.Queue.Ranking;

/// <summary>Says in words why a case stands where it stands.</summary>
public static class RankReason
{
    /// <summary>The two most likely labels, such as <c>53 % harassment, 41 % benign</c>.</summary>
    /// <param name="probabilities">f32[C], or empty where no head serves yet.</param>
    /// <param name="labelNames">C names, in the same order.</param>
    /// <exception cref="ArgumentException">There are fewer names than probabilities.</exception>
    public static string Of(ReadOnlySpan<float> probabilities, IReadOnlyList<string> labelNames)
    {
        if (probabilities.IsEmpty)
        {
            return "no model yet";
        }

        if (labelNames.Count < probabilities.Length)
        {
            throw new ArgumentException($"{labelNames.Count} label names for {probabilities.Length} probabilities.", nameof(labelNames));
        }

        int first = -1, second = -1;
        for (var k = 0; k < probabilities.Length; k++)
        {
            if (first < 0 || probabilities[k] > probabilities[first])
            {
                second = first;
                first = k;
            }
            else if (second < 0 || probabilities[k] > probabilities[second])
            {
                second = k;
            }
        }

        var words = $"{Percent(probabilities[first])} {labelNames[first]}";
        return second < 0 ? words : $"{words}, {Percent(probabilities[second])} {labelNames[second]}";
    }

    /// <summary>The same with the words a strategy adds where the probabilities did not decide the order.</summary>
    public static string Of(string strategyKey, ReadOnlySpan<float> probabilities, IReadOnlyList<string> labelNames) => strategyKey switch
    {
        "oldest" => "in order of arrival; " + Of(probabilities, labelNames),
        "random" => "drawn at random; " + Of(probabilities, labelNames),
        _ => Of(probabilities, labelNames),
    };

    // Rounding to 0 % or 100 % would claim a certainty that no model has.
    private static string Percent(float p) => p switch
    {
        < 0.005f => "<1 %",
        > 0.995f => ">99 %",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(p * 100.0, MidpointRounding.AwayFromZero):0} %"),
    };
}
