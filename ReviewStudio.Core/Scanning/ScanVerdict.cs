namespace ReviewStudio.Core.Scanning;

/// <summary>The outcome under one policy, and what it rests on.</summary>
internal sealed record ScanVerdict(ScanOutcome Outcome, ScanReason Reason, string? Label, ScanMatch? Match)
{
    /// <summary>The stricter of what a rule or list says and what the head says; a match wins a draw, since it can be named.</summary>
    /// <param name="readable">Whether the head can say anything of the content: one that reads text has nothing to say of a picture without.</param>
    public static ScanVerdict Of(ScanPolicy policy, float[]? probabilities, bool readable, ScanHit? hit)
    {
        var scored = Scored(policy, probabilities, readable);
        return hit is not null && hit.Outcome >= scored.Outcome ? new ScanVerdict(hit.Outcome, hit.Reason, hit.LabelKey, hit.Match) : scored;
    }

    private static ScanVerdict Scored(ScanPolicy policy, float[]? probabilities, bool readable)
    {
        if (probabilities is null)
        {
            return policy.Head is null || !readable
                ? new ScanVerdict(policy.Settings.WhenUnscored, ScanReason.Unscored, null, null)
                : new ScanVerdict(policy.Settings.WhenLate, ScanReason.Late, null, null);
        }

        var (outcome, label, most) = (ScanOutcome.Allow, (string?)null, 0f);
        for (var k = 0; k < probabilities.Length; k++)
        {
            if (!policy.Thresholds.TryGetValue(policy.HeadLabels[k], out var threshold))
            {
                continue;
            }

            var reached = probabilities[k] >= threshold.BlockAt ? ScanOutcome.Block : probabilities[k] >= threshold.ReviewAt ? ScanOutcome.Review : ScanOutcome.Allow;
            if (reached > outcome || (reached == outcome && outcome != ScanOutcome.Allow && probabilities[k] > most))
            {
                (outcome, label, most) = (reached, policy.HeadLabels[k], probabilities[k]);
            }
        }

        return new ScanVerdict(outcome, ScanReason.Probability, label, null);
    }
}
