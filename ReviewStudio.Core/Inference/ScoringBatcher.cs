using System.Threading.Channels;
using ReviewStudio.Core.Inference.Fusion;

namespace ReviewStudio.Core.Inference;

/// <summary>An item of somebody who waits for its score.</summary>
/// <param name="Whole">All of its texts together.</param>
/// <param name="Texts">Its texts by part, also those that were read in media.</param>
/// <param name="Media">What the encoders saw of its media.</param>
public sealed record ItemToScore(TextInput Whole, IReadOnlyList<(int Part, TextInput Text)> Texts, IReadOnlyList<PartVector> Media)
{
    /// <summary>An item that is one text.</summary>
    public static ItemToScore Of(TextInput text) => new(text, [(0, text)], []);
}

/// <summary>An item as heads see it.</summary>
/// <param name="Vector">The vector of all its text in stored form: probabilities come from what it decodes to, so a later rescore gives the same.</param>
/// <param name="Probabilities">One row a head, in the order asked; each sums to 1.</param>
/// <param name="Input">What the heads read.</param>
public sealed record ScoredItem(byte[] Vector, float[][] Probabilities, HeadInput Input);

/// <summary>
/// Scores items of many callers together: what came in while the last batch ran is the next one. One batch runs at a time,
/// as the encoder uses all processors for it. Nobody waits for a batch to fill.
/// </summary>
public sealed class ScoringBatcher : IUseCase, IAsyncDisposable
{
    /// <summary>Most items that may wait; more are turned away at once.</summary>
    public const int MostWaiting = 1_024;

    private const int BatchSize = 32;

    private readonly TextVectorizer _vectorizer;
    private readonly Channel<WaitingItem> _waiting = Channel.CreateBounded<WaitingItem>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Lazy<Task> _running;

    public ScoringBatcher(TextVectorizer vectorizer)
    {
        _vectorizer = vectorizer;
        _running = new Lazy<Task>(() => Task.Run(RunAsync));
    }

    /// <summary>The version of the vectors.</summary>
    public string Version => _vectorizer.Version;

    /// <param name="heads">The heads to score by; may be none.</param>
    /// <param name="cancellation">Gives up waiting; an item that nobody waits for is not scored.</param>
    /// <returns>Null when too many wait already.</returns>
    public async Task<ScoredItem?> ScoreAsync(ItemToScore item, IReadOnlyList<IHeadModel> heads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(heads);
        _ = _running.Value;
        var waiting = new WaitingItem(item, heads, cancellation);
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
        var batch = new List<WaitingItem>(BatchSize);
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

    private void Score(List<WaitingItem> batch)
    {
        try
        {
            TextInput[] texts = [.. batch.SelectMany(w => w.Item.Texts.Select(t => t.Text).Prepend(w.Item.Whole)).Distinct()];
            var stored = texts.Zip(_vectorizer.Vectorize(texts), (text, vector) => (text, Bytes: VectorCodec.Encode(vector))).ToDictionary(v => v.text, v => v.Bytes);
            var vectors = stored.ToDictionary(v => v.Key, v => VectorCodec.Decode(v.Value));
            var inputs = batch.ConvertAll(w => new HeadInput(vectors[w.Item.Whole], [.. w.Item.Texts.Select(t => PartVector.Of(t.Part, vectors[t.Text])), .. w.Item.Media]));
            var rows = batch.ConvertAll(w => new float[w.Heads.Count][]);
            foreach (var head in batch.SelectMany(w => w.Heads).Distinct().ToList())
            {
                var wanted = Enumerable.Range(0, batch.Count).Where(i => batch[i].Heads.Contains(head)).ToList();
                var scored = head.Predict(wanted.ConvertAll(i => inputs[i]));
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
                batch[i].Done.TrySetResult(new ScoredItem(stored[batch[i].Item.Whole], rows[i], inputs[i]));
            }
        }
#pragma warning disable CA1031 // Whatever went wrong belongs to those who wait; the loop goes on for the others.
        catch (Exception e)
        {
            batch.ForEach(w => w.Done.TrySetException(e));
        }
#pragma warning restore CA1031
    }

    private sealed record WaitingItem(ItemToScore Item, IReadOnlyList<IHeadModel> Heads, CancellationToken GaveUp)
    {
        public TaskCompletionSource<ScoredItem> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
