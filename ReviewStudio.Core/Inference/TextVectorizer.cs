using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference;

/// <summary>A text and the language it is known or thought to be in.</summary>
public readonly record struct TextInput(string Text, string Language);

/// <summary>Texts to vectors: n-grams always, the sentence embedding where a semantic model covers the language.</summary>
public sealed class TextVectorizer(EncoderCatalog encoders) : IUseCase
{
    /// <summary>What stored vectors of this installation are marked with.</summary>
    public string Version => encoders.VectorVersion;

    /// <summary>Whether there is a sentence encoder here: without one, texts are words and nothing more.</summary>
    public bool KnowsMeaning => encoders.Sentences is not null;

    /// <summary>Vectors in the order given.</summary>
    public TextVector[] Vectorize(IReadOnlyList<TextInput> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var vectors = new TextVector[texts.Count];
        for (var i = 0; i < texts.Count; i++)
        {
            vectors[i] = new TextVector(NgramFeaturizer.Featurize(texts[i].Text), null);
        }

        if (encoders.Sentences is { } sentences)
        {
            var covered = Enumerable.Range(0, texts.Count).Where(i => IsCovered(texts[i])).ToArray();
            var embeddings = sentences.Encode([.. covered.Select(i => texts[i].Text)]);
            for (var k = 0; k < covered.Length; k++)
            {
                vectors[covered[k]] = vectors[covered[k]] with { Embedding = embeddings[k] };
            }
        }

        return vectors;
    }

    /// <summary>Whether a semantic model covers the text: English, or undetermined and in Latin letters.</summary>
    public static bool IsCovered(TextInput text) =>
        text.Text.Length > 0
        && (text.Language == "en" || text.Language.StartsWith("en-", StringComparison.Ordinal)
            || (text.Language == "und" && text.Text.Where(char.IsLetter).All(c => c < '\u0250')));
}
