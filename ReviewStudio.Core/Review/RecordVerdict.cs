using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Queue.Ranking;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>A part of the content that made the reviewer decide.</summary>
public sealed record RationaleMark(int PartOrdinal, RationaleKind Kind, double Start, double End, double Top = 0, double Bottom = 0);

/// <summary>An answer on its way in.</summary>
/// <param name="VerdictId">Chosen by the client and kept over retries.</param>
/// <param name="Claim">The claim that it answers.</param>
/// <param name="PolicyVersionId">The version whose labels were shown.</param>
/// <param name="LabelKey">The answer.</param>
/// <param name="ElapsedMilliseconds">From showing to answering.</param>
public sealed record VerdictRequest(
    Guid VerdictId,
    TaskClaim Claim,
    long PolicyVersionId,
    string LabelKey,
    int ElapsedMilliseconds,
    string Note = "",
    IReadOnlyList<RationaleMark>? Rationales = null);

/// <summary>A verdict that is in.</summary>
/// <param name="UndoUntil">Until when it may be undone.</param>
public sealed record RecordedVerdict(Guid VerdictId, string LabelKey, DateTime UndoUntil);

/// <summary>
/// Records a verdict: the verdict, the end of its lease, the consensus change, the audit event and the outbox message
/// commit together or not at all.
/// </summary>
public sealed class RecordVerdict(
    Database database, TimeProvider clock, PolicyBook policies, IEnumerable<IVerdictEffect> effects, IEnumerable<IVerdictFollowUp> followUps) : IUseCase
{
    /// <summary>The longest note, in characters.</summary>
    public const int LongestNote = 10_000;

    /// <exception cref="RefusedException">
    /// <c>lease.stale</c>: the claim ran out and was taken; <c>label.unknown</c>: the policy moved on;
    /// <c>verdict.conflict</c>: the id was used for another answer.
    /// </exception>
    public async Task<RecordedVerdict> RunAsync(VerdictRequest request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Moderator, Roles.PolicyLead);
        if (request.Note.Length > LongestNote)
        {
            throw new RefusedException("note.long", $"The note has {request.Note.Length:N0} characters; {LongestNote:N0} fit. Shorten it.");
        }

        var (recorded, queueId) = await database.WriteAsync(db => RecordAsync(db, request, actor, cancellation), cancellation);
        if (queueId is { } id)
        {
            foreach (var followUp in followUps)
            {
                await followUp.AfterAsync(id, cancellation);
            }
        }

        return recorded;
    }

    private async Task<(RecordedVerdict Recorded, long? QueueId)> RecordAsync(
        StudioDbContext db, VerdictRequest request, Actor actor, CancellationToken cancellation)
    {
        var earlier = await db.Set<Verdict>().AsNoTracking().SingleOrDefaultAsync(v => v.PublicId == request.VerdictId, cancellation);
        if (earlier is not null)
        {
            return (await ReplayAsync(db, earlier, request, actor, cancellation), null);
        }

        await db.HoldRowAsync<ReviewTask>(request.Claim.TaskId, cancellation);
        var task = await HeldTask.LoadAsync(db, request.Claim, actor, cancellation);

        // Two reviewers of one case may answer at the same moment: the second must see the first one's verdict.
        await db.HoldRowAsync<ReviewCase>(task.CaseId, cancellation);
        var reviewCase = await db.Set<ReviewCase>().SingleAsync(c => c.Id == task.CaseId, cancellation);
        var queue = await db.Set<ReviewQueue>().AsNoTracking().SingleAsync(q => q.Id == reviewCase.QueueId, cancellation);
        var label = await LabelAsync(db, reviewCase, request, cancellation);
        var now = clock.Instant();
        var verdict = new Verdict
        {
            PublicId = request.VerdictId,
            TaskId = task.Id,
            CaseId = reviewCase.Id,
            ReviewerId = actor.ReviewerId,
            LabelKey = label,
            FencingToken = task.FencingToken,
            PolicyVersionId = reviewCase.PolicyVersionId,
            HeadId = task.ClaimedHeadId,
            Probabilities = task.ClaimedProbabilities,
            RankReason = await ReasonAsync(db, queue, task, cancellation),
            Purpose = task.Purpose,
            Stratum = reviewCase.Stratum,
            SamplingProbability = reviewCase.AuditProbability,
            InAuditSample = reviewCase.InAuditSample,
            PredictionShown = !task.Blind && task.ClaimedProbabilities is not null,
            ElapsedMilliseconds = Math.Max(0, request.ElapsedMilliseconds),
            Note = request.Note,
            CreatedAt = now,
        };
        verdict.Rationales.AddRange((request.Rationales ?? []).Select(r => new Rationale
        {
            PartOrdinal = r.PartOrdinal,
            Kind = r.Kind,
            Start = r.Start,
            End = r.End,
            Top = r.Top,
            Bottom = r.Bottom,
        }));
        db.Add(verdict);
        task.State = TaskState.Done;
        task.LeasedUntil = null;
        await db.Set<Draft>().Where(d => d.TaskId == task.Id && d.ReviewerId == actor.ReviewerId).ExecuteDeleteAsync(cancellation);
        await db.SaveChangesAsync(cancellation);

        foreach (var effect in effects)
        {
            await effect.ApplyAsync(db, queue, reviewCase, verdict, cancellation);
        }

        var undoUntil = now.AddSeconds(queue.UndoSeconds);
        db.Record(clock, actor, "verdict.recorded", "case", reviewCase.PublicId, new { verdict = verdict.PublicId, label, purpose = task.Purpose.ToString() });
        db.Add(new OutboxMessage
        {
            Topic = OutboxTopics.VerdictRecorded,
            SubjectId = verdict.PublicId,
            PayloadJson = await PayloadAsync(reviewCase, verdict, cancellation),
            CreatedAt = now,
            NotBefore = undoUntil,
        });
        await db.SaveChangesAsync(cancellation);
        return (new RecordedVerdict(verdict.PublicId, label, undoUntil), queue.Id);
    }

    private async Task<string> PayloadAsync(ReviewCase reviewCase, Verdict verdict, CancellationToken cancellation)
    {
        var version = await policies.VersionAsync(verdict.PolicyVersionId, cancellation);
        return JsonSerializer.Serialize(new
        {
            verdict = verdict.PublicId,
            @case = reviewCase.PublicId,
            policy = version.Policy.Key,
            policyVersion = version.Number,
            label = verdict.LabelKey,
            purpose = JsonNamingPolicy.CamelCase.ConvertName(verdict.Purpose.ToString()),
        });
    }

    private static async Task<RecordedVerdict> ReplayAsync(
        StudioDbContext db, Verdict earlier, VerdictRequest request, Actor actor, CancellationToken cancellation)
    {
        if (earlier.TaskId != request.Claim.TaskId || earlier.ReviewerId != actor.ReviewerId || earlier.FencingToken != request.Claim.FencingToken)
        {
            throw new RefusedException("verdict.conflict", "This verdict id was already used for another answer. Send a new id with a new answer.");
        }

        var undoSeconds = await (
            from reviewCase in db.Set<ReviewCase>()
            join queue in db.Set<ReviewQueue>() on reviewCase.QueueId equals queue.Id
            where reviewCase.Id == earlier.CaseId
            select queue.UndoSeconds).SingleAsync(cancellation);
        return new RecordedVerdict(earlier.PublicId, earlier.LabelKey ?? "", earlier.CreatedAt.AddSeconds(undoSeconds));
    }

    /// <summary>The label in the case's version: as asked for, or where publishing has moved it meanwhile.</summary>
    private async Task<string> LabelAsync(StudioDbContext db, ReviewCase reviewCase, VerdictRequest request, CancellationToken cancellation)
    {
        var version = await policies.VersionAsync(reviewCase.PolicyVersionId, cancellation);
        var key = request.LabelKey;
        if (request.PolicyVersionId != reviewCase.PolicyVersionId)
        {
            key = (await LabelMaps.ReadAsync(db, request.PolicyVersionId, reviewCase.PolicyVersionId, cancellation)).Find(request.LabelKey);
        }

        return version.Labels.Any(l => string.Equals(l.Key, key, StringComparison.Ordinal))
            ? key!
            : throw new RefusedException(
                "label.unknown",
                $"'{request.LabelKey}' is not a label of {version.Policy.Name} version {version.Number}, which came into force meanwhile. Look at the labels again; your draft is kept.");
    }

    private async Task<string> ReasonAsync(StudioDbContext db, ReviewQueue queue, ReviewTask task, CancellationToken cancellation)
    {
        if (task.ClaimedHeadId is not { } headId || task.ClaimedProbabilities is not { } bytes)
        {
            return RankReason.Of([], []);
        }

        var head = await db.Set<Head>().AsNoTracking().SingleAsync(h => h.Id == headId, cancellation);
        var version = await policies.VersionAsync(head.PolicyVersionId, cancellation);
        return RankReason.Of(queue.Strategy, Probabilities.Read(bytes), HeadLabels.Names(head, version));
    }
}
