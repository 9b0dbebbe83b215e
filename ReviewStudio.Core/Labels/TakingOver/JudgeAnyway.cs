using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.TakingOver;

/// <summary>Undoes a label that was taken over: the case goes to reviewers, and takes none over again.</summary>
public sealed class JudgeAnyway(Database database, TimeProvider clock) : IUseCase
{
    private const int LongestReason = 500;

    /// <param name="caseId">The case's public id.</param>
    /// <exception cref="RefusedException"><c>case.unknown</c>, <c>case.judged</c> or <c>reason.missing</c>.</exception>
    public async Task RunAsync(Guid caseId, string reason, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(reason);
        actor.Require(Roles.PolicyLead);
        if (reason.Trim().Length is 0 or > LongestReason)
        {
            throw new RefusedException("reason.missing", $"Say in 1 to {LongestReason} characters why it is to be judged: the reason stays in the audit log.");
        }

        await database.WriteAsync(
            async db =>
            {
                var reviewCase = await db.Set<ReviewCase>().SingleOrDefaultAsync(c => c.PublicId == caseId, cancellation)
                    ?? throw new RefusedException("case.unknown", "There is no case with this id.");
                await db.HoldRowAsync<ReviewCase>(reviewCase.Id, cancellation);
                var latest = (await TakenOver.LatestAsync(db, [reviewCase.Id], cancellation)).GetValueOrDefault(reviewCase.Id);
                if (latest is not { FromCaseId: not null, LabelKey: not null })
                {
                    throw new RefusedException("case.judged", "This case has no label that was taken over, so there is nothing to undo.");
                }

                db.Record(clock, actor, "label.take-over-undone", "case", reviewCase.PublicId, new { label = latest.LabelKey, reason = reason.Trim() });
                await TakenOver.WithdrawAsync(db, clock, [reviewCase], null, cancellation);
            },
            cancellation);
    }
}
