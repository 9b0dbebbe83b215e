using ReviewStudio.Core.Metrics;

namespace ReviewStudio.Core.Training.Heads;

/// <summary>Assigns examples to cross-validation folds, each label evenly.</summary>
internal static class StratifiedFolds
{
    /// <summary>An example of a label with fewer than 2 examples is in no fold: it is always trained on and never predicted.</summary>
    public const int AlwaysTrain = -1;

    /// <summary>The fold of each example, 0 to <paramref name="folds"/>-1, or <see cref="AlwaysTrain"/>.</summary>
    public static int[] Assign(IReadOnlyList<int> labels, int folds, ulong seed)
    {
        var result = new int[labels.Count];
        var random = new SeededRandom(seed);
        var next = 0;
        foreach (var group in Enumerable.Range(0, labels.Count).GroupBy(i => labels[i]).OrderBy(g => g.Key))
        {
            var members = group.ToArray();
            random.Shuffle<int>(members);
            foreach (var i in members)
            {
                // Counting on across labels keeps the folds equally large.
                result[i] = members.Length < 2 ? AlwaysTrain : next++ % folds;
            }
        }

        return result;
    }
}
