using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Hosting.Checks;

/// <summary>What the job table says: failures of the last day, and work that nobody takes up.</summary>
internal sealed class JobsCheck(Database database, TimeProvider clock) : ISystemCheck
{
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(10);

    public int Order => 40;

    public Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<Finding>>(
        async db =>
        {
            if (!await db.Database.CanConnectAsync(cancellation) || (await db.Database.GetPendingMigrationsAsync(cancellation)).Any())
            {
                return [];
            }

            var now = clock.Instant();
            var (day, old) = (now - TimeSpan.FromDays(1), now - Stuck);
            var jobs = db.Set<BackgroundJob>();
            var failed = await jobs.Where(j => j.State == JobState.Failed && j.EndedAt > day).OrderByDescending(j => j.Id).Select(j => j.Title).ToListAsync(cancellation);
            var waiting = await jobs.CountAsync(j => j.State == JobState.Queued && j.CreatedAt < old, cancellation);
            var running = await jobs.CountAsync(j => j.State == JobState.Running, cancellation);
            return
            [
                (failed.Count, waiting) switch
                {
                    ( > 0, _) => new("Jobs", Health.Warning, $"{failed.Count} failed within a day, the last: {failed[0]}", "Its page says why and lets it go on."),
                    (_, > 0) => new("Jobs", Health.Warning, $"{waiting} have waited for more than {Stuck.TotalMinutes:0} minutes, {running} are running.", "Work goes on while the program serves. If it does, look at the log."),
                    _ => new("Jobs", Health.Ok, $"{running} running, none failed within a day"),
                },
            ];
        },
        cancellation);
}
