using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Metrics.Agreement;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Verdicts as a grid: a row an item, a column a rater, null or -1 for none.</summary>
public static class Grids
{
    public static RatingTable Table(int?[][] grid, int labelCount) => Table([.. grid.Select(r => r.Select(v => v ?? -1).ToArray())], labelCount);

    public static RatingTable Table(int[][] grid, int labelCount)
    {
        List<int> items = [], raters = [], labels = [];
        for (var i = 0; i < grid.Length; i++)
        {
            for (var r = 0; r < grid[i].Length; r++)
            {
                items.Add(i);
                raters.Add(r);
                labels.Add(grid[i][r]);
            }
        }

        return RatingTable.Of([.. items], [.. raters], [.. labels], grid.Length, grid.Length == 0 ? 0 : grid[0].Length, labelCount);
    }

    /// <summary>Items with a hidden true label, and raters who find it with a probability of their own and guess evenly among the others.</summary>
    public static int[][] Draw(ref SeededRandom random, int items, double[] shares, double[] accuracy, double missing) => Draw(ref random, items, shares, accuracy, missing, out _);

    public static int[][] Draw(ref SeededRandom random, int items, double[] shares, double[] accuracy, double missing, out int[] truth)
    {
        var grid = new int[items][];
        truth = new int[items];
        for (var i = 0; i < items; i++)
        {
            var u = random.NextUnit();
            while (truth[i] < shares.Length - 1 && u >= shares[truth[i]])
            {
                u -= shares[truth[i]++];
            }

            grid[i] = new int[accuracy.Length];
            for (var r = 0; r < accuracy.Length; r++)
            {
                var right = random.NextUnit() < accuracy[r];
                var other = (truth[i] + 1 + random.Next(shares.Length - 1)) % shares.Length;
                grid[i][r] = random.NextUnit() < missing ? -1 : right ? truth[i] : other;
            }
        }

        return grid;
    }
}
