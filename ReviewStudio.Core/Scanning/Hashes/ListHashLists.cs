using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Hashes;

/// <summary>A hash list as it is shown; its entries are not.</summary>
/// <param name="Matches">Scans that it stopped, as far as they were kept.</param>
/// <param name="Flagged">Cases that came in for review and were on it.</param>
public sealed record HashListView(
    Guid Id, string Key, string Name, string Policy, string Label, ScanOutcome Outcome, string Source, string Owner, int Entries,
    DateTime CreatedAt, DateTime ExpiresAt, DateTime? EndedAt, long Matches, long Flagged)
{
    public bool InForce(DateTime now) => EndedAt is null && ExpiresAt > now;
}

/// <summary>Lists the hash lists, the newest first; ended ones too.</summary>
public sealed class ListHashLists(Database database) : IUseCase
{
    public Task<List<HashListView>> RunAsync(Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        return database.ReadAsync(
            db => (from list in db.Set<HashList>()
                   join policy in db.Set<Policy>() on list.PolicyId equals policy.Id
                   join owner in db.Set<Reviewer>() on list.OwnerId equals owner.Id into owners
                   from owner in owners.DefaultIfEmpty()
                   orderby list.Id descending
                   select new HashListView(
                       list.PublicId, list.Key, list.Name, policy.Key, list.LabelKey, list.Outcome, list.Source, owner == null ? "system" : owner.DisplayName, list.Entries,
                       list.CreatedAt, list.ExpiresAt, list.EndedAt, db.Set<ScanDecision>().LongCount(d => d.MatchedId == list.PublicId), db.Set<HashFlag>().LongCount(f => f.ListId == list.Id))).ToListAsync(cancellation),
            cancellation);
    }
}
