using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Metrics.Agreement;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Agreements;

/// <summary>A reviewer as a row of the heat map.</summary>
/// <param name="Verdicts">Verdicts on cases that somebody else judged as well.</param>
/// <param name="WithOthers">The share of those pairs in which the other gave the same label.</param>
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
/// <param name="WithinGroups">Share of pairs from one group that agree.</param>
/// <param name="BetweenGroups">Share of pairs from two groups that agree.</param>
public sealed record AgreementReport(
    AgreementSummary Summary,
    IReadOnlyList<PolicyLabel> Labels,
    IReadOnlyList<AgreementReviewer> Reviewers,
    int[,] Confusions,
    IReadOnlyList<RaterPair> Pairs,
    IReadOnlyList<AgreementWeek> Weeks,
    double? WithinGroups,
    double? BetweenGroups);

/// <summary>Measures agreement over the verdicts that a filter lets through.</summary>
public sealed class MeasureAgreement(Database database, PolicyBook policies, ReadRatings ratings) : IUseCase
{
    /// <exception cref="RefusedException"><c>policy.unknown</c>: the policy has no version in force.</exception>
    public async Task<AgreementReport> RunAsync(AgreementFilter filter, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        var version = await policies.InForceAsync(filter.PolicyId, cancellation)
            ?? throw new RefusedException("policy.unknown", "This policy has no published version yet. Publish one; agreement is measured on its labels.");
        var read = await ratings.RunAsync(filter, cancellation);
        var several = read.GroupBy(r => r.CaseId).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet();
        var names = await NamesAsync([.. read.Where(r => several.Contains(r.CaseId)).Select(r => r.ReviewerId).Distinct()], cancellation);
        var all = RatingIndex.Of(read, [.. version.Labels.Select(l => l.Key)], names.ConvertAll(n => n.Id));
        var pairs = RaterPairs.Of(all.Table);
        var weeks = read.GroupBy(r => Monday(r.At)).OrderBy(g => g.Key)
            .Select(g => new AgreementWeek(g.Key, KrippendorffAlpha.Of(RatingIndex.Of([.. g], [.. version.Labels.Select(l => l.Key)], names.ConvertAll(n => n.Id)).Table)))
            .Where(w => w.Alpha.N > 0).ToList();
        var groups = new GroupCount();
        var confusions = new int[version.Labels.Count, version.Labels.Count];
        var own = new (int Same, int All)[names.Count];
        all.EachPair((first, second, a, b) =>
        {
            confusions[a, b]++;
            confusions[b, a] += a == b ? 0 : 1;
            own[first] = (own[first].Same + (a == b ? 1 : 0), own[first].All + 1);
            own[second] = (own[second].Same + (a == b ? 1 : 0), own[second].All + 1);
            groups.Add(names[first].Group, names[second].Group, a == b);
        });
        var reviewers = names.Select((n, i) => new AgreementReviewer(n.Id, n.Name, n.Group, own[i].All, all.WithOthers(i))).ToList();
        return new AgreementReport(AgreementSummary.Of(all.Table), version.Labels, reviewers, confusions, pairs, weeks, groups.Within, groups.Between);
    }

    private Task<List<(long Id, string Name, string Group)>> NamesAsync(List<long> ids, CancellationToken cancellation) => database.ReadAsync(
        async db => (await db.Set<Reviewer>().Where(r => ids.Contains(r.Id)).OrderBy(r => r.DisplayName).ThenBy(r => r.Id)
            .Select(r => new { r.Id, r.DisplayName, r.Group }).ToListAsync(cancellation)).ConvertAll(r => (r.Id, r.DisplayName, r.Group)),
        cancellation);

    private static DateTime Monday(DateTime at) => at.Date.AddDays(-(((int)at.DayOfWeek + 6) % 7));

    private sealed class GroupCount
    {
        private (int Same, int All) _within;
        private (int Same, int All) _between;

        public double? Within => _within.All == 0 ? null : (double)_within.Same / _within.All;

        public double? Between => _between.All == 0 ? null : (double)_between.Same / _between.All;

        public void Add(string first, string second, bool same)
        {
            // Who belongs to no group tells nothing about groups.
            if (first.Length == 0 || second.Length == 0)
            {
                return;
            }

            ref var count = ref (first == second ? ref _within : ref _between);
            count = (count.Same + (same ? 1 : 0), count.All + 1);
        }
    }
}
