using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue;

namespace ReviewStudio.Cli.Bench;

/// <summary>
/// The baseline of reviewing: the statements that a claim and a verdict need, the same text in the same three round trips,
/// run by the database driver alone (see <see cref="BareReviewer"/>).
/// </summary>
internal sealed class BareReview : IAsyncDisposable
{
    private readonly List<BareReviewer> _reviewers = [];

    /// <summary>An engine whose driver knows no batches is the embedded one, which lets one write at a time.</summary>
    private SemaphoreSlim? _turn;

    public static async Task<BareReview> OpenAsync(BenchStudio studio, ReviewQueue queue, long versionId, IReadOnlyList<Actor> reviewers, CancellationToken stop)
    {
        var bare = new BareReview();
        var (lanes, queues, people, turns) = await studio.Database.ReadAsync(
            async db => (
                await db.Set<Lane>().OrderBy(l => l.Id).Select(l => l.Id).ToListAsync(stop),
                await db.Set<ReviewQueue>().OrderBy(q => q.Id).Select(q => q.ConcurrencyStamp).ToListAsync(stop),
                await db.Set<Reviewer>().ToDictionaryAsync(r => r.Id, r => r.ConcurrencyStamp ?? "", stop),
                !db.Database.GetDbConnection().CanCreateBatch),
            stop);
        bare._turn = turns ? new SemaphoreSlim(1, 1) : null;
        foreach (var actor in reviewers)
        {
            bare._reviewers.Add(await BareReviewer.OpenAsync(studio, lanes, new LaneStamp(lanes.Count, queues, people[actor.ReviewerId]), queue, versionId, actor, stop));
        }

        return bare;
    }

    /// <returns>How many claims with their verdicts there were, and in how many seconds.</returns>
    public async Task<(int Verdicts, double Seconds)> RunAsync(TimeSpan span, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var done = await Task.WhenAll(_reviewers.Select(reviewer => Task.Run(
            async () =>
            {
                var count = 0;
                for (; watch.Elapsed < span; count++)
                {
                    var task = await InTurnAsync(() => reviewer.ClaimAsync(stop), stop)
                        ?? throw new RefusedException("bench.few", "The tasks were used up before the time was. Give more --items.");
                    await InTurnAsync(
                        async () =>
                        {
                            await reviewer.AnswerAsync(task, stop);
                            return true;
                        },
                        stop);
                }

                return count;
            },
            stop)));
        return (done.Sum(), watch.Elapsed.TotalSeconds);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var reviewer in _reviewers)
        {
            await reviewer.DisposeAsync();
        }

        _turn?.Dispose();
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> write, CancellationToken stop)
    {
        if (_turn is null)
        {
            return await write();
        }

        await _turn.WaitAsync(stop);
        try
        {
            return await write();
        }
        finally
        {
            _turn.Release();
        }
    }
}
