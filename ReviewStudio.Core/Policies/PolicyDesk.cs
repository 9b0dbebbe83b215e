using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>Steps that the use cases about policies share.</summary>
internal static class PolicyDesk
{
    /// <summary>The policy by its key or its public id.</summary>
    /// <exception cref="RefusedException"><c>policy.unknown</c>.</exception>
    public static async Task<Policy> FindAsync(StudioDbContext db, string policy, CancellationToken cancellation)
    {
        var found = Guid.TryParse(policy, out var publicId)
            ? await db.Set<Policy>().SingleOrDefaultAsync(p => p.PublicId == publicId, cancellation)
            : await db.Set<Policy>().SingleOrDefaultAsync(p => p.Key == policy, cancellation);
        return found ?? throw new RefusedException("policy.unknown", $"There is no policy '{policy}'. The page Policies lists those that there are.");
    }

    /// <summary>The policy's draft with its labels, tracked; null when it has none.</summary>
    public static Task<PolicyVersion?> DraftAsync(StudioDbContext db, long policyId, CancellationToken cancellation) =>
        db.Set<PolicyVersion>().Include(v => v.Labels.OrderBy(l => l.Ordinal))
            .SingleOrDefaultAsync(v => v.PolicyId == policyId && v.State == PolicyVersionState.Draft, cancellation);

    /// <summary>The draft that the caller has read, or a refusal that says who was faster.</summary>
    /// <exception cref="RefusedException"><c>draft.none</c> or <c>draft.conflict</c>.</exception>
    public static async Task<PolicyVersion> DraftAsReadAsync(StudioDbContext db, Policy policy, Guid stamp, CancellationToken cancellation)
    {
        var draft = await DraftAsync(db, policy.Id, cancellation)
            ?? throw new RefusedException("draft.none", $"'{policy.Name}' has no draft: it was published or discarded meanwhile. Start a new draft and put your changes in it.");
        return draft.ConcurrencyStamp == stamp ? draft : throw await ConflictAsync(db, draft.PublicId, cancellation);
    }

    public static async Task<RefusedException> ConflictAsync(StudioDbContext db, Guid draftId, CancellationToken cancellation)
    {
        var last = await db.Set<AuditEvent>().AsNoTracking().Where(e => e.SubjectId == draftId)
            .OrderByDescending(e => e.Id).Select(e => e.ActorName).FirstOrDefaultAsync(cancellation);
        return new RefusedException(
            "draft.conflict",
            $"{last ?? "Somebody"} saved this draft after you opened it, so yours was not saved over it. Copy what you changed, reload the draft, and put it in again.");
    }

    /// <summary>Puts content into a draft: labels are matched by key, so that rows keep their ids.</summary>
    public static void Write(StudioDbContext db, PolicyVersion draft, PolicyContent content)
    {
        draft.Guidance = content.Guidance;
        draft.ChangeNote = content.ChangeNote.Trim();
        draft.ConcurrencyStamp = Guid.NewGuid();
        db.RemoveRange(draft.Labels.FindAll(label => !content.Labels.Exists(l => string.Equals(l.Key, label.Key, StringComparison.Ordinal))));
        for (var i = 0; i < content.Labels.Count; i++)
        {
            var label = draft.Labels.Find(l => string.Equals(l.Key, content.Labels[i].Key, StringComparison.Ordinal));
            if (label is null)
            {
                label = new PolicyLabel();
                draft.Labels.Add(label);
            }

            content.Labels[i].WriteTo(label, i);
        }
    }
}
