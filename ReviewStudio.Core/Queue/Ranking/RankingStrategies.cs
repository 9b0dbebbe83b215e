using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Queue.Ranking;

/// <summary>The strategies a queue can be ranked by.</summary>
public static class RankingStrategies
{
    public static IReadOnlyList<IRankingStrategy> All { get; } =
    [
        new MarginStrategy(),
        new EntropyStrategy(),
        new LeastConfidenceStrategy(),
        new OldestStrategy(),
        new RandomStrategy(),
    ];

    /// <summary>Finds a strategy by its key.</summary>
    /// <exception cref="RefusedException"><c>strategy.unknown</c>: the message lists the known keys.</exception>
    public static IRankingStrategy Find(string key) =>
        All.FirstOrDefault(s => string.Equals(s.Key, key, StringComparison.OrdinalIgnoreCase))
        ?? throw new RefusedException("strategy.unknown", $"There is no ranking strategy '{key}'. Choose one of {string.Join(", ", All.Select(s => s.Key))}.");
}
