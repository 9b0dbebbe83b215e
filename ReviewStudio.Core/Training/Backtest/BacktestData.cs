using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Inference;

namespace ReviewStudio.Core.Training.Backtest;

/// <summary>The rows of a file with their languages and vectors, which every curve shares.</summary>
/// <param name="Languages">The language of each row.</param>
/// <param name="Vectors">The stored form of each row's vector.</param>
internal sealed record BacktestData(LabelledFile File, string[] Languages, byte[][] Vectors)
{
    /// <summary>The vectors of some rows, as they come out of the store.</summary>
    public List<TextVector> Decode(IReadOnlyList<int> rows) => [.. rows.Select(r => VectorCodec.Decode(Vectors[r]))];
}

/// <summary>Tells languages and computes vectors once, before anything is played.</summary>
public sealed class EncodeBacktest(TextVectorizer vectorizer, IEnumerable<ILanguageGuess> languages) : IUseCase
{
    private const int Chunk = 2_000;

    private readonly ILanguageGuess? _languages = languages.FirstOrDefault();

    internal async Task<BacktestData> RunAsync(LabelledFile file, string language, Func<int, Task> told, CancellationToken cancellation)
    {
        var codes = new string[file.Rows.Count];
        var vectors = new byte[file.Rows.Count][];
        for (var start = 0; start < codes.Length; start += Chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, count) = (start, Math.Min(Chunk, codes.Length - start));
            await Task.Run(
                () =>
                {
                    Parallel.For(from, from + count, i => codes[i] = language.Length > 0 ? language : _languages?.Guess(file.Rows[i].Text) ?? "und");
                    var encoded = vectorizer.Vectorize([.. Enumerable.Range(from, count).Select(i => new TextInput(file.Rows[i].Text, codes[i]))]);
                    for (var k = 0; k < count; k++)
                    {
                        vectors[from + k] = VectorCodec.Encode(encoded[k]);
                    }
                },
                cancellation);
            await told(from + count);
        }

        return new(file, codes, vectors);
    }
}
