using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue;

/// <summary>Items whose media the encoders have come to are scored at once, and not when the next look at all queues is due.</summary>
public sealed class ScoreEncoded(ScoreNewCases score) : IMediaEncoded, IUseCase
{
    /// <inheritdoc />
    public Task AfterAsync(CancellationToken cancellation) => score.RunAsync(cancellation, behindRunning: true);
}
