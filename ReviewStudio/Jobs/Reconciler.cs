using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;

namespace ReviewStudio.Jobs;

/// <summary>
/// Starts what its schedule asks for and dispatches job rows that nobody works on, at the start and again and again. A
/// killed process leaves its rows behind; this is what takes them up.
/// </summary>
public sealed class Reconciler(JobDesk jobs, ScoreNewCases scoring, StartDueTrainings trainings, EncodeMedia encode, TimeProvider clock, ILogger<Reconciler> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        var looked = false;
        do
        {
            try
            {
                if (!looked)
                {
                    // Encoders come with a start of the program: those that were missing before look at what they missed.
                    await encode.RunAsync(Actor.System, stoppingToken);
                    looked = true;
                }

                await scoring.RunAsync(stoppingToken);
                await trainings.RunAsync(stoppingToken);
                await jobs.ReconcileAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "Reconciling jobs failed; it is tried again in {Seconds} s", Pause.TotalSeconds);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
