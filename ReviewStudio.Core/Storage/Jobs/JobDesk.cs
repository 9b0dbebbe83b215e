using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Storage.Jobs;

/// <summary>What a new job is to be.</summary>
/// <param name="Kind">The handler's kind.</param>
/// <param name="Title">One line for people.</param>
/// <param name="Arguments">The handler's arguments, kept as JSON.</param>
/// <param name="ExclusiveKey">Jobs that share it never run at the same time; empty for none.</param>
public sealed record NewJob(string Kind, string Title, object Arguments, string ExclusiveKey = "");

/// <summary>Starts, cancels, retries and lists jobs. Who may do so is checked by the use case in front of it.</summary>
public sealed class JobDesk(Database database, TimeProvider clock, IJobDispatcher dispatcher) : IUseCase
{
    /// <summary>Writes the row and calls the dispatcher.</summary>
    public async Task<long> StartAsync(NewJob job, Actor actor, CancellationToken cancellation)
    {
        var id = await database.WriteAsync(
            async db =>
            {
                var row = Add(db, job, actor);
                await db.SaveChangesAsync(cancellation);
                return row.Id;
            },
            cancellation);
        dispatcher.Dispatch(id);
        return id;
    }

    /// <summary>Adds the row to the caller's transaction; call <see cref="Dispatch"/> after the commit.</summary>
    public BackgroundJob Add(StudioDbContext db, NewJob job, Actor actor)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(actor);
        var row = new BackgroundJob
        {
            Kind = job.Kind,
            Title = job.Title,
            ArgumentsJson = JsonSerializer.Serialize(job.Arguments, job.Arguments.GetType()),
            ExclusiveKey = job.ExclusiveKey,
            StartedById = actor.ReviewerId,
            StartedByName = actor.Name,
            CreatedAt = clock.Instant(),
        };
        db.Add(row);
        return row;
    }

    public void Dispatch(long jobId) => dispatcher.Dispatch(jobId);

    /// <summary>Asks a job to stop; its holder notices within a third of the lease, a waiting one ends at once.</summary>
    public Task CancelAsync(long jobId, CancellationToken cancellation) => database.WriteAsync(
        async db =>
        {
            var now = clock.Instant();
            await db.Set<BackgroundJob>().Where(j => j.Id == jobId && (j.State == JobState.Queued || j.State == JobState.Running))
                .ExecuteUpdateAsync(set => set.SetProperty(j => j.CancelRequested, true), cancellation);
            await db.Set<BackgroundJob>().Where(j => j.Id == jobId && j.State == JobState.Queued)
                .ExecuteUpdateAsync(set => set.SetProperty(j => j.State, JobState.Cancelled).SetProperty(j => j.EndedAt, now), cancellation);
        },
        cancellation);

    /// <summary>Puts a failed or cancelled job back in line, to go on from its last resume point.</summary>
    public async Task RetryAsync(long jobId, CancellationToken cancellation)
    {
        await database.WriteAsync(
            db => db.Set<BackgroundJob>().Where(j => j.Id == jobId && (j.State == JobState.Failed || j.State == JobState.Cancelled))
                .ExecuteUpdateAsync(
                    set => set.SetProperty(j => j.State, JobState.Queued).SetProperty(j => j.CancelRequested, false)
                        .SetProperty(j => j.Error, (string?)null).SetProperty(j => j.EndedAt, (DateTime?)null),
                    cancellation),
            cancellation);
        dispatcher.Dispatch(jobId);
    }

    /// <summary>Dispatches every row that nobody is working on (law 8). Called at start and every minute.</summary>
    /// <returns>How many rows were dispatched.</returns>
    public async Task<int> ReconcileAsync(CancellationToken cancellation)
    {
        var now = clock.Instant();
        var waiting = await database.ReadAsync(
            db => db.Set<BackgroundJob>()
                .Where(j => j.State == JobState.Queued || (j.State == JobState.Running && j.LeasedUntil <= now))
                .OrderBy(j => j.Id).Select(j => j.Id).ToListAsync(cancellation),
            cancellation);
        waiting.ForEach(dispatcher.Dispatch);
        return waiting.Count;
    }

    public Task<BackgroundJob?> FindAsync(long jobId, CancellationToken cancellation) =>
        database.ReadAsync(db => db.Set<BackgroundJob>().SingleOrDefaultAsync(j => j.Id == jobId, cancellation), cancellation);

    public Task<BackgroundJob?> FindAsync(Guid publicId, CancellationToken cancellation) =>
        database.ReadAsync(db => db.Set<BackgroundJob>().SingleOrDefaultAsync(j => j.PublicId == publicId, cancellation), cancellation);

    /// <summary>The latest jobs of the given kinds, newest first; of every kind when none is given.</summary>
    public Task<List<BackgroundJob>> ListAsync(IReadOnlyCollection<string> kinds, int count, CancellationToken cancellation) =>
        database.ReadAsync(
            db => db.Set<BackgroundJob>().Where(j => kinds.Count == 0 || kinds.Contains(j.Kind))
                .OrderByDescending(j => j.Id).Take(count).ToListAsync(cancellation),
            cancellation);
}
