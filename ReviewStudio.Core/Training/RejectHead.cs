using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Training;

/// <summary>Turns a challenger away for good, whatever its gates said.</summary>
public sealed class RejectHead(Database database, TimeProvider clock) : IUseCase
{
    /// <exception cref="RefusedException"><c>head.unknown</c>, or <c>head.served</c> for a head that serves or has served.</exception>
    public Task RunAsync(Guid headId, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer);
        return database.WriteAsync(
            async db =>
            {
                var head = await db.Set<Head>().SingleOrDefaultAsync(h => h.PublicId == headId, cancellation)
                    ?? throw new RefusedException("head.unknown", "There is no such head. The page Models lists those that there are.");
                if (head.State == HeadState.Rejected)
                {
                    return;
                }

                if (head.State != HeadState.Challenger)
                {
                    throw new RefusedException("head.served", $"Head {head.Number} has served, so it stays on record. Put another head in service instead.");
                }

                head.State = HeadState.Rejected;
                db.Record(clock, actor, "head.rejected", "head", head.PublicId, new { number = head.Number });
                await db.SaveChangesAsync(cancellation);
            },
            cancellation);
    }
}
