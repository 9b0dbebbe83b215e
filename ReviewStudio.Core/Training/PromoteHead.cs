using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Training;

/// <summary>Puts a head in service: one that passed its gates, or one that has served before (a roll-back).</summary>
public sealed class PromoteHead(Database database, TimeProvider clock) : IUseCase
{
    /// <exception cref="RefusedException"><c>head.unknown</c> or <c>head.rejected</c>.</exception>
    public Task RunAsync(long headId, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer);
        return database.WriteAsync(db => PromoteAsync(db, headId, actor, cancellation), cancellation);
    }

    private async Task PromoteAsync(StudioDbContext db, long headId, Actor actor, CancellationToken cancellation)
    {
        var head = await db.Set<Head>().SingleOrDefaultAsync(h => h.Id == headId, cancellation)
            ?? throw new RefusedException("head.unknown", "There is no such head. The page Models lists those that there are.");
        if (head.State == HeadState.Champion)
        {
            return;
        }

        if (head.State == HeadState.Rejected || head.GateReportJson is null)
        {
            throw new RefusedException("head.rejected", $"Head {head.Number} has not passed its gates, so it cannot serve. Its gate report says what is missing.");
        }

        var now = clock.Instant();
        var rollback = head.State == HeadState.Retired;
        var champion = await db.Set<Head>().SingleOrDefaultAsync(h => h.PolicyId == head.PolicyId && h.State == HeadState.Champion, cancellation);
        if (champion is not null)
        {
            champion.State = HeadState.Retired;
            champion.RetiredAt = now;
        }

        head.State = HeadState.Champion;
        head.PromotedAt = now;
        head.RetiredAt = null;
        db.Record(clock, actor, rollback ? "head.rolled-back" : "head.promoted", "head", head.PublicId, new { number = head.Number, before = champion?.Number });
        var policy = await db.Set<Policy>().Where(p => p.Id == head.PolicyId).Select(p => p.Key).SingleAsync(cancellation);
        db.Add(new OutboxMessage
        {
            Topic = OutboxTopics.ModelPromoted,
            SubjectId = head.PublicId,
            PayloadJson = JsonSerializer.Serialize(new { model = head.PublicId, policy, number = head.Number, before = champion?.PublicId, rollback }),
            CreatedAt = now,
            NotBefore = now,
        });
        await db.SaveChangesAsync(cancellation);
    }
}
