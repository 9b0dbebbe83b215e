namespace ReviewStudio.Core.Datasets.Splitting;

/// <summary>
/// Puts items into splits so that no near-repeat of a training text is in the test split: an item joins the split of its
/// earliest near-duplicate, and one that resembles items of two splits is left out. Sees all labelled items of a policy in
/// order of case, also those that a filter leaves out, so that a filter moves nothing between splits.
/// </summary>
public sealed class SplitKeeper
{
    private readonly NearDuplicates _near = new();
    private readonly List<byte> _splits = [];
    private readonly SortedSet<int> _found = [];

    /// <summary>Items left out so far.</summary>
    public int Bridges { get; private set; }

    /// <summary>Sets the row's split.</summary>
    /// <returns>False when the row is left out.</returns>
    public bool Place(ExampleRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (!_near.Find(row.Text, _found))
        {
            return true;
        }

        if (_found.Count > 0)
        {
            var earliest = _splits[_found.Min];
            if (_found.Any(n => _splits[n] != earliest))
            {
                Bridges++;
                return false;
            }

            row.Split = StableSplit.Names[earliest];
        }

        _near.Remember();
        _splits.Add((byte)Array.IndexOf(StableSplit.Names, row.Split));
        return true;
    }
}
