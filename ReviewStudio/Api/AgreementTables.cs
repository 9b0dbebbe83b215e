using System.Globalization;
using ReviewStudio.Core.Labels.Agreements;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Metrics.Agreement;

namespace ReviewStudio.Api;

/// <summary>The figures of the pages on agreement as rows of cells, the first being the names of the columns.</summary>
internal static class AgreementTables
{
    public static IEnumerable<object?[]> Verdicts(IEnumerable<Rating> ratings) =>
        ratings.Select(r => new object?[] { r.CaseId, r.ReviewerId, r.LabelKey, r.At, r.Blind ? "yes" : "no" }).Prepend(["item", "rater", "label", "at", "blind"]);

    public static IEnumerable<object?[]> Measures(AgreementReport report) => new (string Name, Coefficient Value)[]
        {
            ("krippendorff_alpha", report.Summary.KrippendorffAlpha), ("fleiss_kappa", report.Summary.FleissKappa), ("gwet_ac1", report.Summary.GwetAc1),
            ("cohen_kappa_mean", report.Summary.CohenKappaMean), ("percent_agreement", report.Summary.PercentAgreement),
        }.Select(m => Figures(m.Value).Prepend(m.Name).ToArray()).Prepend(["measure", "value", "lower", "upper", "n", "why_not"]);

    public static IEnumerable<object?[]> Weeks(AgreementReport report) =>
        report.Weeks.Select(w => Figures(w.Alpha).Prepend(w.Week.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).ToArray()).Prepend(["week", "alpha", "lower", "upper", "n", "why_not"]);

    public static IEnumerable<object?[]> Labels(AgreementReport report) =>
        from a in Enumerable.Range(-1, report.Labels.Count + 1)
        from row in a < 0
            ? [new object?[] { "one_said", "other_said", "pairs" }]
            : Enumerable.Range(a, report.Labels.Count - a).Select(b => new object?[] { report.Labels[a].Key, report.Labels[b].Key, report.Confusions[a, b] })
        select row;

    public static IEnumerable<object?[]> Pairs(AgreementReport report) =>
        report.Pairs.Select(p => new object?[] { report.Reviewers[p.First].Name, report.Reviewers[p.Second].Name }.Concat(Figures(p.Agreement)).Concat([p.Kappa.Value, p.Kappa.Interval?.Lower, p.Kappa.Interval?.Upper]).ToArray())
            .Prepend(["reviewer", "other", "agreement", "lower", "upper", "n", "why_not", "kappa", "kappa_lower", "kappa_upper"]);

    public static IEnumerable<object?[]> Reviewers(AgreementReport report) =>
        report.Reviewers.Select(r => new object?[] { r.Id, r.Name, r.Group }.Concat(Figures(r.WithOthers)).ToArray()).Prepend(["id", "reviewer", "team", "with_others", "lower", "upper", "n", "why_not"]);

    public static IEnumerable<object?[]> Parts(AgreementParts parts) =>
        parts.Parts.Select(p => new object?[] { p.Name }.Concat(Figures(p.Alpha)).Concat([p.Agreement.Value, p.Verdicts]).ToArray())
            .Prepend([parts.Split.ToString().ToLowerInvariant(), "alpha", "lower", "upper", "n", "why_not", "percent_agreement", "verdicts"]);

    public static IEnumerable<object?[]> Gold(GoldReport report) =>
        report.Reviewers.Select(r => new object?[] { r.Id, r.Name, r.Right, r.N, r.Interval?.Lower, r.Interval?.Upper }).Prepend(["id", "reviewer", "right", "met", "lower", "upper"]);

    private static IEnumerable<object?> Figures(Coefficient value) => [value.Value, value.Interval?.Lower, value.Interval?.Upper, value.N, value.WhyNot];
}
