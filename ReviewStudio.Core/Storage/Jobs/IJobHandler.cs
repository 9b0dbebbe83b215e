namespace ReviewStudio.Core.Storage.Jobs;

/// <summary>Does one kind of long work. Must be safe to run again from its last saved resume point.</summary>
public interface IJobHandler
{
    /// <summary>The <see cref="BackgroundJob.Kind"/> that it does.</summary>
    string Kind { get; }

    /// <summary>
    /// Does the work. <paramref name="stop"/> is signalled when the job is cancelled, its lease is lost or the process
    /// ends; the handler then throws <see cref="OperationCanceledException"/>.
    /// </summary>
    /// <returns>The result, to be kept as JSON; null for none.</returns>
    /// <exception cref="Accounts.RefusedException">The work cannot be done; its message becomes the job's error.</exception>
    Task<object?> RunAsync(JobContext job, CancellationToken stop);
}

/// <summary>Tells whoever runs jobs that a row waits. Losing the call is harmless: the reconciler finds the row.</summary>
public interface IJobDispatcher
{
    void Dispatch(long jobId);
}
