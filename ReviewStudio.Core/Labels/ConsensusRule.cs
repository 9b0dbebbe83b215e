using ReviewStudio.Core.Labels.Skills;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;

namespace ReviewStudio.Core.Labels;

/// <summary>How the verdicts of one case add up.</summary>
/// <param name="Wanted">Verdicts wanted before anything is concluded.</param>
/// <param name="Plan">The queue's review plan.</param>
/// <param name="Skills">What is known of the reviewers.</param>
/// <param name="Severities">Severity by label key.</param>
public sealed record ConsensusRule(int Wanted, ReviewPlan Plan, ReviewerSkills Skills, IReadOnlyDictionary<string, int> Severities)
{
    /// <summary>Whether reviewers' records matter to it at all.</summary>
    public static bool NeedsSkills(ReviewPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.SureAt > 0 || plan.Method != ConsensusMethods.Majority;
    }

    /// <summary>The rule of a case.</summary>
    public static ConsensusRule For(ReviewQueue queue, ReviewCase reviewCase, PolicyVersion version, ReviewerSkills skills)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(reviewCase);
        ArgumentNullException.ThrowIfNull(version);
        return new(
            queue.Plan.WantedFor(reviewCase.PublicId), queue.Plan, skills,
            version.Labels.ToDictionary(l => l.Key, l => l.Severity, StringComparer.Ordinal));
    }
}
