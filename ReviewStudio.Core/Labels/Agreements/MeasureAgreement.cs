using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Metrics.Agreement;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Agreements;

/// <summary>A reviewer as a row of the heat map.</summary>
/// <param name="Verdicts">Pairs of verdicts on one case that this reviewer is part of.</param>
/// <param name="WithOthers">Over the shared cases, the mean share of the others who gave the same label.</param>
public sealed record AgreementReviewer(long Id, string Name, string Group, int Verdicts, Coefficient WithOthers);

/// <summary>Agreement within one week.</summary>
/// <param name="Week">The Monday that it begins on, UTC.</param>
public sealed record AgreementWeek(DateTime Week, Coefficient Alpha);

/// <summary>How well the reviewers of a policy agree.</summary>
/// <param name="Labels">The labels in force, in their order; indices of <paramref name="Confusions"/>.</param>
/// <param name="Reviewers">Who shared a case with somebody, by name; indices of <paramref name="Pairs"/>.</param>
/// <param name="Confusions">At [a, b] in how many pairs of verdicts on one case one said a and the other b; symmetric, the diagonal is agreement.</param>
/// <param name="Pairs">Each pair of reviewers with common cases.</param>
/// <param name="Weeks">Krippendorff's α week by week, where a week has cases with two verdicts.</param>
public sealed record AgreementReport(
    AgreementSummary Summary,
    IReadOnlyList<PolicyLabel> Labels,
    IReadOnlyList<AgreementReviewer> Reviewers,
    int[,] Confusions,
    IReadOnlyList<RaterPair> Pairs,
    IReadOnlyList<AgreementWeek> Weeks)
{
    /// <summary>The α that the policy's reviewers should reach.</summary>
    public double Target { get; init; }
}

/// <summary>Measures agreement over the verdicts that a filter lets through.</summary>
public sealed class MeasureAgreement(Database database, RatingStore store) : IUseCase
{
    /// <exception cref="RefusedException"><c>policy.unknown</c>: the policy has no version in force.</exception>
    public async Task<AgreementReport> RunAsync(AgreementFilter filter, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        var people = await NamesAsync(cancellation);
        var target = await database.ReadAsync(db => db.Set<Policy>().Where(p => p.Id == filter.PolicyId).Select(p => p.AgreementTarget).SingleAsync(cancellation), cancellation);
        return await store.WithAsync(filter.PolicyId, view => Measure(view.Select(filter), people) with { Target = target }, cancellation);
    }

    private static AgreementReport Measure(RatingSelection selected, Dictionary<long, (string Name, string Group)> people)
    {
        var version = selected.View.Version
            ?? throw new RefusedException("policy.unknown", "This policy has no published version yet. Publish one; agreement is measured on its labels.");
        var numbered = selected.Numbered();
        var tally = PairTally.Of(numbered.Table);
        var weeks = selected.By(i => Monday(selected.Rows[i].At))
            .Select(w => new AgreementWeek(w.Key, KrippendorffAlpha.Of(w.Part.Numbered().Table))).Where(w => w.Alpha.N > 0).ToList();

        // By name on the page: the order of places means nothing.
        var order = Enumerable.Range(0, numbered.Reviewers.Count).Where(r => tally.Pairs(r) > 0)
            .Select(r => (Rater: r, Id: selected.View.Tables.Reviewers[numbered.Reviewers[r]]))
            .OrderBy(r => people[r.Id].Name, StringComparer.OrdinalIgnoreCase).ThenBy(r => r.Id).ToList();
        var row = order.Select((r, i) => (r.Rater, i)).ToDictionary(r => r.Rater, r => r.i);
        var pairs = RaterPairs.Of(numbered.Table)
            .Select(p => p with { First = Math.Min(row[p.First], row[p.Second]), Second = Math.Max(row[p.First], row[p.Second]) })
            .OrderBy(p => p.First).ThenBy(p => p.Second).ToList();
        var reviewers = order.ConvertAll(r => new AgreementReviewer(r.Id, people[r.Id].Name, people[r.Id].Group, tally.Pairs(r.Rater), tally.WithOthers(r.Rater)));
        return new AgreementReport(AgreementSummary.Of(numbered.Table), version.Labels, reviewers, tally.Confusions, pairs, weeks);
    }

    private Task<Dictionary<long, (string Name, string Group)>> NamesAsync(CancellationToken cancellation) => database.ReadAsync(
        async db => (await db.Set<Reviewer>().Select(r => new { r.Id, r.DisplayName, r.Group }).ToListAsync(cancellation))
            .ToDictionary(r => r.Id, r => (r.DisplayName, r.Group)),
        cancellation);

    internal static DateTime Monday(DateTime at) => at.Date.AddDays(-(((int)at.DayOfWeek + 6) % 7));
}
