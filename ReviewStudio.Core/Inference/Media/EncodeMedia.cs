using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Inference.Media;

/// <summary>
/// Starts the job that lets the encoders look at media, unless one waits already: after media were made ready, and at the
/// start of the program, since an encoder may have come that was missing before.
/// </summary>
public sealed class EncodeMedia(Database database, JobDesk jobs, EncoderCatalog encoders) : IMediaReady, IUseCase
{
    public const string JobKind = "encode";

    /// <inheritdoc />
    public Task AfterAsync(Actor actor, CancellationToken cancellation) => RunAsync(actor, cancellation);

    public async Task RunAsync(Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (!await database.ReadAsync(db => db.Set<MediaProbe>().AnyAsync(cancellation), cancellation))
        {
            // Without media no encoder need be loaded.
            return;
        }

        var version = encoders.MediaVersion;
        var id = await database.WriteAsync(
            async db =>
            {
                if (!await Pending(db, version).AnyAsync(cancellation) || await db.Set<BackgroundJob>().AnyAsync(j => j.Kind == JobKind && j.State == JobState.Queued, cancellation))
                {
                    return (long?)null;
                }

                var row = jobs.Add(db, new NewJob(JobKind, "Encode media for the heads", new { }, JobKind), actor);
                await db.SaveChangesAsync(cancellation);
                return row.Id;
            },
            cancellation);
        if (id is { } started)
        {
            jobs.Dispatch(started);
        }
    }

    /// <summary>Media that not all of today's encoders have looked at.</summary>
    internal static IQueryable<MediaProbe> Pending(StudioDbContext db, string version) =>
        db.Set<MediaProbe>().Where(p => p.State != ProbeState.Waiting
            && !db.Set<EncodedMedia>().Any(m => m.Hash == p.Hash && m.EncoderVersion == version));
}
