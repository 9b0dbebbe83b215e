using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>Lets imports find the queues in use.</summary>
public sealed class QueuesAsTargets : IImportTargets, IUseCase
{
    /// <inheritdoc />
    public Task<ImportTarget?> FindAsync(StudioDbContext db, string key, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        return Targets(db.Set<ReviewQueue>().Where(q => q.Key == key)).SingleOrDefaultAsync(cancellation);
    }

    /// <inheritdoc />
    public Task<List<ImportTarget>> ListAsync(StudioDbContext db, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        return Targets(db.Set<ReviewQueue>().OrderBy(q => q.Name).ThenBy(q => q.Id)).ToListAsync(cancellation);
    }

    private static IQueryable<ImportTarget> Targets(IQueryable<ReviewQueue> queues) =>
        queues.Where(q => q.ArchivedAt == null).Select(q => new ImportTarget(q.Id, q.PublicId, q.Key, q.Name, q.PolicyId));
}
