using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Errors;

/// <summary>A suspect and what became of it.</summary>
/// <param name="LabelKey">The label now.</param>
/// <param name="Looked">Somebody has looked again.</param>
public sealed record SuspectView(
    Guid CaseId, string Text, string Language, string GivenKey, string SuggestedKey, double GivenProbability, double SuggestedProbability, DateTime FoundAt, string? LabelKey, bool Looked)
{
    /// <summary>The look changed the label.</summary>
    public bool Changed => Looked && !string.Equals(LabelKey, GivenKey, StringComparison.Ordinal);
}

/// <summary>Suspects of a policy.</summary>
/// <param name="Suspects">Those that wait first, the most suspect first.</param>
/// <param name="Right">Share of those looked at whose label was indeed changed, Wilson 95 %; null where none was looked at.</param>
public sealed record SuspectReport(IReadOnlyList<SuspectView> Suspects, int Looked, int Changed, Interval? Right)
{
    public int Waiting => Suspects.Count(s => !s.Looked);
}

/// <summary>Lists the labels that are probably wrong, and how often they were.</summary>
public sealed class ListSuspects(Database database) : IUseCase
{
    /// <summary>Most suspects listed, the latest.</summary>
    public const int Most = 500;

    public Task<SuspectReport> RunAsync(long policyId, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        return database.ReadAsync(
            async db =>
            {
                var rows = await (
                    from suspect in db.Set<LabelSuspect>()
                    join reviewCase in db.Set<ReviewCase>() on suspect.CaseId equals reviewCase.Id
                    join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
                    join task in db.Set<ReviewTask>() on suspect.TaskId equals task.Id
                    where suspect.PolicyId == policyId && task.State != TaskState.Cancelled
                    orderby suspect.Id descending
                    select new SuspectView(
                        reviewCase.PublicId, item.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text).FirstOrDefault() ?? "", item.Language,
                        suspect.GivenKey, suspect.SuggestedKey, suspect.GivenProbability, suspect.SuggestedProbability, suspect.FoundAt, reviewCase.LabelKey,
                        task.State == TaskState.Done)).Take(Most).ToListAsync(cancellation);
                var looked = rows.Where(r => r.Looked).ToList();
                var changed = looked.Count(r => r.Changed);
                return new SuspectReport(
                    [.. rows.OrderBy(r => r.Looked).ThenByDescending(r => r.SuggestedProbability - r.GivenProbability)],
                    looked.Count, changed, Proportion.Wilson(changed, looked.Count));
            },
            cancellation);
    }
}
