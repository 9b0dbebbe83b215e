namespace ReviewStudio.Core.Labels;

/// <summary>A verdict that counts.</summary>
public sealed record StandingVerdict(string LabelKey, long ReviewerId, bool Adjudicated);

/// <summary>What the verdicts of a case add up to.</summary>
/// <param name="LabelKey">The label; null while there are too few verdicts, or a tie.</param>
/// <param name="Confidence">The label's share of the verdicts, in 0..1; 0 without a label.</param>
/// <param name="SoftLabel">Shares of all labels given, summing to 1; empty without verdicts.</param>
/// <param name="Method"><c>single</c>, <c>majority</c>, <c>adjudicated</c> or <c>withdrawn</c>.</param>
/// <param name="Reviewers">Verdicts that count.</param>
/// <param name="NeedsAdjudication">Enough verdicts, but two labels lead alike.</param>
public sealed record Consensus(
    string? LabelKey, double Confidence, IReadOnlyDictionary<string, double> SoftLabel, string Method, int Reviewers, bool NeedsAdjudication)
{
    /// <summary>Majority over the standing verdicts; an adjudication settles it alone.</summary>
    /// <param name="verdicts">One a reviewer.</param>
    /// <param name="wanted">k, the verdicts that the queue wants before it concludes.</param>
    public static Consensus Of(IReadOnlyCollection<StandingVerdict> verdicts, int wanted)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        var shares = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var verdict in verdicts)
        {
            shares[verdict.LabelKey] = shares.GetValueOrDefault(verdict.LabelKey) + (1.0 / verdicts.Count);
        }

        if (verdicts.LastOrDefault(v => v.Adjudicated) is { } settled)
        {
            return new Consensus(settled.LabelKey, 1, shares, "adjudicated", verdicts.Count, NeedsAdjudication: false);
        }

        if (verdicts.Count < wanted || verdicts.Count == 0)
        {
            return new Consensus(null, 0, shares, "withdrawn", verdicts.Count, NeedsAdjudication: false);
        }

        var byCount = verdicts.GroupBy(v => v.LabelKey, StringComparer.Ordinal)
            .Select(g => (Label: g.Key, Count: g.Count())).OrderByDescending(g => g.Count).ToList();
        if (byCount.Count > 1 && byCount[0].Count == byCount[1].Count)
        {
            return new Consensus(null, 0, shares, "withdrawn", verdicts.Count, NeedsAdjudication: true);
        }

        var share = (double)byCount[0].Count / verdicts.Count;
        return new Consensus(byCount[0].Label, share, shares, verdicts.Count == 1 ? "single" : "majority", verdicts.Count, NeedsAdjudication: false);
    }
}
