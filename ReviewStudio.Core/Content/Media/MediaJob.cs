using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Content.Media;

/// <summary>What a run of the job did.</summary>
public sealed record MediaJobResult(int Ready, int Limited, int Refused);

/// <summary>Looks at all media that wait. Each is committed by itself, so a run that is broken off goes on where it was.</summary>
public sealed class MediaJob(Database database, TimeProvider clock, MakeDerivatives make) : IJobHandler, IUseCase
{
    private const int AtOnce = 50;

    public string Kind => LookAtMedia.JobKind;

    public async Task<object?> RunAsync(JobContext job, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(job);
        var result = new MediaJobResult(0, 0, 0);
        for (long after = 0; ;)
        {
            var last = after;
            var waiting = await database.ReadAsync(
                db => db.Set<MediaProbe>().Where(p => p.State == ProbeState.Waiting && p.Id > last).OrderBy(p => p.Id).Take(AtOnce).ToListAsync(stop), stop);
            if (waiting.Count == 0)
            {
                return result;
            }

            foreach (var probe in waiting)
            {
                stop.ThrowIfCancellationRequested();
                await make.RunAsync(probe, stop);
                probe.ProbedAt = clock.Instant();
                await database.WriteAsync(
                    async db =>
                    {
                        db.Update(probe);
                        await db.SaveChangesAsync(stop);
                    },
                    stop);
                after = probe.Id;
                result = probe.State switch
                {
                    ProbeState.Ready => result with { Ready = result.Ready + 1 },
                    ProbeState.Limited => result with { Limited = result.Limited + 1 },
                    _ => result with { Refused = result.Refused + 1 },
                };
                await job.ReportAsync(result.Ready + result.Limited + result.Refused, null, $"{result.Ready:N0} ready, {result.Refused:N0} refused", stop);
            }
        }
    }
}
