using System.Text.Json;

namespace ReviewStudio.Core.Inference.Encoders;

/// <summary>
/// The unigram tokenizer of USE-lite: the most probable cut of a text into pieces (Viterbi), as in Kudo (2018),
/// "Subword Regularization". Texts are not normalised first: the reference vectors are made that way. Thread-safe.
/// </summary>
public sealed class SentencePieces
{
    private const int Reserved = 6;
    private const float UnknownScore = -20;
    private const char Space = '\u2581';

    private readonly Dictionary<string, (int Id, float Score)>.AlternateLookup<ReadOnlySpan<char>> _pieces;
    private readonly int _longest;

    /// <param name="vocabularyJson">JSON array of [piece, log probability]; a missing score counts as 0.</param>
    public SentencePieces(Stream vocabularyJson)
    {
        using var document = JsonDocument.Parse(vocabularyJson);
        var pieces = new Dictionary<string, (int, float)>(StringComparer.Ordinal);
        var id = 0;
        foreach (var entry in document.RootElement.EnumerateArray())
        {
            if (id >= Reserved)
            {
                var piece = entry[0].GetString() ?? "";
                var score = entry[1].ValueKind == JsonValueKind.Null ? 0 : entry[1].GetSingle();
                pieces[piece] = (id, score);
                _longest = Math.Max(_longest, piece.Length);
            }

            id++;
        }

        _pieces = pieces.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Piece ids; a run of unknown characters is one 0.</summary>
    public List<int> Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var source = (Space + text).Replace(' ', Space);
        var n = source.Length;
        var best = new float[n + 1];
        var from = new int[n + 1];
        var ids = new int[n + 1];
        Array.Fill(best, float.NegativeInfinity);
        best[0] = 0;
        for (var start = 0; start < n; start++)
        {
            if (float.IsNegativeInfinity(best[start]))
            {
                continue;
            }

            // A character outside the basic plane is two units; the cut never falls between them.
            var rune = char.IsHighSurrogate(source[start]) && start + 1 < n ? 2 : 1;
            var known = false;
            for (var end = start + rune; end <= n && end - start <= _longest; end++)
            {
                if (_pieces.TryGetValue(source.AsSpan(start, end - start), out var piece))
                {
                    known |= end == start + rune;
                    Offer(best, from, ids, start, end, best[start] + piece.Score, piece.Id);
                }
            }

            if (!known)
            {
                Offer(best, from, ids, start, start + rune, best[start] + UnknownScore, 0);
            }
        }

        var result = new List<int>();
        for (var end = n; end > 0; end = from[end])
        {
            if (ids[end] != 0 || result.Count == 0 || result[^1] != 0)
            {
                result.Add(ids[end]);
            }
        }

        result.Reverse();
        return result;
    }

    private static void Offer(float[] best, int[] from, int[] ids, int start, int end, float score, int id)
    {
        if (score > best[end])
        {
            best[end] = score;
            from[end] = start;
            ids[end] = id;
        }
    }
}
