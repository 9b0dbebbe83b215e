using System.Threading.Channels;

namespace ReviewStudio.Core.Inference;

/// <summary>A text as heads see it.</summary>
/// <param name="Vector">The vector in stored form: probabilities come from what it decodes to, so a later rescore gives the same.</param>
/// <param name="Probabilities">One row a head, in the order asked; each sums to 1.</param>
public sealed record ScoredText(byte[] Vector, float[][] Probabilities);

/// <summary>
/// Scores texts of many callers together: what came in while the last batch ran is the next one. One batch runs at a time,
/// as the encoder uses all processors for it. Nobody waits for a batch to fill.
/// </summary>
public sealed class ScoringBatcher : IUseCase, IAsyncDisposable
{
    /// <summary>Most texts that may wait; more are turned away at once.</summary>
    public const int MostWaiting = 1_024;

    private const int BatchSize = 32;

    private readonly TextVectorizer _vectorizer;
    private readonly Channel<WaitingText> _waiting = Channel.CreateBounded<WaitingText>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Lazy<Task> _running;

    public ScoringBatcher(TextVectorizer vectorizer)
    {
        _vectorizer = vectorizer;
        _running = new Lazy<Task>(() => Task.Run(RunAsync));
    }

    /// <summary>The version of the vectors.</summary>
    public string Version => _vectorizer.Version;

    /// <param name="heads">The heads to score by; may be none.</param>
    /// <param name="cancellation">Gives up waiting; a text that nobody waits for is not scored.</param>
    /// <returns>Null when too many wait already.</returns>
    public async Task<ScoredText?> ScoreAsync(TextInput text, IReadOnlyList<HeadModel> heads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(heads);
        _ = _running.Value;
        var waiting = new WaitingText(text, heads, cancellation);
        return _waiting.Writer.TryWrite(waiting) ? await waiting.Done.Task.WaitAsync(cancellation) : null;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        if (_running.IsValueCreated)
        {
            await _running.Value;
        }
    }

    private async Task RunAsync()
    {
        var batch = new List<WaitingText>(BatchSize);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            while (batch.Count < BatchSize && _waiting.Reader.TryRead(out var next))
            {
                if (!next.GaveUp.IsCancellationRequested)
                {
                    batch.Add(next);
                }
            }

            Score(batch);
            batch.Clear();
        }
    }

    private void Score(List<WaitingText> batch)
    {
        try
        {
            var stored = Array.ConvertAll(_vectorizer.Vectorize(batch.ConvertAll(w => w.Text)), VectorCodec.Encode);
            var vectors = Array.ConvertAll(stored, bytes => VectorCodec.Decode(bytes));
            var rows = batch.ConvertAll(w => new float[w.Heads.Count][]);
            foreach (var head in batch.SelectMany(w => w.Heads).Distinct().ToList())
            {
                var wanted = Enumerable.Range(0, batch.Count).Where(i => batch[i].Heads.Contains(head)).ToList();
                var scored = head.Predict(wanted.ConvertAll(i => vectors[i]));
                for (var k = 0; k < wanted.Count; k++)
                {
                    var place = batch[wanted[k]].Heads;
                    for (var h = 0; h < place.Count; h++)
                    {
                        rows[wanted[k]][h] = ReferenceEquals(place[h], head) ? scored[k] : rows[wanted[k]][h];
                    }
                }
            }

            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Done.TrySetResult(new ScoredText(stored[i], rows[i]));
            }
        }
#pragma warning disable CA1031 // Whatever went wrong belongs to those who wait; the loop goes on for the others.
        catch (Exception e)
        {
            batch.ForEach(w => w.Done.TrySetException(e));
        }
#pragma warning restore CA1031
    }

    private sealed record WaitingText(TextInput Text, IReadOnlyList<HeadModel> Heads, CancellationToken GaveUp)
    {
        public TaskCompletionSource<ScoredText> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
