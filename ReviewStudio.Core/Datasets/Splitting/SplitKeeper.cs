namespace ReviewStudio.Core.Datasets.Splitting;

/// <summary>
/// Puts items into splits so that no near-repeat of what is trained on is in the test split: an item joins the split of
/// its earliest near-duplicate, by its text or by any of its media, and one that resembles items of two splits is left
/// out. Sees all labelled items of a policy in order of case, also those that a filter leaves out, so that a filter moves
/// nothing between splits.
/// </summary>
public sealed class SplitKeeper
{
    private readonly NearDuplicates _near = new();
    private readonly List<byte> _splits = [];
    private readonly SortedSet<int> _found = [];

    // Media by what they are, with the split of the first.
    private readonly Dictionary<string, byte> _media = new(StringComparer.Ordinal);

    /// <summary>Items left out so far.</summary>
    public int Bridges { get; private set; }

    /// <summary>Sets the row's split.</summary>
    /// <returns>False when the row is left out.</returns>
    public bool Place(ExampleRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var hasText = _near.Find(row.Text, _found);
        var splits = _found.Select(n => _splits[n]).Concat(row.Kinds.Where(_media.ContainsKey).Select(k => _media[k])).Distinct().Take(2).ToList();
        if (splits.Count == 2)
        {
            Bridges++;
            return false;
        }

        if (splits.Count == 1)
        {
            row.Split = StableSplit.Names[splits[0]];
        }

        if (!hasText && row.Kinds.Count == 0)
        {
            return true;
        }

        var split = (byte)Array.IndexOf(StableSplit.Names, row.Split);
        foreach (var kind in row.Kinds)
        {
            _media.TryAdd(kind, split);
        }

        if (hasText)
        {
            _near.Remember();
            _splits.Add(split);
        }

        return true;
    }
}
