using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Holding;

/// <summary>A lane that a reviewer may serve.</summary>
public sealed record ServedLane(long Id, long QueueId, string Language, string Modality, LaneAudience Audience, int LeaseSeconds, double GoldShare);

/// <summary>The lanes that a reviewer may serve, as they were at a stamp.</summary>
internal sealed record LaneChoice(IReadOnlyList<ServedLane> Lanes, LaneStamp Stamp);

/// <summary>
/// Tells which lanes a reviewer may serve: by clearance, languages and role. What was found is remembered with what it was
/// found by, and every claim asks in its own statement whether that is still so: a change that another node has
/// committed is heeded by the next claim.
/// </summary>
public sealed class ServedLanes(Database database) : IUseCase
{
    /// <summary>Choices kept at most. Forgetting them costs a query each.</summary>
    private const int Kept = 10_000;

    private readonly ConcurrentDictionary<(ClaimRequest Request, long ReviewerId, bool Lead), LaneChoice> _known = new();

    /// <summary>What is remembered, or else read.</summary>
    internal async ValueTask<LaneChoice> KnownAsync(ClaimRequest request, Actor actor, CancellationToken cancellation) =>
        _known.TryGetValue((request, actor.ReviewerId, Lead(actor)), out var known) ? known : await ReadAsync(request, actor, cancellation);

    /// <summary>Read anew.</summary>
    internal async Task<LaneChoice> ReadAsync(ClaimRequest request, Actor actor, CancellationToken cancellation)
    {
        // The stamp is read first: what changes in between makes it stale, and the claim notices.
        var choice = await database.ReadAsync(
            async db =>
            {
                var stamp = new LaneStamp(
                    await db.Set<Lane>().LongCountAsync(cancellation),
                    await db.Set<ReviewQueue>().OrderBy(q => q.Id).Select(q => q.ConcurrencyStamp).ToListAsync(cancellation),
                    await db.Set<Reviewer>().Where(r => r.Id == actor.ReviewerId).Select(r => r.ConcurrencyStamp).SingleAsync(cancellation) ?? "");
                return new LaneChoice(await OfAsync(db, request, actor, cancellation), stamp);
            },
            cancellation);
        if (_known.Count >= Kept)
        {
            _known.Clear();
        }

        return _known[(request, actor.ReviewerId, Lead(actor))] = choice;
    }

    internal static async Task<List<ServedLane>> OfAsync(StudioDbContext db, ClaimRequest request, Actor actor, CancellationToken cancellation)
    {
        var reviewer = await db.Set<Reviewer>().SingleAsync(r => r.Id == actor.ReviewerId, cancellation);
        var languages = reviewer.LanguageList();
        var anyLanguage = languages.Count == 0;
        var lead = Lead(actor);
        return await (
            from lane in db.Set<Lane>()
            join queue in db.Set<ReviewQueue>() on lane.QueueId equals queue.Id
            where queue.ArchivedAt == null
                && (request.QueueId == null || queue.Id == request.QueueId)
                && (request.PolicyId == null || queue.PolicyId == request.PolicyId)
                && (request.Language == null || lane.Language == request.Language)
                && (request.Modality == null || lane.Modality == request.Modality)
                && (request.Source == null || lane.Source == request.Source)

                // A lead adjudicates whatever the adjudicators' clearance, but never what the lead may not see.
                && (lane.Clearance <= reviewer.Clearance || (lane.Audience == LaneAudience.Adjudicators && lead && queue.RequiredClearance <= reviewer.Clearance))
                && (anyLanguage || lane.Language == "und" || languages.Contains(lane.Language))
                && (lane.Audience == LaneAudience.Reviewers || lane.Audience == LaneAudience.Adjudicators
                    || (lane.Audience == LaneAudience.Leads && lead)
                    || (lane.Audience == LaneAudience.Personal && lane.OwnerId == actor.ReviewerId))
            orderby lane.Id
            select new ServedLane(lane.Id, lane.QueueId, lane.Language, lane.Modality, lane.Audience, queue.LeaseSeconds, queue.Plan.GoldShare)).ToListAsync(cancellation);
    }

    private static bool Lead(Actor actor) => actor.Is(Roles.PolicyLead) || actor.Is(Roles.Admin);
}
