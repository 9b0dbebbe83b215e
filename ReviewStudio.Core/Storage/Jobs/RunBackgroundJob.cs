using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Storage.Jobs;

/// <summary>
/// Takes a job up, holds its lease while the handler works, and writes down how it ended. May be called twice for the
/// same row: the second call sees a live lease or an ended job and does nothing.
/// </summary>
public sealed class RunBackgroundJob(
    Database database, TimeProvider clock, IEnumerable<IJobHandler> handlers, IOptions<JobOptions> options, ILogger<RunBackgroundJob> log) : IUseCase
{
    private static readonly string Owner = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():N}";

    private readonly Dictionary<string, IJobHandler> _handlers = handlers.ToDictionary(h => h.Kind, StringComparer.Ordinal);

    public async Task RunAsync(long jobId, CancellationToken stopping)
    {
        var row = await database.WriteAsync(db => TakeAsync(db, jobId, stopping), stopping);
        if (row is null)
        {
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var holding = HoldAsync(row, stop);
        JobEnd end;
        try
        {
            var handler = _handlers.GetValueOrDefault(row.Kind)
                ?? throw new RefusedException("job.unknown", $"No part of this installation does jobs of the kind '{row.Kind}'. Update it, or delete the job.");
            var result = await handler.RunAsync(new JobContext(database, clock, row), stop.Token);
            end = new JobEnd(JobState.Succeeded, result is null ? null : JsonSerializer.Serialize(result, result.GetType()), null);
        }
        catch (JobLeaseLostException)
        {
            return;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // A process that ends hands the job back; a person who cancels ends it.
            end = stopping.IsCancellationRequested ? new JobEnd(JobState.Queued, null, null) : new JobEnd(JobState.Cancelled, null, null);
        }
        catch (Exception e) when (e is RefusedException or ForbiddenException)
        {
            end = new JobEnd(JobState.Failed, null, e.Message);
        }
#pragma warning disable CA1031 // Whatever a handler throws, its row must say that it failed.
        catch (Exception e)
        {
            log.LogError(e, "Job {JobId} of kind {Kind} failed", row.Id, row.Kind);
            end = new JobEnd(JobState.Failed, null, $"{e.Message} (unexpected; the log has the details under job {row.Id})");
        }
#pragma warning restore CA1031
        finally
        {
            await stop.CancelAsync();
            await holding;
        }

        await database.WriteAsync(db => EndAsync(db, row, end), CancellationToken.None);
    }

    private async Task<BackgroundJob?> TakeAsync(StudioDbContext db, long jobId, CancellationToken stop)
    {
        // Two processes must not take the same job, nor two jobs that exclude each other.
        await db.LockAsync("jobs:take", LockKind.Exclusive, stop);
        var now = clock.Instant();
        var row = await db.Set<BackgroundJob>().SingleOrDefaultAsync(j => j.Id == jobId, stop);
        if (row is null || row.Ended || (row.State == JobState.Running && row.LeasedUntil > now))
        {
            return null;
        }

        var busy = row.ExclusiveKey.Length > 0 && await db.Set<BackgroundJob>().AnyAsync(
            j => j.ExclusiveKey == row.ExclusiveKey && j.Id != jobId && j.State == JobState.Running && j.LeasedUntil > now, stop);
        if (busy)
        {
            return null;
        }

        if (row.CancelRequested)
        {
            row.State = JobState.Cancelled;
            row.EndedAt = now;
            await db.SaveChangesAsync(stop);
            return null;
        }

        row.State = JobState.Running;
        row.LeaseOwner = Owner;
        row.LeasedUntil = now + options.Value.Lease;
        row.Attempt++;
        row.StartedAt ??= now;
        await db.SaveChangesAsync(stop);
        return row;
    }

    private async Task HoldAsync(BackgroundJob row, CancellationTokenSource stop)
    {
        using var timer = new PeriodicTimer(options.Value.Lease / 3, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                var until = clock.Instant() + options.Value.Lease;
                var held = await database.WriteAsync(
                    db => Held(db, row).ExecuteUpdateAsync(set => set.SetProperty(j => j.LeasedUntil, until), stop.Token), stop.Token);
                var cancelled = await database.ReadAsync(
                    db => db.Set<BackgroundJob>().AnyAsync(j => j.Id == row.Id && j.CancelRequested, stop.Token), stop.Token);
                if (held == 0 || cancelled)
                {
                    await stop.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The work ended first.
        }
    }

    private async Task EndAsync(StudioDbContext db, BackgroundJob row, JobEnd end)
    {
        var now = clock.Instant();
        DateTime? ended = end.State == JobState.Queued ? null : now;
        await Held(db, row).ExecuteUpdateAsync(set => set
            .SetProperty(j => j.State, end.State)
            .SetProperty(j => j.ResultJson, end.ResultJson)
            .SetProperty(j => j.Error, end.Error)
            .SetProperty(j => j.LeasedUntil, (DateTime?)null)
            .SetProperty(j => j.EndedAt, ended));
    }

    private static IQueryable<BackgroundJob> Held(StudioDbContext db, BackgroundJob row) =>
        db.Set<BackgroundJob>().Where(j => j.Id == row.Id && j.Attempt == row.Attempt && j.State == JobState.Running);

    private sealed record JobEnd(JobState State, string? ResultJson, string? Error);
}
