using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Holding;

/// <summary>Cases whose answers are known, to be mixed in unseen. The room of labels has them.</summary>
public interface IKnownAnswers
{
    /// <summary>A case of the queue that the reviewer has not had, of the same language and modality as the lane; null when there is none left.</summary>
    /// <param name="source">Only from this source: what a reviewer has filtered for, else the filter would tell what is gold.</param>
    Task<ReviewCase?> PickAsync(StudioDbContext db, ServedLane lane, string? source, long reviewerId, CancellationToken cancellation);

    /// <summary>How many such cases of the queues the reviewer has not had.</summary>
    Task<int> CountAsync(StudioDbContext db, IReadOnlyCollection<long> queueIds, ClaimRequest filter, long reviewerId, CancellationToken cancellation);
}
