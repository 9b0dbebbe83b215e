namespace ReviewStudio.Core.Policies;

/// <summary>
/// Where the labels of one policy version went in another. A head of an old version keeps predicting its own labels;
/// this says what they are called now, or that they have no counterpart.
/// </summary>
public sealed class LabelMap
{
    private readonly Dictionary<string, string?> _to;

    /// <param name="to">The new key by old key; null where a label must be judged again.</param>
    public LabelMap(IEnumerable<KeyValuePair<string, string?>> to) => _to = new Dictionary<string, string?>(to, StringComparer.Ordinal);

    public static LabelMap Of(IEnumerable<LabelMapping> mappings)
    {
        ArgumentNullException.ThrowIfNull(mappings);
        return new LabelMap(mappings.Select(m => KeyValuePair.Create(m.FromLabelKey, m.ToLabelKey)));
    }

    /// <summary>The map of a version onto itself.</summary>
    public static LabelMap Identity(IEnumerable<string> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return new LabelMap(keys.Select(k => KeyValuePair.Create(k, (string?)k)));
    }

    /// <summary>The old keys.</summary>
    public IReadOnlyCollection<string> Keys => _to.Keys;

    /// <summary>The new key; null when there is none or the old key is unknown.</summary>
    public string? Find(string key) => _to.GetValueOrDefault(key);

    /// <summary>Old keys whose stored labels do not stand as they are.</summary>
    public IEnumerable<string> Changed => _to.Where(m => !string.Equals(m.Key, m.Value, StringComparison.Ordinal)).Select(m => m.Key);

    /// <summary>This map and then the next version's.</summary>
    public LabelMap Then(LabelMap next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return new LabelMap(_to.Select(m => KeyValuePair.Create(m.Key, m.Value is null ? null : next.Find(m.Value))));
    }

    /// <summary>The way back: a new key that exactly one old key went to goes back to it; merged ones have no way back.</summary>
    public LabelMap Reverse() => new(_to
        .Where(m => m.Value is not null)
        .GroupBy(m => m.Value!, StringComparer.Ordinal)
        .Select(g => KeyValuePair.Create(g.Key, g.Count() == 1 ? g.First().Key : null)));

    /// <summary>
    /// A distribution over old labels as one over new labels: merged labels add up, labels without a counterpart drop
    /// out, and what remains is scaled to sum to 1.
    /// </summary>
    /// <param name="oldKeys">C keys in the order of the probabilities.</param>
    /// <param name="probabilities">f32[C], summing to 1.</param>
    /// <param name="newKeys">D keys in the order wanted.</param>
    /// <returns>f32[D]; all zeros when nothing carries over.</returns>
    /// <exception cref="ArgumentException">There are not as many keys as probabilities.</exception>
    public float[] Project(IReadOnlyList<string> oldKeys, ReadOnlySpan<float> probabilities, IReadOnlyList<string> newKeys)
    {
        ArgumentNullException.ThrowIfNull(oldKeys);
        ArgumentNullException.ThrowIfNull(newKeys);
        if (oldKeys.Count != probabilities.Length)
        {
            throw new ArgumentException($"{oldKeys.Count} labels for {probabilities.Length} probabilities.", nameof(oldKeys));
        }

        var places = newKeys.Select((key, i) => (key, i)).ToDictionary(k => k.key, k => k.i, StringComparer.Ordinal);
        var projected = new float[newKeys.Count];
        double sum = 0;
        for (var i = 0; i < oldKeys.Count; i++)
        {
            if (Find(oldKeys[i]) is { } key && places.TryGetValue(key, out var place))
            {
                projected[place] += probabilities[i];
                sum += probabilities[i];
            }
        }

        for (var i = 0; sum > 0 && i < projected.Length; i++)
        {
            projected[i] = (float)(projected[i] / sum);
        }

        return projected;
    }
}
