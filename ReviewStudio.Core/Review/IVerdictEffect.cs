using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>What later rooms change because of a verdict, in the verdict's own transaction (law 1).</summary>
public interface IVerdictEffect
{
    /// <param name="reviewCase">The case, tracked.</param>
    /// <param name="verdict">The verdict just added, with its key; one without a label withdraws its predecessor.</param>
    Task ApplyAsync(StudioDbContext db, ReviewQueue queue, ReviewCase reviewCase, Verdict verdict, CancellationToken cancellation);
}

/// <summary>What later rooms do after a verdict has committed; losing the call must be harmless.</summary>
public interface IVerdictFollowUp
{
    Task AfterAsync(long queueId, CancellationToken cancellation);
}
