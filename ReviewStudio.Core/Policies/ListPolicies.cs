using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>All policies, by name. Moderators see what is in force; drafts are for those who work on policies and models.</summary>
public sealed class ListPolicies(Database database) : IUseCase
{
    /// <param name="withArchived">Whether archived policies are listed too.</param>
    public Task<List<PolicySummary>> RunAsync(bool withArchived, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Moderator, Roles.PolicyLead, Roles.MLEngineer);
        var drafts = MaySeeDrafts(actor);
        return database.ReadAsync(
            async db =>
            {
                var policies = await db.Set<Policy>()
                    .Where(p => withArchived || p.ArchivedAt == null)
                    .Include(p => p.Versions.Where(v => v.State == PolicyVersionState.Published || (drafts && v.State == PolicyVersionState.Draft)))
                    .ThenInclude(v => v.Labels)
                    .AsSplitQuery().OrderBy(p => p.Name).ThenBy(p => p.Id).ToListAsync(cancellation);
                return policies.Where(p => p.Versions.Count > 0).Select(Summary).ToList();
            },
            cancellation);
    }

    internal static bool MaySeeDrafts(Actor actor) => actor.Is(Roles.PolicyLead) || actor.Is(Roles.MLEngineer) || actor.Is(Roles.Admin);

    private static PolicySummary Summary(Policy policy)
    {
        var inForce = policy.Versions.Find(v => v.State == PolicyVersionState.Published);
        var draft = policy.Versions.Find(v => v.State == PolicyVersionState.Draft);
        return new PolicySummary(
            policy.PublicId,
            policy.Key,
            policy.Name,
            inForce?.Number,
            inForce?.PublishedAt,
            draft?.Number,
            policy.ArchivedAt,
            [.. (inForce ?? draft)!.Labels.OrderBy(l => l.Ordinal).Select(l => new LabelSummary(l.Key, l.Name, l.Colour, l.Severity, l.Benign))]);
    }
}
