using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Holding;

/// <summary>Somebody to hand a task to.</summary>
public sealed record Colleague(long Id, string Name, string Languages);

/// <summary>The active accounts beside one's own.</summary>
public sealed class ListColleagues(Database database) : IUseCase
{
    public Task<List<Colleague>> RunAsync(Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return database.ReadAsync(
            db => db.Set<Reviewer>().Where(r => r.Active && r.Id != actor.ReviewerId).OrderBy(r => r.DisplayName)
                .Select(r => new Colleague(r.Id, r.DisplayName, r.Languages)).ToListAsync(cancellation),
            cancellation);
    }
}
