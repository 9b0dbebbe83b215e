using System.Globalization;
using ReviewStudio.Core.Queue;

namespace ReviewStudio.Core.Labels;

/// <summary>A verdict that counts.</summary>
public sealed record StandingVerdict(string LabelKey, long ReviewerId, bool Adjudicated);

/// <summary>What the verdicts of a case add up to.</summary>
/// <param name="LabelKey">The label; null while there are too few verdicts, they are not sure enough, or tie.</param>
/// <param name="Confidence">The label's share of the votes, or its posterior, in 0..1; 0 without a label.</param>
/// <param name="SoftLabel">Shares or posteriors of all labels, summing to 1; empty without verdicts.</param>
/// <param name="Method"><c>single</c>, <c>majority</c>, <c>weighted</c>, <c>dawid-skene</c>, <c>adjudicated</c> or <c>withdrawn</c>.</param>
/// <param name="Reviewers">Verdicts that count.</param>
public sealed record Consensus(string? LabelKey, double Confidence, IReadOnlyDictionary<string, double> SoftLabel, string Method, int Reviewers)
{
    /// <summary>One more verdict is wanted: the label is not sure enough yet.</summary>
    public bool WantsAnother { get; init; }

    /// <summary>Why somebody has to settle it, as a sentence; null where nobody has to. A label may stand until then.</summary>
    public string? AdjudicateBecause { get; init; }

    /// <summary>Adds verdicts up; an adjudication settles it alone.</summary>
    /// <param name="verdicts">One a reviewer.</param>
    public static Consensus Of(IReadOnlyCollection<StandingVerdict> verdicts, ConsensusRule rule)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        ArgumentNullException.ThrowIfNull(rule);
        if (verdicts.LastOrDefault(v => v.Adjudicated) is { } settled)
        {
            return new Consensus(settled.LabelKey, 1, Shares(verdicts, _ => 1), "adjudicated", verdicts.Count);
        }

        if (verdicts.Count < rule.Wanted || verdicts.Count == 0)
        {
            return Open(verdicts, Shares(verdicts, _ => 1));
        }

        var plan = rule.Plan;
        var posterior = ConsensusRule.NeedsSkills(plan) ? rule.Skills.Posterior(verdicts) : [];
        if (plan.SureAt > 0 && verdicts.Count < plan.ReviewersAtMost && posterior.Max() < plan.SureAt)
        {
            return Open(verdicts, Shares(verdicts, _ => 1)) with { WantsAnother = true };
        }

        IReadOnlyDictionary<string, double> soft = plan.Method switch
        {
            ConsensusMethods.DawidSkene => rule.Skills.Labels.Zip(posterior).ToDictionary(l => l.First, l => l.Second, StringComparer.Ordinal),
            ConsensusMethods.Weighted => Shares(verdicts, rule.Skills.Weight),
            _ => Shares(verdicts, _ => 1),
        };
        var first = soft.MaxBy(s => s.Value);
        if (soft.Any(s => s.Key != first.Key && Math.Abs(s.Value - first.Value) < 1e-9))
        {
            return Open(verdicts, soft) with { AdjudicateBecause = "The reviewers do not agree." };
        }

        var method = verdicts.Count == 1 && plan.Method != ConsensusMethods.DawidSkene ? "single" : plan.Method;
        return new Consensus(first.Key, first.Value, soft, method, verdicts.Count) { AdjudicateBecause = Doubt(verdicts, rule, first.Key, first.Value) };
    }

    private static Consensus Open(IReadOnlyCollection<StandingVerdict> verdicts, IReadOnlyDictionary<string, double> soft) =>
        new(null, 0, soft, "withdrawn", verdicts.Count);

    private static string? Doubt(IReadOnlyCollection<StandingVerdict> verdicts, ConsensusRule rule, string label, double confidence)
    {
        if (rule.Plan.AdjudicateAnyDisagreement && verdicts.Any(v => v.LabelKey != label))
        {
            return "The reviewers do not agree.";
        }

        if (confidence < rule.Plan.AdjudicateBelow)
        {
            return string.Create(CultureInfo.InvariantCulture, $"The verdicts leave the label at {confidence * 100:0} %, below the {rule.Plan.AdjudicateBelow * 100:0} % that this queue asks for.");
        }

        return rule.Plan.AdjudicateSeverity > 0 && rule.Severities.GetValueOrDefault(label) >= rule.Plan.AdjudicateSeverity
            ? "A label this severe is confirmed by a second pair of eyes."
            : null;
    }

    /// <summary>Where nobody's vote weighs anything, heads decide.</summary>
    private static SortedDictionary<string, double> Shares(IReadOnlyCollection<StandingVerdict> verdicts, Func<long, double> weight)
    {
        var weights = verdicts.Select(v => weight(v.ReviewerId)).ToList();
        var sum = weights.Sum();
        var shares = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (verdict, own) in verdicts.Zip(weights))
        {
            shares[verdict.LabelKey] = shares.GetValueOrDefault(verdict.LabelKey) + (sum > 0 ? own / sum : 1.0 / verdicts.Count);
        }

        return shares;
    }
}
