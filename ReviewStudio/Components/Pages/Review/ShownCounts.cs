using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;

namespace ReviewStudio.Components.Pages.Review;

/// <summary>The figures in the workbench's title line, which are not counted anew after every answer: counting reads as many rows as wait.</summary>
public sealed class ShownCounts(CountWork counts, TimeProvider clock)
{
    /// <summary>Up to so many waiting tasks are counted after each answer: few enough to be quick, and the number tells something.</summary>
    private const int CountedEachTime = 50;

    /// <summary>How long a count of more is gone by.</summary>
    private static readonly TimeSpan CountedFor = TimeSpan.FromSeconds(10);

    private long _countedAt;

    public WorkCounts Current { get; private set; } = new(0, 0);

    public async Task CountAsync(ClaimRequest filter, Actor actor)
    {
        _countedAt = clock.GetTimestamp();
        Current = await counts.RunAsync(filter, actor, CancellationToken.None);
    }

    /// <summary>The task on screen has gone. Between two counts it goes by what this reviewer did.</summary>
    /// <param name="judged">Whether it was answered, and not given back.</param>
    public async Task AnsweredAsync(ClaimRequest filter, Actor actor, bool judged)
    {
        if (Current.Waiting <= CountedEachTime || clock.GetElapsedTime(_countedAt) >= CountedFor)
        {
            await CountAsync(filter, actor);
            return;
        }

        Current = new WorkCounts(Current.Waiting > CountWork.CountedAtMost ? Current.Waiting : Current.Waiting - 1, Current.Today + (judged ? 1 : 0));
    }
}
