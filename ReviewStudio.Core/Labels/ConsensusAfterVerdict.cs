using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels;

/// <summary>
/// Adds the verdicts of a case up to its consensus, and appends a labelled example when that changed. With k = 1 the
/// verdict is the label; with more it is the majority of k, a tie going to the leads for adjudication.
/// </summary>
public sealed class ConsensusAfterVerdict(TimeProvider clock, LabelCarrier carrier) : IVerdictEffect, IUseCase
{
    /// <inheritdoc />
    public async Task ApplyAsync(StudioDbContext db, ReviewQueue queue, ReviewCase reviewCase, Verdict verdict, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(reviewCase);
        ArgumentNullException.ThrowIfNull(verdict);
        var read = await StandingVerdicts.ReadAsync(db, [reviewCase.Id], reviewCase.PolicyVersionId, cancellation);
        var standing = read.Select(v => v.Standing).OfType<StandingVerdict>().ToList();
        var consensus = Consensus.Of(standing, queue.ReviewersPerCase);

        if (consensus.NeedsAdjudication)
        {
            await AskForAdjudicationAsync(db, queue, reviewCase, cancellation);
        }
        else
        {
            await CancelAdjudicationAsync(db, reviewCase, cancellation);
        }

        if (reviewCase.LabelKey is null && consensus.LabelKey is null)
        {
            return;
        }

        await LabelWatermark.AnnounceAsync(db, reviewCase.PolicyId, cancellation);
        reviewCase.LabelKey = consensus.LabelKey;
        reviewCase.State = consensus.LabelKey is null ? CaseState.Open : CaseState.Labelled;
        reviewCase.ConcurrencyStamp = Guid.NewGuid();
        db.Add(new LabelledExample
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
        });
        await db.SaveChangesAsync(cancellation);
        await FollowPolicyAsync(db, reviewCase, cancellation);
    }

    /// <summary>
    /// A case that finished on a version no longer in force: its label follows the map at once, so that every stored
    /// label is one of the version in force.
    /// </summary>
    private async Task FollowPolicyAsync(StudioDbContext db, ReviewCase reviewCase, CancellationToken cancellation)
    {
        var inForce = await PolicyBook.InForceIdAsync(db, reviewCase.PolicyId, cancellation);
        if (reviewCase.LabelKey is null || inForce is not { } versionId || versionId == reviewCase.PolicyVersionId)
        {
            return;
        }

        var map = await LabelMaps.ReadAsync(db, reviewCase.PolicyVersionId, versionId, cancellation);
        reviewCase.PolicyVersionId = versionId;
        await carrier.CarryAsync(db, [reviewCase], map, versionId, new PublicationTally(), cancellation);
    }

    private static async Task AskForAdjudicationAsync(StudioDbContext db, ReviewQueue queue, ReviewCase reviewCase, CancellationToken cancellation)
    {
        var asked = await db.Set<ReviewTask>().AnyAsync(
            t => t.CaseId == reviewCase.Id && t.Purpose == TaskPurpose.Adjudication && t.State != TaskState.Cancelled, cancellation);
        if (asked)
        {
            return;
        }

        var lane = await (
            from task in db.Set<ReviewTask>()
            join l in db.Set<Lane>() on task.LaneId equals l.Id
            where task.CaseId == reviewCase.Id
            orderby task.Id
            select l).AsNoTracking().FirstAsync(cancellation);
        var laneId = await LaneBook.OpenAsync(
            db, new LaneKey(lane.QueueId, lane.Language, lane.Modality, lane.Source, lane.Clearance, LaneAudience.Leads), cancellation);
        db.Add(new ReviewTask
        {
            CaseId = reviewCase.Id,
            LaneId = laneId,
            Purpose = TaskPurpose.Adjudication,
            Rank = Ranks.ForTask(queue, reviewCase, TaskPurpose.Adjudication, reviewCase.Uncertainty, reviewCase.Severity),
            Message = "The reviewers do not agree.",
        });
        await db.SaveChangesAsync(cancellation);
    }

    private static Task<int> CancelAdjudicationAsync(StudioDbContext db, ReviewCase reviewCase, CancellationToken cancellation) =>
        db.Set<ReviewTask>()
            .Where(t => t.CaseId == reviewCase.Id && t.Purpose == TaskPurpose.Adjudication && t.State == TaskState.Pending)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.State, TaskState.Cancelled), cancellation);
}
