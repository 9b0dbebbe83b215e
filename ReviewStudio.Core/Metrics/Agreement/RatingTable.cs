namespace ReviewStudio.Core.Metrics.Agreement;

/// <summary>
/// Verdicts gathered by item, in two flat arrays. Which items a rater left out does not matter: what is absent is missing.
/// Memory is about 24 bytes a verdict.
/// </summary>
public sealed class RatingTable
{
    private readonly int[] _start;
    private readonly int[] _raters;
    private readonly int[] _labels;
    private readonly int[] _cellStart;
    private readonly int[] _cellLabels;
    private readonly int[] _cellCounts;

    private RatingTable(int[] start, int[] raters, int[] labels, int raterCount, int labelCount)
    {
        (_start, _raters, _labels) = (start, raters, labels);
        (RaterCount, LabelCount) = (raterCount, labelCount);
        (_cellStart, _cellLabels, _cellCounts) = CountCells(start, labels, labelCount);
        for (var item = 0; item < ItemCount; item++)
        {
            PairableCount += start[item + 1] - start[item] >= 2 ? 1 : 0;
        }
    }

    /// <summary>Number of items, those without a verdict included.</summary>
    public int ItemCount => _start.Length - 1;

    /// <summary>Number of raters R; raters are 0 to R-1.</summary>
    public int RaterCount { get; }

    /// <summary>Number of labels C; labels are 0 to C-1, in their order where they have one.</summary>
    public int LabelCount { get; }

    /// <summary>Number of verdicts.</summary>
    public int VerdictCount => _labels.Length;

    /// <summary>Items with two verdicts or more.</summary>
    public int PairableCount { get; }

    /// <summary>The raters of an item, ascending.</summary>
    public ReadOnlySpan<int> Raters(int item) => _raters.AsSpan(_start[item], Verdicts(item));

    /// <summary>The labels that <see cref="Raters"/> gave, in the same order.</summary>
    public ReadOnlySpan<int> Labels(int item) => _labels.AsSpan(_start[item], Verdicts(item));

    /// <summary>How many verdicts an item has.</summary>
    public int Verdicts(int item) => _start[item + 1] - _start[item];

    /// <summary>The labels that an item got, each once.</summary>
    public ReadOnlySpan<int> CellLabels(int item) => _cellLabels.AsSpan(_cellStart[item], _cellStart[item + 1] - _cellStart[item]);

    /// <summary>How often it got each of <see cref="CellLabels"/>.</summary>
    public ReadOnlySpan<int> CellCounts(int item) => _cellCounts.AsSpan(_cellStart[item], _cellStart[item + 1] - _cellStart[item]);

    /// <summary>Gathers verdicts in time and memory linear in their number.</summary>
    /// <param name="items">The item of each verdict, 0 to <paramref name="itemCount"/> - 1.</param>
    /// <param name="raters">Who gave it, 0 to <paramref name="raterCount"/> - 1.</param>
    /// <param name="labels">The label, 0 to <paramref name="labelCount"/> - 1; negative means missing and is passed over.</param>
    /// <param name="itemCount">Number of items.</param>
    /// <param name="raterCount">Number of raters.</param>
    /// <param name="labelCount">Number of labels.</param>
    /// <exception cref="ArgumentException">Lengths differ, an index is out of range, or a rater judged an item twice.</exception>
    public static RatingTable Of(
        ReadOnlySpan<int> items, ReadOnlySpan<int> raters, ReadOnlySpan<int> labels, int itemCount, int raterCount, int labelCount)
    {
        if (items.Length != raters.Length || items.Length != labels.Length)
        {
            throw new ArgumentException($"{items.Length} items, {raters.Length} raters and {labels.Length} labels do not make verdicts.", nameof(items));
        }

        // Two stable counting passes, by rater and then by item, so that each item's raters ascend.
        var byRater = Order(raters, labels, raterCount, "Rater", previous: null, out _);
        var byItem = Order(items, labels, itemCount, "Item", byRater, out var start);
        var (sortedRaters, sortedLabels) = (new int[byItem.Length], new int[byItem.Length]);
        for (var at = 0; at < byItem.Length; at++)
        {
            var verdict = byItem[at];
            (sortedRaters[at], sortedLabels[at]) = (raters[verdict], labels[verdict]);
            if (at > 0 && items[byItem[at - 1]] == items[verdict] && sortedRaters[at - 1] == sortedRaters[at])
            {
                throw new ArgumentException($"Rater {raters[verdict]} judged item {items[verdict]} twice.", nameof(raters));
            }
        }

        LabelArrays.Check(sortedLabels, labelCount, nameof(labels));
        return new(start, sortedRaters, sortedLabels, raterCount, labelCount);
    }

    /// <summary>The same verdicts with other labels, such as one against all others.</summary>
    /// <param name="labelOf">The new label of each old one, 0 to <paramref name="labelCount"/> - 1.</param>
    /// <exception cref="ArgumentException">There is not one new label for each old one, or one is out of range.</exception>
    public RatingTable Relabelled(IReadOnlyList<int> labelOf, int labelCount)
    {
        ArgumentNullException.ThrowIfNull(labelOf);
        if (labelOf.Count != LabelCount)
        {
            throw new ArgumentException($"{LabelCount} labels need as many new ones, not {labelOf.Count}.", nameof(labelOf));
        }

        int[] labels = Array.ConvertAll(_labels, l => labelOf[l]);
        LabelArrays.Check(labels, labelCount, nameof(labelOf));
        return new(_start, _raters, labels, RaterCount, labelCount);
    }

    /// <summary>The same verdicts with two labels: 1 for the one given, 0 for all others.</summary>
    public RatingTable OneAgainstOthers(int label) => Relabelled([.. Enumerable.Range(0, LabelCount).Select(l => l == label ? 1 : 0)], 2);

    private static int[] Order(ReadOnlySpan<int> keys, ReadOnlySpan<int> labels, int keyCount, string what, int[]? previous, out int[] start)
    {
        start = new int[keyCount + 1];
        for (var i = 0; i < keys.Length; i++)
        {
            if ((uint)keys[i] >= (uint)keyCount)
            {
                throw new ArgumentException($"{what} {keys[i]} is outside 0 to {keyCount - 1}.", nameof(keys));
            }

            start[keys[i] + 1] += labels[i] >= 0 ? 1 : 0;
        }

        for (var key = 0; key < keyCount; key++)
        {
            start[key + 1] += start[key];
        }

        var next = start.AsSpan(0, keyCount).ToArray();
        var order = new int[start[keyCount]];
        for (var i = 0; i < (previous?.Length ?? keys.Length); i++)
        {
            var verdict = previous?[i] ?? i;
            if (labels[verdict] >= 0)
            {
                order[next[keys[verdict]]++] = verdict;
            }
        }

        return order;
    }

    private static (int[] Start, int[] Labels, int[] Counts) CountCells(int[] start, int[] labels, int labelCount)
    {
        var cellStart = new int[start.Length];
        var (cellLabels, cellCounts) = (new int[labels.Length], new int[labels.Length]);
        var place = new int[labelCount];
        Array.Fill(place, -1);
        var cells = 0;
        for (var item = 0; item + 1 < start.Length; item++)
        {
            for (var at = start[item]; at < start[item + 1]; at++)
            {
                // A place from before this item belongs to another one.
                if (place[labels[at]] < cellStart[item])
                {
                    place[labels[at]] = cells;
                    cellLabels[cells++] = labels[at];
                }

                cellCounts[place[labels[at]]]++;
            }

            cellStart[item + 1] = cells;
        }

        return (cellStart, cellLabels, cellCounts);
    }
}
