using Microsoft.EntityFrameworkCore;

namespace ReviewStudio.Core.Storage.Jobs;

/// <summary>
/// When a job has ended, dispatches the one that waited for it: two that exclude each other never run at the same time, and
/// the second was turned away when it came. Without this it would wait until somebody looks at all rows again.
/// </summary>
public sealed class DispatchNext(Database database, IJobDispatcher dispatcher) : IUseCase
{
    /// <param name="ended">The job that was run; one that has not ended, or was turned away, makes room for none.</param>
    public async Task RunAsync(long ended, CancellationToken cancellation)
    {
        var next = await database.ReadAsync(
            db => db.Set<BackgroundJob>().Where(j => j.State == JobState.Queued && j.Id != ended && j.ExclusiveKey != ""
                    && db.Set<BackgroundJob>().Any(e => e.Id == ended && e.ExclusiveKey == j.ExclusiveKey && e.State != JobState.Queued && e.State != JobState.Running))
                .OrderBy(j => j.Id).Select(j => (long?)j.Id).FirstOrDefaultAsync(cancellation),
            cancellation);
        if (next is { } id)
        {
            dispatcher.Dispatch(id);
        }
    }
}
