using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Cli;

/// <summary>Does what a serving process would do with new media, so that a head can be trained on them at once.</summary>
internal static class PreparedMedia
{
    private static readonly string[] Kinds = [LookAtMedia.JobKind, EncodeMedia.JobKind];

    /// <summary>Looks at media that wait and lets the encoders look at them; nothing to do where there are none.</summary>
    public static async Task RunAsync(IServiceProvider services, CancellationToken cancellation)
    {
        await services.GetRequiredService<EncodeMedia>().RunAsync(Actor.System, cancellation);
        foreach (var kind in Kinds)
        {
            // The first kind starts the second when it has ended.
            var waiting = await services.GetRequiredService<JobDesk>().ListAsync([kind], 100, cancellation);
            foreach (var job in waiting.Where(j => !j.Ended).OrderBy(j => j.Id))
            {
                await JobOnConsole.RunAsync(services, job.Id, cancellation);
            }
        }
    }
}
