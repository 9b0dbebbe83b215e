using Hangfire;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Jobs;

/// <summary>Puts a job's id in Hangfire's queue; the row holds everything else.</summary>
public sealed class HangfireDispatcher(IBackgroundJobClient client) : IJobDispatcher
{
    public void Dispatch(long jobId) => client.Enqueue<RunJob>(job => job.RunAsync(jobId, CancellationToken.None));
}

/// <summary>The Hangfire job: a few lines that call the use cases.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed class RunJob(RunBackgroundJob run, DispatchNext next)
{
    public async Task RunAsync(long jobId, CancellationToken stopping)
    {
        await run.RunAsync(jobId, stopping);
        await next.RunAsync(jobId, stopping);
    }
}
