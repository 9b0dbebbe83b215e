using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Metrics.Agreement;

namespace ReviewStudio.Core.Labels.Agreements;

/// <summary>One label before and after, against all others.</summary>
public sealed record LabelChange(string Name, AlphaDifference Difference);

/// <summary>Agreement under two editions of a policy.</summary>
/// <param name="Labels">Label by label.</param>
public sealed record VersionComparison(int First, int Second, AlphaDifference Whole, IReadOnlyList<LabelChange> Labels);

/// <summary>
/// Tells whether reviewers agree better under one edition of a policy than under another. The cases differ, so this is
/// before and after, no experiment; a case judged under both counts for neither.
/// </summary>
public sealed class CompareVersions(RatingStore store) : IUseCase
{
    public Task<VersionComparison> RunAsync(AgreementFilter filter, int first, int second, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        return store.WithAsync(filter.PolicyId, view => Compare(view, filter, first, second), cancellation);
    }

    /// <summary>Numbers of the editions that verdicts were given under, ascending.</summary>
    public Task<List<int>> VersionsAsync(long policyId, CancellationToken cancellation) => store.WithAsync(
        policyId, view => view.Select(new AgreementFilter(policyId)).Rows.Select(r => view.Number(r.Version)).Distinct().Order().ToList(), cancellation);

    private static VersionComparison Compare(RatingView view, AgreementFilter filter, int first, int second)
    {
        var (before, after) = (view.Select(filter with { PolicyVersion = first }), view.Select(filter with { PolicyVersion = second }));
        var both = before.Rows.Select(r => r.Case).ToHashSet();
        both.IntersectWith(after.Rows.Select(r => r.Case));
        (before, after) = (before.Where(i => !both.Contains(before.Rows[i].Case)), after.Where(i => !both.Contains(after.Rows[i].Case)));
        var (one, other) = (before.Numbered().Table, after.Numbered().Table);
        var labels = (view.Version?.Labels ?? []).Select((label, at) => new LabelChange(
            label.Name, AlphaDifference.Of(one.OneAgainstOthers(at), other.OneAgainstOthers(at), (ulong)at + 2)));
        return new VersionComparison(first, second, AlphaDifference.Of(one, other), [.. labels]);
    }
}
