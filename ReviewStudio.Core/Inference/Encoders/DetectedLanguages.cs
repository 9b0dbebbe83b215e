using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference.Encoders;

/// <summary>Tells imports the language of texts; without the detector's package every text is undetermined.</summary>
public sealed class DetectedLanguages(EncoderCatalog encoders) : ILanguageGuess, IUseCase
{
    /// <inheritdoc />
    public string Guess(string text) => encoders.Languages?.Detect(text).Code ?? DetectedLanguage.Undetermined.Code;
}
