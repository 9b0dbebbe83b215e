using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Components.Pages.Review;

/// <summary>One line on what the loop is doing, for the foot of the workbench.</summary>
public sealed class LoopLine(JobDesk jobs, TimeProvider clock)
{
    private static readonly string[] Kinds = ["training", "rescore"];
    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(30);

    /// <returns>Words, or empty when nothing is under way and nothing has just ended.</returns>
    public async Task<string> ReadAsync(long? policyId, CancellationToken cancellation)
    {
        var latest = (await jobs.ListAsync(Kinds, 5, cancellation))
            .FirstOrDefault(j => policyId is null || j.ExclusiveKey.Length == 0 || j.ExclusiveKey.EndsWith($":{policyId}", StringComparison.Ordinal));
        if (latest is null)
        {
            return "";
        }

        return latest.State switch
        {
            JobState.Running => $"{latest.Title}: {latest.Message}",
            JobState.Queued => $"{latest.Title}: waiting",
            JobState.Succeeded when latest.EndedAt > clock.GetUtcNow().UtcDateTime - Shown => $"{latest.Title}: done · {latest.Message}",
            JobState.Failed when latest.EndedAt > clock.GetUtcNow().UtcDateTime - Shown => $"{latest.Title}: {latest.Error}",
            _ => "",
        };
    }
}
