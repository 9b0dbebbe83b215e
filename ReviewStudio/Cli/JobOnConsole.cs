using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Cli;

/// <summary>Does a job in this process, with its progress on standard error.</summary>
internal static class JobOnConsole
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// Returns when the job has ended. A serving process on the same data may have taken it up first, or may be busy with
    /// another that excludes it: then this waits. Broken off, the job is cancelled; what it did stays done.
    /// </summary>
    public static async Task<BackgroundJob> RunAsync(IServiceProvider services, long jobId, CancellationToken cancellation)
    {
        var desk = services.GetRequiredService<JobDesk>();
        var run = services.GetRequiredService<RunBackgroundJob>();
        var told = "";
        var running = run.RunAsync(jobId, cancellation);
        while (true)
        {
            try
            {
                await Task.WhenAny(running, Task.Delay(Pause, cancellation));
                cancellation.ThrowIfCancellationRequested();
            }
            catch (OperationCanceledException)
            {
                await Task.WhenAny(running);
                await desk.CancelAsync(jobId, CancellationToken.None);
                throw;
            }

            var job = await desk.FindAsync(jobId, cancellation) ?? throw new InvalidOperationException($"Job {jobId} is gone.");
            told = await TellAsync(job, told);
            if (job.Ended)
            {
                await running;
                return job;
            }

            if (running.IsCompleted)
            {
                await running;
                await Task.Delay(Pause, cancellation);
                running = run.RunAsync(jobId, cancellation);
            }
        }
    }

    private static async Task<string> TellAsync(BackgroundJob job, string told)
    {
        var percent = job.Total is > 0 and var total ? FormattableString.Invariant($"{100.0 * job.Done / total:0} %  ") : "";
        var line = job.State == JobState.Queued ? "waiting" : percent + job.Message;
        if (line.Length > 0 && line != told)
        {
            await Console.Error.WriteLineAsync(line);
        }

        return line;
    }
}
