namespace ReviewStudio.Core.Metrics.Agreement;

/// <summary>All measures of agreement over one set of verdicts.</summary>
/// <param name="Items">Items with a verdict.</param>
/// <param name="Raters">Raters with a verdict.</param>
/// <param name="Labels">Labels on offer.</param>
/// <param name="Verdicts">Verdicts behind it.</param>
/// <param name="PercentAgreement">Not corrected for chance.</param>
/// <param name="FleissKappa">On names.</param>
/// <param name="KrippendorffAlpha">On the level asked for.</param>
/// <param name="GwetAc1">On names.</param>
/// <param name="CohenKappaMean">The mean over pairs of raters, with the weights asked for.</param>
public sealed record AgreementSummary(
    int Items,
    int Raters,
    int Labels,
    int Verdicts,
    Coefficient PercentAgreement,
    Coefficient FleissKappa,
    Coefficient KrippendorffAlpha,
    Coefficient GwetAc1,
    Coefficient CohenKappaMean)
{
    /// <summary>Computes them.</summary>
    /// <param name="table">The verdicts.</param>
    /// <param name="level">What the labels are to each other, for α.</param>
    /// <param name="values">The numbers that labels stand for at interval level; null means 0 to C-1.</param>
    /// <param name="weights">How much a disagreement counts in Cohen's κ.</param>
    /// <param name="confidence">Nominal coverage of the intervals, in (0, 1).</param>
    public static AgreementSummary Of(
        RatingTable table,
        MeasurementLevel level = MeasurementLevel.Nominal,
        IReadOnlyList<double>? values = null,
        KappaWeights weights = KappaWeights.None,
        double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(table);
        var active = new bool[table.RaterCount];
        var judged = 0;
        for (var item = 0; item < table.ItemCount; item++)
        {
            judged += table.Verdicts(item) > 0 ? 1 : 0;
            foreach (var rater in table.Raters(item))
            {
                active[rater] = true;
            }
        }

        return new(
            judged,
            active.Count(a => a),
            table.LabelCount,
            table.VerdictCount,
            Agreement.PercentAgreement.Of(table, confidence),
            Agreement.FleissKappa.Of(table, confidence),
            Agreement.KrippendorffAlpha.Of(table, level, values, confidence),
            Agreement.GwetAc1.Of(table, confidence),
            CohenKappa.Mean(table, weights, confidence));
    }
}
