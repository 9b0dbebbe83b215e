using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue.Auditing;
using ReviewStudio.Core.Queue.Ranking;

namespace ReviewStudio.Core.Queue;

/// <summary>Turns a head's probabilities into what the queue orders by, under one queue's settings.</summary>
internal sealed class CaseScorer
{
    private readonly IRankingStrategy _strategy;
    private readonly ServingHead _head;
    private readonly double[] _severities;
    private readonly int _benign;

    private CaseScorer(IRankingStrategy strategy, ServingHead head, double[] severities, int benign)
    {
        _strategy = strategy;
        _head = head;
        _severities = severities;
        _benign = benign;
    }

    public long HeadId => _head.Head.Id;

    public static async Task<CaseScorer> ForAsync(ReviewQueue queue, ServingHead head, PolicyBook policies, CancellationToken cancellation)
    {
        var version = await policies.VersionAsync(head.Head.PolicyVersionId, cancellation);
        var keys = HeadLabels.Keys(head.Head);
        var labels = keys.Select(key => version.Labels.Find(l => string.Equals(l.Key, key, StringComparison.Ordinal))).ToArray();
        return new CaseScorer(
            RankingStrategies.Find(queue.Strategy), head, [.. labels.Select(l => (double)(l?.Severity ?? 0))], Array.FindIndex(labels, l => l?.Benign == true));
    }

    public CaseScore Score(ReviewCase reviewCase, float[] probabilities) => new(
        reviewCase.Id,
        _head.Head.Id,
        Probabilities.Write(probabilities),
        _strategy.Uncertainty(new RankInput(probabilities, reviewCase.PublicId)),
        RankPriority.ExpectedSeverity(probabilities, _severities));

    public string Stratum(float[] probabilities) => AuditSampling.Stratum(_benign < 0 ? 0 : probabilities[_benign]);
}
