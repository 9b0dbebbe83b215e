using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Content.Media;

/// <summary>What a run of the job did.</summary>
public sealed record MediaJobResult(int Ready, int Limited, int Refused)
{
    internal int All => Ready + Limited + Refused;
}

/// <summary>
/// Looks at all media that wait, a few at the same time. Each is committed by itself and in the order in which they came,
/// so that copies belong to the earliest, and a run that is broken off goes on where it was.
/// </summary>
public sealed class MediaJob(Database database, TimeProvider clock, MakeDerivatives make, RecogniseMedia recognise, IEnumerable<IMediaReady> followers) : IJobHandler, IUseCase
{
    /// <summary>Half of the processors: the others are for those who review, and for the encoders.</summary>
    private static readonly int AtOnce = Math.Max(2, Environment.ProcessorCount / 2);

    // One that takes long keeps others waiting for their commit, and not from being looked at.
    private static readonly int Ahead = AtOnce * 4;

    // As many are told of together, so that the next stop begins while the rest is still looked at.
    private const int Share = 16;

    public string Kind => LookAtMedia.JobKind;

    public async Task<object?> RunAsync(JobContext job, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(job);
        var (result, told) = (new MediaJobResult(0, 0, 0), 0);
        using var looking = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var turns = new SemaphoreSlim(AtOnce, AtOnce);
        var begun = new Queue<(MediaProbe Probe, Task<IReadOnlyList<PdqPicture>> Pictures)>();
        try
        {
            for (long after = 0; ;)
            {
                var (last, room) = (after, Ahead - begun.Count);
                var waiting = await database.ReadAsync(
                    db => db.Set<MediaProbe>().Where(p => p.State == ProbeState.Waiting && p.Id > last).OrderBy(p => p.Id).Take(room).ToListAsync(stop), stop);
                waiting.ForEach(probe => begun.Enqueue((probe, LookAsync(probe, turns, looking.Token))));
                after = waiting.Count == 0 ? after : waiting[^1].Id;
                for (var i = Math.Max(begun.Count - AtOnce, Math.Min(begun.Count, 1)); i > 0; i--)
                {
                    var (probe, pictures) = begun.Peek();
                    await KeepAsync(probe, await pictures, stop);
                    begun.Dequeue();
                    result = Count(result, probe.State);
                    await job.ReportAsync(result.All, null, $"{result.Ready:N0} ready, {result.Refused:N0} refused", stop);
                }

                if (begun.Count == 0 || result.All - told >= Share)
                {
                    told = result.All;
                    await TellAsync(job, stop);
                }

                if (begun.Count == 0 && waiting.Count == 0)
                {
                    return result;
                }
            }
        }
        finally
        {
            // What was begun takes its working files away before the job ends.
            await looking.CancelAsync();
            Task left = Task.WhenAll(begun.Select(b => b.Pictures));
            await left.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<IReadOnlyList<PdqPicture>> LookAsync(MediaProbe probe, SemaphoreSlim turns, CancellationToken stop)
    {
        await turns.WaitAsync(stop);
        try
        {
            return await make.RunAsync(probe, stop);
        }
        finally
        {
            turns.Release();
        }
    }

    private Task KeepAsync(MediaProbe probe, IReadOnlyList<PdqPicture> pictures, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        probe.ProbedAt = clock.Instant();
        return database.WriteAsync(
            async db =>
            {
                db.Update(probe);
                await db.SaveChangesAsync(stop);
                await recognise.RunAsync(db, probe, pictures, stop);
                await db.SaveChangesAsync(stop);
            },
            stop);
    }

    private async Task TellAsync(JobContext job, CancellationToken stop)
    {
        foreach (var next in followers)
        {
            await next.AfterAsync(job.Actor, stop);
        }
    }

    private static MediaJobResult Count(MediaJobResult result, ProbeState state) => state switch
    {
        ProbeState.Ready => result with { Ready = result.Ready + 1 },
        ProbeState.Limited => result with { Limited = result.Limited + 1 },
        _ => result with { Refused = result.Refused + 1 },
    };
}
