using ReviewStudio.Core.Inference;

namespace ReviewStudio.Core.Queue.Ranking;

/// <summary>
/// A strategy that looks at the whole pending queue when it is re-ranked, because how much a verdict is wanted depends
/// on which other verdicts come first. A case that arrives between two re-rankings gets
/// <see cref="IRankingStrategy.Uncertainty"/> alone.
/// </summary>
public interface IBatchRankingStrategy : IRankingStrategy
{
    /// <summary>One uncertainty in [0, 1] a candidate, in their order and on the scale of <see cref="IRankingStrategy.Uncertainty"/>.</summary>
    /// <param name="candidates">All pending cases of one lane or policy.</param>
    /// <param name="batch">About how many verdicts are given before the next re-ranking; above 0.</param>
    /// <param name="ct">Stops the work.</param>
    double[] Rerank(IReadOnlyList<RankCandidate> candidates, int batch, CancellationToken ct = default);
}

/// <summary>A pending case.</summary>
/// <param name="Probabilities">f32[C] of the champion.</param>
/// <param name="Vector">What the encoders saw of its item.</param>
public sealed record RankCandidate(float[] Probabilities, TextVector Vector);
