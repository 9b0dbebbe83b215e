using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>
/// Refuses to save a change to a published version, its labels or its map, whatever code asks. The one change allowed
/// is from published to superseded. What is published is read from the database, as tracked originals can be forged.
/// </summary>
public sealed class PublishedPolicyGuard : SaveChangesInterceptor, ISaveGuard
{
    /// <inheritdoc />
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        ArgumentNullException.ThrowIfNull(eventData);
        if (eventData.Context is { } db && ChangedEditions.In(db.ChangeTracker) is { } suspects)
        {
            suspects.Judge(suspects.SealedOwners(db).Any(), [.. suspects.SealedVersions(db)]);
        }

        return result;
    }

    /// <inheritdoc />
    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(eventData);
        if (eventData.Context is { } db && ChangedEditions.In(db.ChangeTracker) is { } suspects)
        {
            suspects.Judge(
                await suspects.SealedOwners(db).AnyAsync(cancellationToken), await suspects.SealedVersions(db).ToListAsync(cancellationToken));
        }

        return result;
    }

    /// <summary>The entries that might touch a published version.</summary>
    private sealed record ChangedEditions(List<EntityEntry<PolicyVersion>> Versions, List<EntityEntry<PolicyLabel>> Labels, bool Maps)
    {
        public static ChangedEditions? In(ChangeTracker tracker)
        {
            var versions = tracker.Entries<PolicyVersion>().Where(e => e.State is EntityState.Modified or EntityState.Deleted).ToList();
            var labels = tracker.Entries<PolicyLabel>()
                .Where(e => e.State is EntityState.Modified or EntityState.Deleted || (e.State == EntityState.Added && e.Entity.PolicyVersionId > 0))
                .ToList();
            var maps = tracker.Entries<LabelMapping>().Any(e => e.State is EntityState.Modified or EntityState.Deleted);
            return versions.Count + labels.Count == 0 && !maps ? null : new ChangedEditions(versions, labels, maps);
        }

        /// <summary>Published versions that a label is in, is taken from, or is added to.</summary>
        public IQueryable<PolicyVersion> SealedOwners(DbContext db)
        {
            var labelIds = Labels.Where(l => l.State != EntityState.Added).Select(l => l.Entity.Id).ToList();
            var owners = Labels.Select(l => l.Entity.PolicyVersionId).Distinct().ToList();
            return Sealed(db).Where(v => owners.Contains(v.Id) || v.Labels.Any(l => labelIds.Contains(l.Id)));
        }

        public IQueryable<PolicyVersion> SealedVersions(DbContext db)
        {
            var ids = Versions.Select(v => v.Entity.Id).ToList();
            return Sealed(db).Where(v => ids.Contains(v.Id));
        }

        public void Judge(bool sealedLabels, List<PolicyVersion> published)
        {
            var broken = Versions.Exists(entry =>
                published.Find(v => v.Id == entry.Entity.Id) is { } was && (entry.State == EntityState.Deleted || !OnlySuperseded(entry, was)));
            if (Maps || sealedLabels || broken)
            {
                throw new InvalidOperationException(
                    "A published policy version never changes. Start a draft from it, edit that and publish it as the next version.");
            }
        }

        private static IQueryable<PolicyVersion> Sealed(DbContext db) =>
            db.Set<PolicyVersion>().AsNoTracking().Where(v => v.State != PolicyVersionState.Draft);

        private static bool OnlySuperseded(EntityEntry<PolicyVersion> entry, PolicyVersion was)
        {
            var state = entry.Entity.State;
            var forward = state == was.State || (was.State == PolicyVersionState.Published && state == PolicyVersionState.Superseded);
            var others = entry.Properties.Where(p => p.Metadata.Name is not (nameof(PolicyVersion.State) or nameof(PolicyVersion.ConcurrencyStamp)));
            return forward && others.All(p => Equals(p.CurrentValue, p.Metadata.PropertyInfo!.GetValue(was)));
        }
    }
}
