using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Rules;

/// <summary>A rule as it is shown.</summary>
/// <param name="Matches">Scans that it stopped, as far as they were kept.</param>
public sealed record RuleView(
    Guid Id, string Policy, string Name, RuleKind Kind, string Pattern, string Label, ScanOutcome Outcome, string Why, string Owner,
    DateTime CreatedAt, DateTime ExpiresAt, DateTime? EndedAt, long Matches)
{
    public bool InForce(DateTime now) => EndedAt is null && ExpiresAt > now;
}

/// <summary>Lists rules, the newest first; those that ended or expired too.</summary>
public sealed class ListRules(Database database) : IUseCase
{
    /// <summary>Most rules in one answer.</summary>
    public const int Most = 2_000;

    public Task<List<RuleView>> RunAsync(Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        return database.ReadAsync(
            db => (from rule in db.Set<ScanRule>()
                   join policy in db.Set<Policy>() on rule.PolicyId equals policy.Id
                   join owner in db.Set<Reviewer>() on rule.OwnerId equals owner.Id into owners
                   from owner in owners.DefaultIfEmpty()
                   orderby rule.Id descending
                   select new RuleView(
                       rule.PublicId, policy.Key, rule.Name, rule.Kind, rule.Pattern, rule.LabelKey, rule.Outcome, rule.Why, owner == null ? "system" : owner.DisplayName,
                       rule.CreatedAt, rule.ExpiresAt, rule.EndedAt, db.Set<ScanDecision>().LongCount(d => d.MatchedId == rule.PublicId))).Take(Most).ToListAsync(cancellation),
            cancellation);
    }
}
