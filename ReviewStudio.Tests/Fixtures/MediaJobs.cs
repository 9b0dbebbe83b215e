using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Does the jobs that wait, as a serving program would.</summary>
public static class MediaJobs
{
    /// <summary>Looks at new media and lets the encoders look at them.</summary>
    public static async Task EncodeMediaAsync(this TestStudio studio)
    {
        await studio.RunJobsAsync(LookAtMedia.JobKind);
        await studio.RunJobsAsync(EncodeMedia.JobKind);
    }

    /// <summary>Runs jobs that wait, with those that they start, until none waits.</summary>
    /// <param name="kind">Null for all.</param>
    public static async Task RunJobsAsync(this TestStudio studio, string? kind = null)
    {
        while (await studio.Database.ReadAsync(
            db => db.Set<BackgroundJob>().Where(j => j.State == JobState.Queued || j.State == JobState.Running)
                .Where(j => kind == null || j.Kind == kind).OrderBy(j => j.Id).Select(j => (long?)j.Id).FirstOrDefaultAsync(),
            CancellationToken.None) is { } id)
        {
            await studio.Get<RunBackgroundJob>().RunAsync(id, CancellationToken.None);
        }
    }
}
