using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>Reads how the actor wants to meet media.</summary>
public sealed class ReadViewing(Database database) : IUseCase
{
    /// <returns>What the reviewer chose; the sparing defaults where nothing was chosen.</returns>
    public async Task<Viewing> RunAsync(Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await database.ReadAsync(db => db.Set<Viewing>().SingleOrDefaultAsync(v => v.ReviewerId == actor.ReviewerId, cancellation), cancellation)
            ?? new Viewing { ReviewerId = actor.ReviewerId };
    }
}
