using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>Sets the agreement that reviewers of a policy should reach.</summary>
public sealed class SetAgreementTarget(Database database, TimeProvider clock) : IUseCase
{
    /// <param name="target">Krippendorff's α, above 0 and at most 1.</param>
    /// <exception cref="RefusedException"><c>policy.unknown</c> or <c>agreement.target</c>.</exception>
    public Task RunAsync(long policyId, double target, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        if (target is not (> 0 and <= 1))
        {
            throw new RefusedException("agreement.target", "The target is an α above 0 and at most 1. Krippendorff asks for 0.8 for firm conclusions and 0.667 for tentative ones.");
        }

        return database.WriteAsync(
            async db =>
            {
                var policy = await db.Set<Policy>().SingleOrDefaultAsync(p => p.Id == policyId, cancellation)
                    ?? throw new RefusedException("policy.unknown", "There is no such policy. The page Policies lists those that there are.");
                db.Record(clock, actor, "policy.agreement-target", "policy", policy.PublicId, new { before = policy.AgreementTarget, after = target });
                policy.AgreementTarget = target;
                await db.SaveChangesAsync(cancellation);
            },
            cancellation);
    }

    /// <summary>The target as it is set now.</summary>
    public Task<double> NowAsync(long policyId, CancellationToken cancellation) =>
        database.ReadAsync(db => db.Set<Policy>().Where(p => p.Id == policyId).Select(p => p.AgreementTarget).SingleAsync(cancellation), cancellation);
}
