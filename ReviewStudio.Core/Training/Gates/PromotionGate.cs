using System.Globalization;
using ReviewStudio.Core.Metrics;

namespace ReviewStudio.Core.Training.Gates;

/// <summary>
/// Decides whether a challenger may serve: on the frozen set it is not worse than the champion, breaks no obligation
/// that the champion meets, makes no slice clearly worse, and is calibrated. Too little data warns and does not block.
/// </summary>
public static class PromotionGate
{
    /// <exception cref="ArgumentException">Lengths do not match, a label is out of range, or an obligation names an unknown label.</exception>
    public static GateReport Evaluate(GateInput input, GateOptions? options = null)
    {
        var settings = options ?? new GateOptions();
        Validate(input);
        if (input.Truth.Length == 0)
        {
            var none = new GateCheck("macro-f1", GateOutcome.Warn, "The frozen set is empty: nothing could be compared.", null, null, 0);
            return Report([none], settings);
        }

        var baseline = input.Champion is null;
        var champion = input.Champion is { } rows ? LabelArrays.ArgMax(rows) : MajorityLabel(input);
        var challenger = LabelArrays.ArgMax(input.Challenger);

        var checks = new List<GateCheck> { Comparison(input, champion, challenger, baseline, settings) };
        checks.AddRange(input.Obligations.Select(o => ObligationCheck.Of(o, input, baseline ? null : champion, challenger)));
        if (!baseline)
        {
            checks.AddRange(SliceChecks.Of(input, champion, challenger, settings));
        }

        checks.Add(CalibrationCheck(input, settings));
        return Report(checks, settings) with { MacroF1 = Score(input, challenger, settings) };
    }

    private static GateScore Score(GateInput input, int[] challenger, GateOptions options)
    {
        var estimate = Bootstrap.MacroF1(input.Truth, challenger, input.LabelKeys.Count, options.Seed, options.Resamples, options.Confidence);
        var interval = estimate.Interval!.Value;
        return new GateScore(estimate.Point.Value!.Value, interval.Lower, interval.Upper, estimate.N);
    }

    private static GateCheck Comparison(GateInput input, int[] champion, int[] challenger, bool baseline, GateOptions options)
    {
        var paired = Bootstrap.MacroF1Difference(
            input.Truth, champion, challenger, input.LabelKeys.Count, options.Seed, options.Resamples, options.Confidence);
        double difference = paired.Difference.Value!.Value;
        var interval = paired.Interval!.Value;
        var against = baseline ? "always answering the most common label" : "the champion";
        var figures = string.Create(
            CultureInfo.InvariantCulture,
            $"Macro-F1 {paired.Second.Value:0.000} against {paired.First.Value:0.000} of {against}: {difference:+0.000;-0.000;0.000} ({options.Confidence:0.##%} interval {interval.Lower:+0.000;-0.000;0.000} to {interval.Upper:+0.000;-0.000;0.000}, n = {paired.N})")
            .Replace("%", " %", StringComparison.Ordinal);

        GateCheck Check(GateOutcome outcome, string verdict) => new("macro-f1", outcome, $"{figures}: {verdict}.", difference, interval, paired.N);

        if (paired.N < options.MinimumExamples)
        {
            return interval.Upper < 0 || difference < -options.ClearlyWorseMargin
                ? Check(GateOutcome.Fail, "clearly worse, even on so few examples")
                : Check(GateOutcome.Warn, $"not enough data to tell; {options.MinimumExamples} frozen examples are wanted");
        }

        // The first head has to beat the class priors, a later one only has to be no worse than the champion.
        var bound = baseline ? 0 : -options.LowerBoundMargin;
        if (difference < 0)
        {
            return Check(GateOutcome.Fail, "worse");
        }

        return interval.Lower > bound
            ? Check(GateOutcome.Pass, baseline ? "better" : "not worse")
            : Check(GateOutcome.Fail, string.Create(CultureInfo.InvariantCulture, $"the lower bound must lie above {bound:0.###}"));
    }

    private static GateCheck CalibrationCheck(GateInput input, GateOptions options)
    {
        var error = Calibration.TopLabel(input.Truth, input.Challenger).Error.Value!.Value;
        var n = input.Truth.Length;
        var figures = string.Create(CultureInfo.InvariantCulture, $"Expected calibration error {error:0.000}, at most {options.CalibrationBound:0.###} allowed (n = {n})");
        return error <= options.CalibrationBound ? new("calibration", GateOutcome.Pass, figures + ".", error, null, n)
            : n < options.MinimumExamples ? new("calibration", GateOutcome.Warn, figures + ": too high, but measured on few examples.", error, null, n)
            : new("calibration", GateOutcome.Fail, figures + ": its probabilities cannot be trusted.", error, null, n);
    }

    private static int[] MajorityLabel(GateInput input)
    {
        var counts = new float[input.LabelKeys.Count];
        foreach (var label in input.Truth)
        {
            counts[label]++;
        }

        var majority = LabelArrays.ArgMax(counts);
        return Enumerable.Repeat(majority, input.Truth.Length).ToArray();
    }

    private static GateReport Report(IReadOnlyList<GateCheck> checks, GateOptions options)
    {
        var decision = checks.Max(c => c.Outcome);
        var named = string.Join(", ", checks.Where(c => c.Outcome == decision).Select(c => c.Name));
        var summary = decision switch
        {
            GateOutcome.Pass => "All checks passed.",
            GateOutcome.Warn => $"May serve, with warnings: {named}.",
            _ => $"May not serve: {named} failed.",
        };
        return new(decision, summary, checks, options.Seed);
    }

    private static void Validate(GateInput input)
    {
        var n = input.Truth.Length;
        LabelArrays.Check(input.Truth, input.LabelKeys.Count, nameof(input));
        LabelArrays.CheckSameLength(n, input.Challenger.Count);
        LabelArrays.CheckSameLength(n, input.Champion?.Count ?? n);
        foreach (var row in input.Challenger.Concat(input.Champion ?? []))
        {
            if (row.Length != input.LabelKeys.Count)
            {
                throw new ArgumentException($"A row has {row.Length} probabilities for {input.LabelKeys.Count} labels.", nameof(input));
            }
        }

        foreach (var slicing in input.Slices)
        {
            LabelArrays.CheckSameLength(n, slicing.Keys.Count);
        }
    }
}
