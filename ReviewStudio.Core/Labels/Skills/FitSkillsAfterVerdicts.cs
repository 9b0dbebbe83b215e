using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Labels.Skills;

/// <summary>Has the reviewers of a policy estimated anew now and then, where a queue's plan rests on the estimates.</summary>
public sealed class FitSkillsAfterVerdicts(Database database, JobDesk jobs, TimeProvider clock) : IVerdictFollowUp, IUseCase
{
    /// <summary>New verdicts after which the estimates are made anew.</summary>
    public const int Every = 100;

    private readonly CountedAhead _ahead = new(clock);

    /// <inheritdoc />
    public async Task AfterAsync(ReviewQueue queue, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(queue);
        if (!ConsensusRule.NeedsSkills(queue.Plan) || !_ahead.MayBeReached(queue.PolicyId))
        {
            return;
        }

        var (fresh, running) = await database.ReadAsync(
            async db =>
            {
                var last = await db.Set<SkillFit>().Where(f => f.PolicyId == queue.PolicyId).Select(f => f.Watermark).SingleOrDefaultAsync(cancellation);
                var key = Key(queue.PolicyId);
                return (await db.Set<Verdict>().Where(v => v.Id > last).Take(Every).CountAsync(cancellation),
                    await db.Set<BackgroundJob>().AnyAsync(j => j.ExclusiveKey == key && (j.State == JobState.Queued || j.State == JobState.Running), cancellation));
            },
            cancellation);
        _ahead.Missing(queue.PolicyId, Every - fresh);
        if (fresh >= Every && !running)
        {
            await jobs.StartAsync(
                new NewJob(FitReviewerSkills.JobKind, "Estimate how reviewers confuse labels", new SkillArguments(queue.PolicyId), Key(queue.PolicyId)), Actor.System, cancellation);
        }
    }

    private static string Key(long policyId) => $"reviewer-skills:{policyId}";
}
