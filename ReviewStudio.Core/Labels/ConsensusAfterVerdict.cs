using System.Text.Json;
using ReviewStudio.Core.Labels.Adjudication;
using ReviewStudio.Core.Labels.Skills;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels;

/// <summary>
/// Adds the verdicts of a case up to its consensus by the queue's review plan, and appends a labelled example when that
/// changed. Where the label is not sure enough another reviewer is asked, where the plan says so somebody adjudicates.
/// </summary>
public sealed class ConsensusAfterVerdict(TimeProvider clock, LabelCarrier carrier, PolicyBook policies) : IVerdictEffect, IUseCase
{
    /// <inheritdoc />
    public async Task ApplyAsync(StudioDbContext db, HeldCase held, Verdict verdict, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(verdict);
        if (verdict.Purpose == TaskPurpose.Gold)
        {
            // It measures the reviewer; the answer is known already.
            return;
        }

        var reviewCase = held.Case;
        var read = await StandingVerdicts.TranslateAsync(db, held.Verdicts, reviewCase.PolicyVersionId, cancellation);
        var standing = read.Select(v => v.Standing).OfType<StandingVerdict>().ToList();
        var consensus = Consensus.Of(standing, await RuleAsync(db, held.Queue, reviewCase, standing, cancellation));
        await AskFurtherAsync(db, held, consensus, cancellation);
        if (reviewCase.LabelKey is null && consensus.LabelKey is null)
        {
            return;
        }

        // Holding the case has announced the label (see LabelWatermark).
        var before = reviewCase.LabelKey;
        reviewCase.LabelKey = consensus.LabelKey;
        reviewCase.State = consensus.LabelKey is null ? CaseState.Open : CaseState.Labelled;
        reviewCase.ConcurrencyStamp = Guid.NewGuid();
        var example = new LabelledExample
        {
            CaseId = reviewCase.Id,
            PolicyId = reviewCase.PolicyId,
            PolicyVersionId = reviewCase.PolicyVersionId,
            LabelKey = consensus.LabelKey,
            Confidence = consensus.Confidence,
            SoftLabelJson = JsonSerializer.Serialize(consensus.SoftLabel),
            Method = consensus.Method,
            Reviewers = consensus.Reviewers,
            VerdictId = verdict.Id,
            CreatedAt = clock.Instant(),
        };
        db.Add(example);
        example = await FollowPolicyAsync(db, held, cancellation) ?? example;
        await TellAsync(db, held, verdict, before, example, cancellation);
    }

    /// <summary>Another reviewer where the label is not sure enough, somebody to settle it where the plan says so.</summary>
    private static async Task AskFurtherAsync(StudioDbContext db, HeldCase held, Consensus consensus, CancellationToken cancellation)
    {
        if (consensus.WantsAnother && !held.Tasks.Any(t => t.Open && t.Purpose != TaskPurpose.Adjudication))
        {
            held.Add(db, new ReviewTask
            {
                CaseId = held.Case.Id,
                LaneId = await CaseLanes.ForReviewAsync(db, held.Queue, held.Case, cancellation),
                Purpose = TaskPurpose.Review,
                Rank = Ranks.ForTask(held.Queue, held.Case, TaskPurpose.Review, held.Case.Uncertainty, held.Case.Severity),
            });
        }

        if (consensus.AdjudicateBecause is { } because)
        {
            await AdjudicationTasks.AskAsync(db, held.Queue, held.Case, because, cancellation);
        }
        else if (held.Tasks.Any(t => t is { Purpose: TaskPurpose.Adjudication, State: TaskState.Pending }))
        {
            await AdjudicationTasks.CancelAsync(db, held.Case, cancellation);
        }
    }

    /// <summary>
    /// Other systems hear of it when the verdict can no longer be undone. A withdrawal has stopped the message of the
    /// verdict that it takes back, so what they have heard is what counts then, and mostly there is nothing to tell.
    /// </summary>
    private async Task TellAsync(StudioDbContext db, HeldCase held, Verdict verdict, string? before, LabelledExample example, CancellationToken cancellation)
    {
        var heard = verdict.LabelKey is null ? await ConsensusMessages.HeardAsync(db, held.Case.PublicId, cancellation) : before;
        if (heard != example.LabelKey)
        {
            var now = clock.Instant();
            var version = await policies.VersionAsync(example.PolicyVersionId, cancellation);
            ConsensusMessages.Add(db, now, [new CaseLabel(held.Case, example)], version.Policy.Key, version.Number, verdict.PublicId, now.AddSeconds(held.Queue.UndoSeconds));
        }
    }

    /// <summary>
    /// A case that finished on a version no longer in force: its label follows the map at once, so that every stored
    /// label is one of the version in force.
    /// </summary>
    /// <returns>The row that holds the label now; null when it stays as it was.</returns>
    private async Task<LabelledExample?> FollowPolicyAsync(StudioDbContext db, HeldCase held, CancellationToken cancellation)
    {
        var reviewCase = held.Case;
        if (reviewCase.LabelKey is null || held.InForceVersionId is not { } versionId || versionId == reviewCase.PolicyVersionId)
        {
            return null;
        }

        var map = await LabelMaps.ReadAsync(db, reviewCase.PolicyVersionId, versionId, cancellation);
        reviewCase.PolicyVersionId = versionId;

        // What is carried over is read from the database.
        await db.SaveChangesAsync(cancellation);
        return (await carrier.CarryAsync(db, [reviewCase], map, versionId, new PublicationTally(), cancellation)).SingleOrDefault()?.Example;
    }

    private async Task<ConsensusRule> RuleAsync(
        StudioDbContext db, ReviewQueue queue, ReviewCase reviewCase, List<StandingVerdict> standing, CancellationToken cancellation)
    {
        var version = await policies.VersionAsync(reviewCase.PolicyVersionId, cancellation);
        var labels = version.Labels.ConvertAll(l => l.Key);
        var skills = ConsensusRule.NeedsSkills(queue.Plan)
            ? await ReviewerSkills.ReadAsync(db, reviewCase.PolicyId, labels, [.. standing.Select(v => v.ReviewerId)], cancellation)
            : ReviewerSkills.Unknown(labels);
        return ConsensusRule.For(queue, reviewCase, version, skills);
    }
}
