using System.Text.Json;

namespace ReviewStudio.Core.Inference.Fusion;

/// <summary>What a part, or all of one modality together, does to a score: the probabilities as they would be without it.</summary>
/// <param name="Part">The part's number in its item, from 0; null where a modality is meant.</param>
/// <param name="Modality">Null where a part is meant. Text that was read in a picture is text.</param>
/// <param name="Without">By the head's labels.</param>
public sealed record Influence(int? Part, Modality? Modality, float[] Without)
{
    private const int Digits = 5;

    /// <summary>By how much it moves the probability of a label: above 0 it speaks for it.</summary>
    /// <param name="whole">The probabilities with it.</param>
    public double Moved(ReadOnlySpan<float> whole, int label) => whole[label] - Without[label];

    /// <summary>What it adds to the log-odds of a label, in nats: also tells of small differences near 0 and 1.</summary>
    /// <param name="whole">The probabilities with it.</param>
    public double LogOdds(ReadOnlySpan<float> whole, int label) => Probabilities.LogOdds(whole[label]) - Probabilities.LogOdds(Without[label]);

    /// <summary>As they are stored: <c>[{"part":1,"without":[…]},{"modality":"image","without":[…]}]</c>.</summary>
    public static string ToJson(IEnumerable<Influence> influences) => JsonSerializer.Serialize(influences.Select(i => i.Part is { } part
        ? (object)new { part, without = Rounded(i.Without) }
        : new { modality = i.Modality!.Value.ToString().ToLowerInvariant(), without = Rounded(i.Without) }));

    public static IReadOnlyList<Influence> FromJson(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(e => new Influence(
            e.TryGetProperty("part", out var part) ? part.GetInt32() : null,
            e.TryGetProperty("modality", out var modality) ? Enum.Parse<Modality>(modality.GetString()!, ignoreCase: true) : null,
            [.. e.GetProperty("without").EnumerateArray().Select(w => w.GetSingle())]))];
    }

    private static double[] Rounded(float[] values) => Array.ConvertAll(values, v => Math.Round(v, Digits));
}
