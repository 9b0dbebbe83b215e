using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Content.Media;

/// <summary>Starts the job that looks at new media, unless one waits already.</summary>
public sealed class LookAtMedia(Database database, JobDesk jobs) : IUseCase
{
    public const string JobKind = "media";

    /// <param name="again">Whether media that could not be made ready before are looked at once more.</param>
    public async Task RunAsync(Actor actor, CancellationToken cancellation, bool again = false)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var id = await database.WriteAsync(
            async db =>
            {
                if (again)
                {
                    await db.Set<MediaProbe>().Where(p => p.State == ProbeState.Limited)
                        .ExecuteUpdateAsync(set => set.SetProperty(p => p.State, ProbeState.Waiting), cancellation);
                }

                if (!await db.Set<MediaProbe>().AnyAsync(p => p.State == ProbeState.Waiting, cancellation)
                    || await db.Set<BackgroundJob>().AnyAsync(j => j.Kind == JobKind && j.State == JobState.Queued, cancellation))
                {
                    return (long?)null;
                }

                var row = jobs.Add(db, new NewJob(JobKind, "Look at new media", new { }, "media"), actor);
                await db.SaveChangesAsync(cancellation);
                return row.Id;
            },
            cancellation);
        if (id is { } started)
        {
            jobs.Dispatch(started);
        }
    }
}
