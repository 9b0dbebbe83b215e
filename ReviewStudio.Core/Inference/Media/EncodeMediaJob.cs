using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Inference.Media;

/// <summary>What a run of the job did.</summary>
public sealed record EncodeMediaResult(int Encoded, int NotLookedAt);

/// <summary>Lets the encoders look at all media that wait for them, a few at a time. Each few are committed by themselves, so a run that is broken off goes on where it was.</summary>
public sealed class EncodeMediaJob(Database database, EncoderCatalog encoders, KeepMedia keep, IEnumerable<IMediaEncoded> followers) : IJobHandler, IUseCase
{
    private const int AtOnce = 16;

    /// <inheritdoc />
    public string Kind => EncodeMedia.JobKind;

    /// <inheritdoc />
    public async Task<object?> RunAsync(JobContext job, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(job);
        var version = encoders.MediaVersion;
        var total = await database.ReadAsync(db => EncodeMedia.Pending(db, version).CountAsync(stop), stop);
        var result = new EncodeMediaResult(0, 0);
        for (long after = 0; ;)
        {
            var last = after;
            var pending = await database.ReadAsync(
                db => EncodeMedia.Pending(db, version).Where(p => p.Id > last).OrderBy(p => p.Id).Take(AtOnce).ToListAsync(stop), stop);
            if (pending.Count == 0)
            {
                return result;
            }

            stop.ThrowIfCancellationRequested();
            var kept = await keep.RunAsync(pending, stop);
            after = pending[^1].Id;
            foreach (var next in followers)
            {
                await next.AfterAsync(stop);
            }

            var seen = kept.Count(m => m.EncoderVersion.Length > 0);
            result = new EncodeMediaResult(result.Encoded + seen, result.NotLookedAt + kept.Count - seen);
            var done = result.Encoded + result.NotLookedAt;
            await job.ReportAsync(done, Math.Max(total, done), $"{result.Encoded:N0} encoded", stop);
        }
    }
}
