using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Labels.Skills;

/// <summary>Has the reviewers of a policy estimated anew now and then, where a queue's plan rests on the estimates.</summary>
public sealed class FitSkillsAfterVerdicts(Database database, JobDesk jobs) : IVerdictFollowUp, IUseCase
{
    /// <summary>New verdicts after which the estimates are made anew.</summary>
    public const int Every = 100;

    /// <inheritdoc />
    public async Task AfterAsync(long queueId, CancellationToken cancellation)
    {
        var due = await database.ReadAsync(
            async db =>
            {
                var queue = await db.Set<ReviewQueue>().SingleAsync(q => q.Id == queueId, cancellation);
                if (!ConsensusRule.NeedsSkills(queue.Plan))
                {
                    return null;
                }

                var last = await db.Set<SkillFit>().Where(f => f.PolicyId == queue.PolicyId).Select(f => f.Watermark).SingleOrDefaultAsync(cancellation);
                var fresh = await db.Set<Verdict>().Where(v => v.Id > last).Take(Every).CountAsync(cancellation);
                var key = Key(queue.PolicyId);
                return fresh >= Every
                    && !await db.Set<BackgroundJob>().AnyAsync(j => j.ExclusiveKey == key && (j.State == JobState.Queued || j.State == JobState.Running), cancellation)
                        ? queue : null;
            },
            cancellation);
        if (due is not null)
        {
            await jobs.StartAsync(
                new NewJob(FitReviewerSkills.JobKind, "Estimate how reviewers confuse labels", new SkillArguments(due.PolicyId), Key(due.PolicyId)), Actor.System, cancellation);
        }
    }

    private static string Key(long policyId) => $"reviewer-skills:{policyId}";
}
