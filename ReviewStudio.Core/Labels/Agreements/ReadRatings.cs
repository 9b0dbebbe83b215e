namespace ReviewStudio.Core.Labels.Agreements;

/// <summary>One reviewer's standing answer on a case, before anybody adjudicated.</summary>
/// <param name="LabelKey">In the labels of the version in force.</param>
public sealed record Rating(long CaseId, long ReviewerId, string LabelKey, DateTime At, bool Blind);

/// <summary>
/// The verdicts that agreement is measured on: one a reviewer and case, the last that stands. Adjudications are left out,
/// since they were given after the others, and gold, which was chosen for being clear; verdicts of earlier policy versions
/// are read in the labels in force.
/// </summary>
public sealed class ReadRatings(RatingStore store) : IUseCase
{
    public Task<List<Rating>> RunAsync(AgreementFilter filter, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return store.WithAsync(
            filter.PolicyId,
            view =>
            {
                var selected = view.Select(filter);
                return selected.Rows.Select((row, i) => new Rating(
                    view.Tables.Cases[row.Case], view.Tables.Reviewers[row.Reviewer], view.Labels[selected.Labels[i]], row.At, !row.Shown)).ToList();
            },
            cancellation);
    }
}
