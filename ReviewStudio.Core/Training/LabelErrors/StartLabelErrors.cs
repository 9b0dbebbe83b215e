using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Training.LabelErrors;

/// <summary>Begins a search for label errors.</summary>
public sealed class StartLabelErrors(Database database, ReadLabels labels, JobDesk jobs) : IUseCase
{
    /// <summary>Most suspects that one search puts in line.</summary>
    public const int Most = 500;

    /// <summary>Labels that a search needs.</summary>
    public const int FewestLabels = 50;

    /// <param name="most">Suspects to put in line at most, 1 to <see cref="Most"/>.</param>
    /// <returns>The job.</returns>
    /// <exception cref="RefusedException"><c>policy.unknown</c>, <c>label-errors.running</c>, <c>label-errors.few</c> or <c>label-errors.most</c>.</exception>
    public async Task<long> RunAsync(long policyId, int most, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        if (most is < 1 or > Most)
        {
            throw new RefusedException("label-errors.most", $"A search puts 1 to {Most} suspects in line; {most} is outside of that.");
        }

        var key = $"label-errors:{policyId}";
        var name = await database.ReadAsync(db => db.Set<Policy>().Where(p => p.Id == policyId).Select(p => p.Name).SingleOrDefaultAsync(cancellation), cancellation)
            ?? throw new RefusedException("policy.unknown", "There is no such policy. The page Policies lists those that there are.");
        var (running, labelled) = await database.ReadAsync(
            async db => (
                await db.Set<BackgroundJob>().AnyAsync(j => j.ExclusiveKey == key && (j.State == JobState.Queued || j.State == JobState.Running), cancellation),
                await db.Set<Queue.ReviewCase>().Where(c => c.PolicyId == policyId && c.LabelKey != null).Take(FewestLabels).CountAsync(cancellation)),
            cancellation);
        if (running)
        {
            throw new RefusedException("label-errors.running", "A search of this policy is already under way. Wait until it has ended.");
        }

        if (labelled < FewestLabels)
        {
            throw new RefusedException("label-errors.few", $"There are {labelled} labels; a search needs {FewestLabels} to tell an error from a rarity. Judge more cases first.");
        }

        var watermark = await labels.WatermarkAsync(policyId, cancellation);
        return await jobs.StartAsync(new NewJob(FindLabelErrors.JobKind, $"Search the labels of {name} for errors", new LabelErrorArguments(policyId, watermark, most), key), actor, cancellation);
    }
}
