using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Cli.Bench;

/// <summary>What the workbench asks for once its circuit stands: a request for the page shows none of it.</summary>
internal sealed class WorkbenchCalls(IServiceProvider services, long queueId, Actor reviewer)
{
    private static readonly string[] Loop = ["training", "rescore"];

    private readonly ClaimRequest _filter = new(QueueId: queueId);

    /// <summary>Tasks that were opened, and those of them that showed a prediction: who draws for audit judges blind.</summary>
    public (int Opened, int Predicted) Seen { get; private set; }

    /// <summary>Everything once, from the counts to the task that is given back.</summary>
    public async Task RunAsync(PageLoad load, CancellationToken stop)
    {
        await load.TimedAsync("workbench_queues", () => Of<CountWork>().QueuesAsync(stop));
        await load.TimedAsync("workbench_counts", () => Of<CountWork>().RunAsync(_filter, reviewer, stop));
        await load.TimedAsync("workbench_loop", () => Of<JobDesk>().ListAsync(Loop, 5, stop));
        if (await load.TimedAsync("workbench_claim", () => Of<ClaimNextTask>().RunAsync(_filter, reviewer, stop)) is not { } claimed)
        {
            return;
        }

        var sheet = await load.TimedAsync("workbench_open", () => Of<OpenTask>().RunAsync(claimed.Claim, reviewer, stop));
        Seen = (Seen.Opened + 1, Seen.Predicted + (sheet.Prediction is null ? 0 : 1));
        foreach (var hash in sheet.Item.Parts.Select(p => p.BlobHash).OfType<string>())
        {
            await load.TimedAsync("workbench_media", () => ReadAsync(hash, stop));
        }

        await load.TimedAsync("workbench_heartbeat", () => Of<RenewLease>().RunAsync(claimed.Claim, reviewer, stop));
        await load.TimedAsync("workbench_release", async () =>
        {
            await Of<PutBackTask>().ReleaseAsync(claimed.Claim, reviewer, stop);
            return true;
        });
    }

    private async Task<bool> ReadAsync(string hash, CancellationToken stop)
    {
        if (await Of<OpenMedia>().RunAsync(hash, MediaView.View, reviewer, stop) is not { } media)
        {
            return false;
        }

        await using (media.Content)
        {
            await media.Content.CopyToAsync(Stream.Null, stop);
        }

        return true;
    }

    private T Of<T>()
        where T : notnull => services.GetRequiredService<T>();
}
