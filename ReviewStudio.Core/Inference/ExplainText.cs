using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference;

/// <summary>A word and what leaving it out does.</summary>
/// <param name="Start">UTF-16 offset in the text.</param>
/// <param name="Length">In UTF-16 units.</param>
/// <param name="Effect">Probability of the label with the word less that without it: above 0 it spoke for the label.</param>
public sealed record WordEffect(int Start, int Length, double Effect);

/// <summary>
/// Which words moved the score: each is left out in turn and the head asked again (occlusion; Li, Monroe and Jurafsky,
/// 2016, "Understanding Neural Networks through Representation Erasure"). Works with any head, also an external one.
/// </summary>
public sealed class ExplainText(TextVectorizer vectorizer, HeadRegistry heads) : IUseCase
{
    /// <summary>Words tried at most, from the start of the text.</summary>
    public const int MostWords = 80;

    private const double Negligible = 0.01;

    /// <param name="headFileHash">The head to ask.</param>
    /// <param name="text">The text as the reviewer sees it.</param>
    /// <param name="language">ISO 639-1 or <c>und</c>.</param>
    /// <param name="label">The label whose probability is asked for; null for the likeliest of the text by itself.</param>
    /// <returns>Words whose effect is at least 0.01 either way, in the order of the text.</returns>
    public IReadOnlyList<WordEffect> Run(string headFileHash, string text, string language, string? label = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var model = heads.Model(headFileHash);
        var tokens = NgramFeaturizer.Tokens(text)
            .Where(token => !text.AsSpan(token.Start, token.Length).ContainsOnlyPunctuation())
            .Take(MostWords)
            .ToArray();
        var variants = new List<TextInput>(tokens.Length + 1) { new(text, language) };
        foreach (var token in tokens)
        {
            variants.Add(new TextInput(text.Remove(token.Start, token.Length), language));
        }

        var rows = model.Predict([.. vectorizer.Vectorize(variants).Select(HeadInput.Of)]);
        var asked = label is null ? -1 : model.Metadata.Labels.ToList().IndexOf(label);
        var top = asked >= 0 ? asked : Array.IndexOf(rows[0], rows[0].Max());
        return [.. tokens
            .Select((token, i) => new WordEffect(token.Start, token.Length, rows[0][top] - rows[i + 1][top]))
            .Where(word => Math.Abs(word.Effect) >= Negligible)];
    }
}

file static class PunctuationText
{
    /// <summary>A full stop may move a score, but tells a reviewer nothing.</summary>
    public static bool ContainsOnlyPunctuation(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsPunctuation(c))
            {
                return false;
            }
        }

        return true;
    }
}
