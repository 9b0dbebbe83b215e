using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Training.Backtest;

/// <summary>Does a job of a scratch installation at once, as its worker would.</summary>
internal static class PlayedJob
{
    /// <exception cref="RefusedException"><c>backtest.job</c>: the job failed; the message is its own.</exception>
    public static async Task<BackgroundJob> RunAsync(IScratchStudio studio, long jobId, CancellationToken cancellation)
    {
        await studio.Get<RunBackgroundJob>().RunAsync(jobId, cancellation);
        cancellation.ThrowIfCancellationRequested();
        var job = await studio.Get<JobDesk>().FindAsync(jobId, cancellation) ?? throw new InvalidOperationException($"Job {jobId} is gone.");
        return job.State == JobState.Succeeded ? job : throw new RefusedException("backtest.job", $"{job.Title} did not succeed: {job.Error ?? "it was cancelled"}");
    }
}
