using System.Collections.Concurrent;

namespace ReviewStudio.Core.Review;

/// <summary>
/// Spares a follow-up from counting after every verdict: while so many verdicts are missing, as many have to come before it
/// can be worth while to count again. Other nodes' verdicts and changed settings are found when <see cref="Longest"/> has
/// passed.
/// </summary>
public sealed class CountedAhead(TimeProvider clock)
{
    /// <summary>How long a count is trusted.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<long, Count> _counts = new();

    /// <summary>Tells of a verdict.</summary>
    /// <returns>Whether enough may be there by now.</returns>
    public bool MayBeReached(long key) =>
        !_counts.TryGetValue(key, out var count) || Interlocked.Decrement(ref count.Missing) <= 0 || clock.GetUtcNow() - count.At >= Longest;

    /// <summary>Remembers how many verdicts were missing at a count; none where it is at most 0.</summary>
    public void Missing(long key, int missing) => _counts[key] = new Count { Missing = missing, At = clock.GetUtcNow() };

    private sealed class Count
    {
        public int Missing;

        public DateTimeOffset At { get; init; }
    }
}
