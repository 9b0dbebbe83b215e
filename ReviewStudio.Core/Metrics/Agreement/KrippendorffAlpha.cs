namespace ReviewStudio.Core.Metrics.Agreement;

/// <summary>Agreement of any number of raters, any of them missing, on names, ranks or numbers.</summary>
public static class KrippendorffAlpha
{
    /// <summary>
    /// α = 1 − D_o/D_e (Krippendorff, Computing Krippendorff's alpha-reliability, 2011). With m_u verdicts on unit u, label
    /// totals n_c over the units with m_u ≥ 2, and n = Σ n_c: D_o = (1/n)·Σ_u (1/(m_u − 1))·Σ_{i,j} δ²(i, j) over the ordered
    /// pairs of the unit, D_e = Σ_{c,k} n_c·n_k·δ²(c, k) / n(n − 1).
    /// <para>
    /// Every δ² here is a squared distance of points: numbers for interval, the mid-ranks R_c = Σ_{g&lt;c} n_g + n_c/2 for
    /// ordinal, since Σ_{g=c..k} n_g − (n_c + n_k)/2 = R_k − R_c. A sum over pairs is then 2·m·Σ(x − x̄)², so all is exact in
    /// time linear in the verdicts and no C×C table is needed.
    /// </para>
    /// </summary>
    /// <param name="table">The verdicts; labels in their order where the level is ordinal.</param>
    /// <param name="level">What the labels are to each other.</param>
    /// <param name="values">The number that each label stands for, f64[C]; null means 0 to C-1. Used for interval only.</param>
    /// <param name="confidence">Nominal coverage of the interval, in (0, 1).</param>
    /// <exception cref="ArgumentException">The values are not C finite numbers.</exception>
    public static Coefficient Of(
        RatingTable table, MeasurementLevel level = MeasurementLevel.Nominal, IReadOnlyList<double>? values = null, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (CategoryShares.WhyNoPairs(table) is { } why)
        {
            return Coefficient.Undefined(table.PairableCount, why);
        }

        var totals = Totals(table);
        var total = totals.Sum();
        if (totals.Count(t => t > 0) < 2)
        {
            return Coefficient.Undefined(table.PairableCount, "Not defined: only one label was ever given, so chance alone explains all agreement.");
        }

        var parts = level switch
        {
            MeasurementLevel.Nominal => NominalParts(table, totals),
            MeasurementLevel.Ordinal => PointParts(table, totals, MidRanks(totals), moving: true),
            _ => PointParts(table, totals, Checked(values, table.LabelCount), moving: false),
        };
        if (parts.Expected <= 0)
        {
            return Coefficient.Undefined(table.PairableCount, "Not defined: all labels given stand for the same number.");
        }

        return ItemSpread.Finish(
            1 - ((total - 1) * parts.Observed / parts.Expected), Squares(table, parts, total), table.PairableCount, totals.Max() / total, confidence);
    }

    private static double Squares(RatingTable table, AlphaParts parts, double total)
    {
        double squares = 0, observed = parts.Observed, expected = parts.Expected;
        for (var unit = 0; unit < table.ItemCount; unit++)
        {
            if (table.Verdicts(unit) >= 2)
            {
                var (ownObserved, ownExpected) = (parts.UnitObserved[unit], parts.UnitExpected[unit]);
                var influence = (((table.Verdicts(unit) * observed) + (total * ownObserved)) / expected) - (total * observed * ownExpected / (expected * expected));
                squares += influence * influence;
            }
        }

        return squares;
    }

    private static double[] Totals(RatingTable table)
    {
        var totals = new double[table.LabelCount];
        for (var unit = 0; unit < table.ItemCount; unit++)
        {
            if (table.Verdicts(unit) >= 2)
            {
                foreach (var label in table.Labels(unit))
                {
                    totals[label]++;
                }
            }
        }

        return totals;
    }

    private static AlphaParts NominalParts(RatingTable table, double[] totals)
    {
        var parts = new AlphaParts(table.ItemCount);
        double total = totals.Sum(), same = totals.Sum(t => t * t);
        parts.Expected = (total * total) - same;
        for (var unit = 0; unit < table.ItemCount; unit++)
        {
            double verdicts = table.Verdicts(unit), agreeing = 0, meeting = 0;
            if (verdicts < 2)
            {
                continue;
            }

            var labels = table.CellLabels(unit);
            var counts = table.CellCounts(unit);
            for (var k = 0; k < labels.Length; k++)
            {
                agreeing += (double)counts[k] * counts[k];
                meeting += totals[labels[k]] * counts[k];
            }

            parts.UnitObserved[unit] = ((verdicts * verdicts) - agreeing) / (verdicts - 1);
            parts.UnitExpected[unit] = 2 * ((total * verdicts) - meeting);
            parts.Observed += parts.UnitObserved[unit];
        }

        return parts;
    }

    /// <param name="table">The verdicts.</param>
    /// <param name="totals">n_c.</param>
    /// <param name="points">Where each label lies.</param>
    /// <param name="moving">Whether the points are mid-ranks, which each unit moves a little.</param>
    private static AlphaParts PointParts(RatingTable table, double[] totals, double[] points, bool moving)
    {
        var parts = new AlphaParts(table.ItemCount);
        var total = totals.Sum();
        var centre = Enumerable.Range(0, points.Length).Sum(c => totals[c] * points[c]) / total;
        var x = Array.ConvertAll(points, p => p - centre);
        var spread = Enumerable.Range(0, x.Length).Sum(c => totals[c] * x[c] * x[c]);
        parts.Expected = 2 * total * spread;
        var pull = new double[x.Length];
        for (var unit = 0; unit < table.ItemCount; unit++)
        {
            double verdicts = table.Verdicts(unit), sum = 0, squares = 0, around = 0;
            if (verdicts < 2)
            {
                continue;
            }

            var labels = table.CellLabels(unit);
            var counts = table.CellCounts(unit);
            for (var k = 0; k < labels.Length; k++)
            {
                sum += counts[k] * x[labels[k]];
                squares += counts[k] * x[labels[k]] * x[labels[k]];
            }

            for (var k = 0; k < labels.Length; k++)
            {
                var off = x[labels[k]] - (sum / verdicts);
                around += counts[k] * off * off;
                pull[labels[k]] += 4 * verdicts / (verdicts - 1) * counts[k] * off;
            }

            parts.UnitObserved[unit] = 2 * verdicts / (verdicts - 1) * around;
            parts.UnitExpected[unit] = 2 * ((verdicts * spread) + (total * squares));
            parts.Observed += parts.UnitObserved[unit];
        }

        if (moving)
        {
            MoveRanks(table, parts, Reach(pull), Reach([.. x.Select((p, c) => 4 * total * totals[c] * p)]));
        }

        return parts;
    }

    /// <summary>A verdict of label g moves the mid-rank of g by ½ and those above by 1: what that does to a sum with these slopes.</summary>
    private static double[] Reach(double[] slopes)
    {
        var reach = new double[slopes.Length];
        double above = 0;
        for (var c = slopes.Length - 1; c >= 0; c--)
        {
            reach[c] = above + (slopes[c] / 2);
            above += slopes[c];
        }

        return reach;
    }

    private static void MoveRanks(RatingTable table, AlphaParts parts, double[] observed, double[] expected)
    {
        for (var unit = 0; unit < table.ItemCount; unit++)
        {
            if (table.Verdicts(unit) >= 2)
            {
                foreach (var label in table.Labels(unit))
                {
                    parts.UnitObserved[unit] += observed[label];
                    parts.UnitExpected[unit] += expected[label];
                }
            }
        }
    }

    private static double[] MidRanks(double[] totals)
    {
        var ranks = new double[totals.Length];
        double below = 0;
        for (var c = 0; c < totals.Length; c++)
        {
            ranks[c] = below + (totals[c] / 2);
            below += totals[c];
        }

        return ranks;
    }

    private static double[] Checked(IReadOnlyList<double>? values, int labelCount)
    {
        double[] numbers = values is null ? [.. Enumerable.Range(0, labelCount)] : [.. values];
        return numbers.Length == labelCount && numbers.All(double.IsFinite)
            ? numbers
            : throw new ArgumentException($"{labelCount} labels need as many finite numbers.", nameof(values));
    }

    /// <summary>Σ_u A_u and Σ n_c·n_k·δ², and how much each unit adds to them.</summary>
    private sealed class AlphaParts(int units)
    {
        public double Observed { get; set; }

        public double Expected { get; set; }

        public double[] UnitObserved { get; } = new double[units];

        public double[] UnitExpected { get; } = new double[units];
    }
}
