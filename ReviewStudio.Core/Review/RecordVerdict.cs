using System.Collections.Concurrent;
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
    Database database, TimeProvider clock, HoldCase hold, PolicyBook policies, IEnumerable<IVerdictEffect> effects, IEnumerable<IVerdictFollowUp> followUps) : IUseCase
{
    /// <summary>The longest note, in characters.</summary>
    public const int LongestNote = 10_000;

    private readonly ConcurrentDictionary<long, IReadOnlyList<string>> _labelsOfHeads = new();

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

        var (recorded, queue) = await database.ShortWriteAsync(db => RecordAsync(db, request, actor, cancellation), cancellation);
        if (queue is not null)
        {
            await FollowUpAsync(queue, cancellation);
        }

        return recorded;
    }

    /// <summary>The verdict is in: a connection that breaks from here on must not make its sender believe otherwise.</summary>
    private async Task FollowUpAsync(ReviewQueue queue, CancellationToken cancellation)
    {
        foreach (var followUp in followUps)
        {
            try
            {
                await followUp.AfterAsync(queue, cancellation);
            }
            catch (Exception e) when (database.Provider.IsPassing(e))
            {
                // The next verdict of the queue does it.
            }
        }
    }

    /// <returns>The queue only where something new was recorded.</returns>
    private async Task<(RecordedVerdict Recorded, ReviewQueue? Queue)> RecordAsync(
        StudioDbContext db, VerdictRequest request, Actor actor, CancellationToken cancellation)
    {
        // Two reviewers of one case may answer at the same moment: holding the case, the second sees the first one's verdict.
        var held = await hold.RunAsync(db, request.Claim.TaskId, actor.ReviewerId, request.VerdictId, cancellation) ?? throw HeldTask.Stale();
        var (task, reviewCase, queue) = (held.Task, held.Case, held.Queue);
        if (held.Earlier is { } earlierId)
        {
            return (await ReplayAsync(db, earlierId, request, actor, queue, cancellation), null);
        }

        HeldTask.Demand(task, request.Claim, actor);
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
            InfluencesJson = held.InfluencesJson,
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
        task.State = TaskState.Done;
        task.LeasedUntil = null;
        await held.AddAsync(db, verdict, cancellation);
        if (held.HasDraft)
        {
            await db.Set<Draft>().Where(d => d.TaskId == task.Id && d.ReviewerId == actor.ReviewerId).ExecuteDeleteAsync(cancellation);
        }

        foreach (var effect in effects)
        {
            await effect.ApplyAsync(db, held, verdict, cancellation);
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
        await database.Provider.FinishAsync(db, cancellation);
        return (new RecordedVerdict(verdict.PublicId, label, undoUntil), queue);
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
        StudioDbContext db, long earlierId, VerdictRequest request, Actor actor, ReviewQueue queue, CancellationToken cancellation)
    {
        var earlier = await db.Set<Verdict>().AsNoTracking().SingleAsync(v => v.Id == earlierId, cancellation);
        return earlier.TaskId == request.Claim.TaskId && earlier.ReviewerId == actor.ReviewerId && earlier.FencingToken == request.Claim.FencingToken
            ? new RecordedVerdict(earlier.PublicId, earlier.LabelKey ?? "", earlier.CreatedAt.AddSeconds(queue.UndoSeconds))
            : throw new RefusedException("verdict.conflict", "This verdict id was already used for another answer. Send a new id with a new answer.");
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

        if (!_labelsOfHeads.TryGetValue(headId, out var labels))
        {
            // A head keeps its labels and its version for good.
            var head = await db.Set<Head>().AsNoTracking().SingleAsync(h => h.Id == headId, cancellation);
            _labelsOfHeads[headId] = labels = HeadLabels.Names(head, await policies.VersionAsync(head.PolicyVersionId, cancellation));
        }

        return RankReason.Of(queue.Strategy, Probabilities.Read(bytes), labels);
    }
}
