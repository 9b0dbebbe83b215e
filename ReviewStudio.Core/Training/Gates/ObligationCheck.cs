using System.Globalization;
using ReviewStudio.Core.Metrics;

namespace ReviewStudio.Core.Training.Gates;

/// <summary>
/// An obligation is met where the one-sided Wilson lower bound reaches the target. A challenger that no longer proves
/// what the champion proved fails; one that proves as little as the champion warns.
/// </summary>
internal static class ObligationCheck
{
    public static GateCheck Of(GateObligation obligation, GateInput input, int[]? champion, int[] challenger)
    {
        var label = IndexOf(input.LabelKeys, obligation.LabelKey);
        if (obligation.Confidence is <= 0.5 or >= 1)
        {
            throw new ArgumentException($"The confidence of an obligation lies between 0.5 and 1, not at {obligation.Confidence.ToString(CultureInfo.InvariantCulture)}.", nameof(obligation));
        }

        var after = Measured(obligation, input, challenger, label);
        var before = champion is null ? null : Measured(obligation, input, champion, label);
        var metric = obligation.Metric == ObligationMetric.Precision ? "precision" : "recall";
        var name = $"obligation:{obligation.LabelKey}:{metric}";
        var target = string.Create(CultureInfo.InvariantCulture, $"{obligation.Target:0.###} at {obligation.Confidence * 100:0.#} % confidence");
        if (after.Interval is not { } interval)
        {
            var empty = $"The {metric} of {obligation.LabelKey} ({target}) cannot be measured: {after.Point.Reason} in the frozen set.";
            return new(name, before is { } b && Met(obligation, b) ? GateOutcome.Fail : GateOutcome.Warn, empty, null, null, 0);
        }

        var figures = string.Create(
            CultureInfo.InvariantCulture,
            $"The {metric} of {obligation.LabelKey} is {after.Point.Value:0.000}, lower bound {interval.Lower:0.000} (n = {after.N}); wanted is {target}");
        var (outcome, verdict) = (Met(obligation, after), before is not null && Met(obligation, before)) switch
        {
            (true, _) => (GateOutcome.Pass, "met"),
            (false, true) => (GateOutcome.Fail, "the champion meets it, the challenger does not"),
            (false, false) => (GateOutcome.Warn, before is null ? "not proven yet" : "not proven, neither by the champion"),
        };
        return new(name, outcome, $"{figures}: {verdict}.", after.Point.Value, interval, after.N);
    }

    private static bool Met(GateObligation obligation, Estimate estimate) => estimate.Interval is { } i && i.Lower >= obligation.Target;

    private static Estimate Measured(GateObligation obligation, GateInput input, int[] predicted, int label)
    {
        var score = ConfusionMatrix.Of(input.Truth, predicted, input.LabelKeys.Count).Score(label);
        var (point, n) = obligation.Metric == ObligationMetric.Precision ? (score.Precision, score.Predicted) : (score.Recall, score.Support);

        // A two-sided interval of confidence 2c − 1 has the one-sided bound of confidence c as its lower end.
        return new(point, Proportion.Wilson(score.Hits, n, (2 * obligation.Confidence) - 1), n);
    }

    private static int IndexOf(IReadOnlyList<string> keys, string key)
    {
        for (var k = 0; k < keys.Count; k++)
        {
            if (string.Equals(keys[k], key, StringComparison.Ordinal))
            {
                return k;
            }
        }

        throw new ArgumentException($"An obligation names the label '{key}', which this head does not know ({string.Join(", ", keys)}).", nameof(key));
    }
}
