using System.Text.Json;
using Microsoft.EntityFrameworkCore;
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
    public async Task ApplyAsync(StudioDbContext db, ReviewQueue queue, ReviewCase reviewCase, Verdict verdict, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(reviewCase);
        ArgumentNullException.ThrowIfNull(verdict);
        if (verdict.Purpose == TaskPurpose.Gold)
        {
            // It measures the reviewer; the answer is known already.
            return;
        }

        var read = await StandingVerdicts.ReadAsync(db, [reviewCase.Id], reviewCase.PolicyVersionId, cancellation);
        var standing = read.Select(v => v.Standing).OfType<StandingVerdict>().ToList();
        var consensus = Consensus.Of(standing, await RuleAsync(db, queue, reviewCase, standing, cancellation));
        if (consensus.WantsAnother)
        {
            await AskAnotherAsync(db, queue, reviewCase, cancellation);
        }

        if (consensus.AdjudicateBecause is { } because)
        {
            await AdjudicationTasks.AskAsync(db, queue, reviewCase, because, cancellation);
        }
        else
        {
            await AdjudicationTasks.CancelAsync(db, reviewCase, cancellation);
        }

        if (reviewCase.LabelKey is null && consensus.LabelKey is null)
        {
            return;
        }

        var before = reviewCase.LabelKey;
        await LabelWatermark.AnnounceAsync(db, reviewCase.PolicyId, cancellation);
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
        await db.SaveChangesAsync(cancellation);
        example = await FollowPolicyAsync(db, reviewCase, cancellation) ?? example;
        await TellAsync(db, queue, reviewCase, verdict, before, example, cancellation);
    }

    /// <summary>
    /// Other systems hear of it when the verdict can no longer be undone. A withdrawal has stopped the message of the
    /// verdict that it takes back, so what they have heard is what counts then, and mostly there is nothing to tell.
    /// </summary>
    private async Task TellAsync(
        StudioDbContext db, ReviewQueue queue, ReviewCase reviewCase, Verdict verdict, string? before, LabelledExample example, CancellationToken cancellation)
    {
        var heard = verdict.LabelKey is null ? await ConsensusMessages.HeardAsync(db, reviewCase.PublicId, cancellation) : before;
        if (heard != example.LabelKey)
        {
            var now = clock.Instant();
            await ConsensusMessages.AddAsync(db, now, [new CaseLabel(reviewCase, example)], verdict.PublicId, now.AddSeconds(queue.UndoSeconds), cancellation);
            await db.SaveChangesAsync(cancellation);
        }
    }

    /// <summary>
    /// A case that finished on a version no longer in force: its label follows the map at once, so that every stored
    /// label is one of the version in force.
    /// </summary>
    /// <returns>The row that holds the label now; null when it stays as it was.</returns>
    private async Task<LabelledExample?> FollowPolicyAsync(StudioDbContext db, ReviewCase reviewCase, CancellationToken cancellation)
    {
        var inForce = await PolicyBook.InForceIdAsync(db, reviewCase.PolicyId, cancellation);
        if (reviewCase.LabelKey is null || inForce is not { } versionId || versionId == reviewCase.PolicyVersionId)
        {
            return null;
        }

        var map = await LabelMaps.ReadAsync(db, reviewCase.PolicyVersionId, versionId, cancellation);
        reviewCase.PolicyVersionId = versionId;
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

    /// <summary>One more reviewer, unless somebody is asked already.</summary>
    private static async Task AskAnotherAsync(StudioDbContext db, ReviewQueue queue, ReviewCase reviewCase, CancellationToken cancellation)
    {
        if (await db.Set<ReviewTask>().AnyAsync(
            t => t.CaseId == reviewCase.Id && (t.State == TaskState.Pending || t.State == TaskState.Leased) && t.Purpose != TaskPurpose.Adjudication, cancellation))
        {
            return;
        }

        db.Add(new ReviewTask
        {
            CaseId = reviewCase.Id,
            LaneId = await CaseLanes.ForReviewAsync(db, queue, reviewCase, cancellation),
            Purpose = TaskPurpose.Review,
            Rank = Ranks.ForTask(queue, reviewCase, TaskPurpose.Review, reviewCase.Uncertainty, reviewCase.Severity),
        });
        await db.SaveChangesAsync(cancellation);
    }
}
