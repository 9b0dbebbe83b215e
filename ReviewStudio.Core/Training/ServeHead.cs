using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Training;

/// <summary>
/// Puts a head in service by hand: makes sure that its file can serve, promotes it, and has the waiting cases scored
/// anew. Also the way back: see <see cref="RollBackAsync"/>.
/// </summary>
public sealed class ServeHead(Database database, HeadRegistry heads, PromoteHead promote, ScoreNewCases score) : IUseCase
{
    /// <summary>Promotes the head.</summary>
    /// <exception cref="RefusedException">There is no such head, it has not passed its gates, or its file cannot serve. The champion then stays.</exception>
    public async Task<Head> RunAsync(Guid headId, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer);
        var head = await database.ReadAsync(db => db.Set<Head>().SingleOrDefaultAsync(h => h.PublicId == headId, cancellation), cancellation)
            ?? throw new RefusedException("head.unknown", "There is no such head. The page Models lists those that there are.");
        try
        {
            heads.Model(head.FileHash);
        }
        catch (InvalidHeadException e)
        {
            throw new RefusedException("head.unusable", $"Head {head.Number} cannot serve, so nothing was changed. {e.Message}");
        }

        await promote.RunAsync(head.Id, actor, cancellation);
        await score.RunAsync(cancellation);
        return head;
    }

    /// <summary>Puts the head that served before the champion back in service.</summary>
    /// <exception cref="RefusedException"><c>head.none-before</c>: no other head has served.</exception>
    public async Task<Head> RollBackAsync(long policyId, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer);
        var before = await database.ReadAsync(
            db => db.Set<Head>().Where(h => h.PolicyId == policyId && h.State == HeadState.Retired).OrderByDescending(h => h.RetiredAt).ThenByDescending(h => h.Number)
                .Select(h => (Guid?)h.PublicId).FirstOrDefaultAsync(cancellation),
            cancellation) ?? throw new RefusedException("head.none-before", "No other head of this policy has served, so there is nothing to go back to.");
        return await RunAsync(before, actor, cancellation);
    }
}
