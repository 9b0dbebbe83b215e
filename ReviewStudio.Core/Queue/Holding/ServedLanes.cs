using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Holding;

/// <summary>A lane that a reviewer may serve.</summary>
public sealed record ServedLane(long Id, long QueueId, string Language, string Modality, LaneAudience Audience, int LeaseSeconds, double GoldShare);

/// <summary>Tells which lanes a reviewer may serve: by clearance, languages and role.</summary>
internal static class ServedLanes
{
    public static async Task<List<ServedLane>> OfAsync(StudioDbContext db, ClaimRequest request, Actor actor, CancellationToken cancellation)
    {
        var reviewer = await db.Set<Reviewer>().SingleAsync(r => r.Id == actor.ReviewerId, cancellation);
        var languages = reviewer.LanguageList();
        var anyLanguage = languages.Count == 0;
        var lead = actor.Is(Roles.PolicyLead) || actor.Is(Roles.Admin);
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
}
