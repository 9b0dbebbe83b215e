using System.Globalization;
using ReviewStudio.Core.Metrics;

namespace ReviewStudio.Core.Training.Gates;

/// <summary>
/// A slice fails where its loss is beyond the margin and no accident (the whole interval below 0). With many slices,
/// some lose by chance, so a loss that the interval does not confirm warns.
/// </summary>
internal static class SliceChecks
{
    public static IEnumerable<GateCheck> Of(GateInput input, int[] champion, int[] challenger, GateOptions options)
    {
        foreach (var slicing in input.Slices)
        {
            var groups = Enumerable.Range(0, input.Truth.Length)
                .Where(i => slicing.Keys[i] is not null)
                .GroupBy(i => slicing.Keys[i]!, StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal);
            foreach (var group in groups)
            {
                yield return One(slicing.Name, group.Key, [.. group], input, champion, challenger, options);
            }
        }
    }

    private static GateCheck One(string slicing, string key, int[] members, GateInput input, int[] champion, int[] challenger, GateOptions options)
    {
        var paired = Bootstrap.MacroF1Difference(
            Pick(input.Truth, members),
            Pick(champion, members),
            Pick(challenger, members),
            input.LabelKeys.Count,
            options.Seed,
            options.Resamples,
            options.Confidence);
        var difference = paired.Difference.Value!.Value;
        var interval = paired.Interval!.Value;
        var beyond = difference < -options.SliceMargin;
        var (outcome, verdict) = (beyond, interval.Upper < 0, paired.N >= options.MinimumSliceExamples) switch
        {
            (false, _, _) => (GateOutcome.Pass, "no loss beyond the margin"),
            (true, true, true) => (GateOutcome.Fail, "worse beyond the margin"),
            (true, _, true) => (GateOutcome.Warn, "worse, but it may be chance"),
            (true, _, false) => (GateOutcome.Warn, $"worse, but fewer than {options.MinimumSliceExamples} examples"),
        };
        var sentence = string.Create(
            CultureInfo.InvariantCulture,
            $"{slicing} {key}: macro-F1 {difference:+0.000;-0.000;0.000} (interval {interval.Lower:+0.000;-0.000;0.000} to {interval.Upper:+0.000;-0.000;0.000}, n = {paired.N}): {verdict}.");
        return new($"slice:{slicing}={key}", outcome, sentence, difference, interval, paired.N);
    }

    private static int[] Pick(int[] values, int[] members) => Array.ConvertAll(members, i => values[i]);
}
