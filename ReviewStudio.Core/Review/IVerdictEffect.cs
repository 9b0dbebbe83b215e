using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>What later rooms change because of a verdict, in the verdict's own transaction (law 1).</summary>
public interface IVerdictEffect
{
    /// <summary>
    /// Adds its changes to the context, where they are saved with the verdict. It runs for every verdict, so what it needs
    /// to know it takes from <paramref name="held"/>, and asks the database only where that is rare.
    /// </summary>
    /// <param name="held">The case with its verdicts and tasks, held.</param>
    /// <param name="verdict">The verdict just added, with its key; one without a label withdraws its predecessor.</param>
    Task ApplyAsync(StudioDbContext db, HeldCase held, Verdict verdict, CancellationToken cancellation);
}

/// <summary>What later rooms do after a verdict has committed; losing the call must be harmless.</summary>
public interface IVerdictFollowUp
{
    /// <param name="queue">The verdict's queue. Do not change it: it is shared.</param>
    Task AfterAsync(ReviewQueue queue, CancellationToken cancellation);
}
