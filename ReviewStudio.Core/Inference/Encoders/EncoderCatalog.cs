using Microsoft.Extensions.Logging;
using ReviewStudio.Core.Inference.Encoders.Audio;
using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Inference.Encoders.Ocr;
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
    private readonly Slot<UseLiteEncoder> _sentences;
    private readonly Slot<LanguageDetector> _languages;
    private readonly Slot<ImageEncoder> _images;
    private readonly Slot<FaceDetector> _faces;
    private readonly Slot<VoiceDetector> _voices;
    private readonly Slot<SpeechEncoder> _speech;
    private readonly Slot<PictureReader> _pictureText;

    public EncoderCatalog(StudioFolders folders, Microsoft.Extensions.Options.IOptions<EncoderOptions> options, ILogger<EncoderCatalog> log)
    {
        ArgumentNullException.ThrowIfNull(folders);
        ArgumentNullException.ThrowIfNull(options);
        var loader = new EncoderLoader(folders, options.Value.PackageRoots, log);
        _sentences = new(() => loader.Convert(ModelCards.Sentences, "model.json", UseLiteConverter.Convert, (model, package) =>
        {
            using var vocabulary = File.OpenRead(Path.Combine(package, "vocab.json"));
            return new UseLiteEncoder(model, new SentencePieces(vocabulary));
        }));
        _languages = new(() => loader.Convert(
            ModelCards.Languages, "t50-options.js", LanguageModelConverter.Convert, (model, package) => new LanguageDetector(model, package)));
        _images = new(() => loader.Convert(ModelCards.Images, "model.min.js", MobileNetConverter.Convert, (model, _) => new ImageEncoder(model)));
        _faces = new(() => loader.Open(ModelCards.Faces, ["face_detection_back_256x256_barracuda.onnx"], files => new FaceDetector(files[0])));
        _voices = new(() => loader.Open(ModelCards.Voices, ["silero_vad_v6.onnx"], files => new VoiceDetector(files[0])));
        _speech = new(() => loader.Open(
            ModelCards.Speech, ["melspectrogram.onnx", "embedding_model.onnx"], files => new SpeechEncoder(files[0], files[1])));
        _pictureText = new(() => loader.Open(
            ModelCards.PictureText,
            ["ch_PP-OCRv4_det_infer.onnx", "ch_PP-OCRv4_rec_infer.onnx", "ppocr_keys_v1.txt"],
            files => new PictureReader(new TextDetector(files[0]), new LineRecognizer(files[1], File.ReadAllLines(files[2])))));
    }

    /// <summary>The sentence encoder, or null when its package is missing; so for all that follow.</summary>
    public UseLiteEncoder? Sentences => _sentences.Encoder;

    /// <summary>The language detector.</summary>
    public LanguageDetector? Languages => _languages.Encoder;

    /// <summary>Pictures to features.</summary>
    public ImageEncoder? Images => _images.Encoder;

    /// <summary>Faces in pictures.</summary>
    public FaceDetector? Faces => _faces.Encoder;

    /// <summary>Sound to features; needs both the voice detector and the speech encoder.</summary>
    public AudioEncoder? Audio => _voices.Encoder is { } voices && _speech.Encoder is { } speech ? new AudioEncoder(voices, speech) : null;

    /// <summary>Speech in sound.</summary>
    public VoiceDetector? Voices => _voices.Encoder;

    /// <summary>Sound to windows of speech.</summary>
    public SpeechEncoder? Speech => _speech.Encoder;

    /// <summary>Text in pictures.</summary>
    public PictureReader? PictureText => _pictureText.Encoder;

    /// <summary>The version of the text vectors that these encoders make together.</summary>
    public string VectorVersion => Sentences is null ? NgramFeaturizer.Version : $"{NgramFeaturizer.Version}+{ModelCards.Sentences.Name}-{ModelCards.Sentences.Version}";

    /// <summary>The version of picture vectors; null while no encoder makes them, and so for those that follow.</summary>
    public string? ImageVersion => Images is null ? null : $"{Of(ModelCards.Images)}-layout";

    /// <summary>The version of sound vectors.</summary>
    public string? AudioVersion => Audio is null ? null : $"{Of(ModelCards.Voices)}+{Of(ModelCards.Speech)}";

    /// <summary>The version of what is read in pictures.</summary>
    public string? PictureTextVersion => PictureText is null ? null : Of(ModelCards.PictureText);

    /// <summary>The version of the count of faces.</summary>
    public string? FacesVersion => Faces is null ? null : Of(ModelCards.Faces);

    /// <summary>The versions of all encoders that look at media, with blanks between; empty where there are none.</summary>
    public string MediaVersion => string.Join(' ', new[] { ImageVersion, AudioVersion, PictureTextVersion, FacesVersion }.OfType<string>());

    /// <summary>The versions of all encoders whose vectors a fused head reads.</summary>
    public string FusionVersion => string.Join('+', new[] { VectorVersion, ImageVersion, AudioVersion }.OfType<string>());

    /// <summary>Every encoder with its state, for the system page and <c>doctor</c>.</summary>
    public IReadOnlyList<EncoderState> States() =>
    [
        new EncoderState(ModelCards.Ngrams, Available: true, null, null),
        _sentences.State, _languages.State, _images.State, _faces.State, _voices.State, _speech.State, _pictureText.State,
    ];

    private static string Of(ModelCard card) => $"{card.Name}-{card.Version}";

    public void Dispose()
    {
        _sentences.Dispose();
        _languages.Dispose();
        _images.Dispose();
        _faces.Dispose();
        _voices.Dispose();
        _speech.Dispose();
        _pictureText.Dispose();
    }

    /// <summary>An encoder that is loaded when first asked for.</summary>
    private sealed class Slot<T>(Func<(T? Encoder, EncoderState State)> load) : IDisposable
        where T : class, IDisposable
    {
        private readonly Lazy<(T? Encoder, EncoderState State)> _loaded = new(load);

        public T? Encoder => _loaded.Value.Encoder;

        public EncoderState State => _loaded.Value.State;

        public void Dispose()
        {
            if (_loaded.IsValueCreated)
            {
                Encoder?.Dispose();
            }
        }
    }
}
