using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>One policy with all its versions; drafts only for those who work on policies and models.</summary>
public sealed class GetPolicy(Database database) : IUseCase
{
    /// <param name="policy">The policy's key or public id.</param>
    /// <exception cref="RefusedException"><c>policy.unknown</c>.</exception>
    public Task<PolicyDetails> RunAsync(string policy, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Moderator, Roles.PolicyLead, Roles.MLEngineer);
        var drafts = ListPolicies.MaySeeDrafts(actor);
        return database.ReadAsync(
            async db =>
            {
                var row = await PolicyDesk.FindAsync(db, policy, cancellation);
                var versions = await db.Set<PolicyVersion>().Include(v => v.Labels).AsSplitQuery()
                    .Where(v => v.PolicyId == row.Id && (drafts || v.State != PolicyVersionState.Draft))
                    .OrderByDescending(v => v.Number).ToListAsync(cancellation);
                var ids = versions.ConvertAll(v => v.Id);
                var publicIds = versions.ConvertAll(v => v.PublicId);
                var maps = (await db.Set<LabelMapping>().Where(m => ids.Contains(m.ToVersionId)).OrderBy(m => m.Id).ToListAsync(cancellation))
                    .ToLookup(m => m.ToVersionId, m => new MappingChoice(m.FromLabelKey, m.Kind, m.ToLabelKey));
                var publishers = (await db.Set<AuditEvent>().Where(e => publicIds.Contains(e.SubjectId) && e.Action == "policy.published")
                    .Select(e => new { e.SubjectId, e.ActorName }).ToListAsync(cancellation))
                    .ToLookup(e => e.SubjectId, e => e.ActorName);
                return new PolicyDetails(
                    row.PublicId,
                    row.Key,
                    row.Name,
                    row.CreatedAt,
                    row.ArchivedAt,
                    [.. versions.Select(v => new VersionDetails(
                        v.PublicId, v.Number, v.State, v.CreatedAt, v.PublishedAt, publishers[v.PublicId].FirstOrDefault() ?? "", v.ConcurrencyStamp,
                        PolicyContent.Of(v), [.. maps[v.Id]]))]);
            },
            cancellation);
    }
}
