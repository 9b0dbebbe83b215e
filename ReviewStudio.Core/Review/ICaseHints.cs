using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>What later rooms know of a case that a reviewer sees beside it; never in blind tasks.</summary>
public interface ICaseHints
{
    /// <returns>Sentences, none as a rule.</returns>
    Task<IReadOnlyList<string>> ReadAsync(StudioDbContext db, ReviewCase reviewCase, CancellationToken cancellation);
}
