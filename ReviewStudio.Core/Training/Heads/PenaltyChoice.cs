namespace ReviewStudio.Core.Training.Heads;

/// <summary>Picks a penalty from noisy cross-validated scores.</summary>
internal static class PenaltyChoice
{
    /// <summary>
    /// The index of the greatest score after smoothing. Macro-F1 hangs on a few rare examples, so that neighbouring
    /// penalties differ by chance; a parabola through the scores over ln(penalty), fitted by least squares, keeps the
    /// trend. Fewer than 4 candidates are taken as they are. On a tie the heavier penalty wins.
    /// </summary>
    /// <param name="penalties">Ascending, above 0.</param>
    /// <param name="scores">One a penalty; more is better.</param>
    public static int Best(IReadOnlyList<double> penalties, IReadOnlyList<double> scores)
    {
        var smooth = penalties.Count < 4 ? [.. scores] : Parabola([.. penalties.Select(p => Math.Log(p))], scores);
        var best = 0;
        for (var i = 1; i < smooth.Length; i++)
        {
            best = smooth[i] >= smooth[best] ? i : best;
        }

        return best;
    }

    private static double[] Parabola(double[] x, IReadOnlyList<double> y)
    {
        // Orthogonal polynomials over the points themselves: no normal equations to solve.
        var mean = x.Average();
        var linear = Array.ConvertAll(x, v => v - mean);
        var spread = linear.Sum(v => v * v);
        var skew = linear.Sum(v => v * v * v) / spread;
        var square = Array.ConvertAll(linear, v => (v * v) - (skew * v) - (spread / x.Length));
        var average = y.Average();
        var slope = linear.Zip(y, (v, s) => v * s).Sum() / spread;
        var bend = square.Zip(y, (v, s) => v * s).Sum() / square.Sum(v => v * v);
        return [.. linear.Zip(square, (l, q) => average + (slope * l) + (bend * q))];
    }
}
