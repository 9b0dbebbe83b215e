using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Storage;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Inference;

public sealed class EncoderTests : IDisposable
{
    private readonly StudioFolders _folders = new(Path.Combine(Path.GetTempPath(), "reviewstudio-tests", Guid.NewGuid().ToString("N")));

    [Fact]
    public void Sentence_embeddings_match_the_reference_vectors()
    {
        var reference = Path.Combine(Environment.GetEnvironmentVariable("REVIEWSTUDIO_DATA") ?? "", "..", "reference", "encoder-vectors.json");
        Assert.SkipUnless(File.Exists(reference), "REVIEWSTUDIO_DATA and its reference vectors are not here");
        using var encoders = Catalog();
        Assert.SkipWhen(encoders.Sentences is null, "the sentence encoder's package is not here");
        using var document = JsonDocument.Parse(File.ReadAllText(reference));
        foreach (var entry in document.RootElement.GetProperty("use_lite_en").EnumerateArray())
        {
            var text = entry.GetProperty("text").GetString()!;
            encoders.Sentences.Pieces(text).ShouldBe(entry.GetProperty("input_ids").EnumerateArray().Select(e => e.GetInt32()), text);
            var expected = entry.GetProperty("embedding").EnumerateArray().Select(e => e.GetSingle()).ToArray();
            var actual = encoders.Sentences.Encode([text])[0];
            expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-4f, text);
        }
    }

    [Theory]
    [InlineData("How do I reset my password please?", "en")]
    [InlineData("Comment puis-je réinitialiser mon mot de passe ?", "fr")]
    [InlineData("¿Cómo puedo restablecer mi contraseña?", "es")]
    [InlineData("Wie kann ich mein Passwort zurücksetzen, bitte?", "de")]
    [InlineData("パスワードをリセットするにはどうすればいいですか", "ja")]
    [InlineData("كيف يمكنني إعادة تعيين كلمة المرور", "ar")]
    [InlineData("hello", "und")]
    [InlineData("@marjolein_vd_berg #gezelligheid https://voorbeeld.example/een-heel-lang-adres This is a perfectly ordinary English sentence.", "en")]
    public void Language_is_detected_in_sentences_and_left_open_for_a_word(string text, string expected)
    {
        using var encoders = Catalog();
        Assert.SkipWhen(encoders.Languages is null, "the language detector's package is not here");

        encoders.Languages.Detect(text).Code.ShouldBe(expected);
    }

    [Fact]
    public void Missing_packages_are_told_of_and_n_grams_go_on()
    {
        using var encoders = new EncoderCatalog(
            _folders, Options.Create(new EncoderOptions { PackageRoots = [_folders.Root] }), NullLogger<EncoderCatalog>.Instance);

        encoders.VectorVersion.ShouldBe(NgramFeaturizer.Version);
        encoders.States().Count(s => !s.Available).ShouldBe(7);
        encoders.States().Where(s => !s.Available).ShouldAllBe(s => s.Problem!.Contains("npm"));
        new TextVectorizer(encoders).Vectorize([new TextInput("plain words", "en")])[0].Ngrams.Indices.Length.ShouldBe(3);
    }

    [Fact]
    public void Damaged_conversion_is_made_anew()
    {
        using (var first = Catalog())
        {
            Assert.SkipWhen(first.Languages is null, "the language detector's package is not here");
        }

        var file = Directory.EnumerateFiles(_folders.Encoders, "lande*.onnx").Single();
        File.WriteAllBytes(file, [1, 2, 3]);
        using var second = Catalog();

        second.Languages.ShouldNotBeNull().Detect("Das ist ein ganz gewöhnlicher deutscher Satz.").Code.ShouldBe("de");
    }

    [Fact]
    public void Vector_survives_its_codec_in_half_precision()
    {
        var embedding = Enumerable.Range(0, 512).Select(i => MathF.Sin(i) / 20).ToArray();
        var vector = new TextVector(new SparseVector([0, 5, 262_143], [1, 1.6931f, 2.0986f]), embedding);

        var back = VectorCodec.Decode(VectorCodec.Encode(vector));

        back.Ngrams.Indices.ShouldBe(vector.Ngrams.Indices);
        back.Ngrams.Values.Zip(vector.Ngrams.Values, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(2e-3f);
        back.Embedding!.Zip(embedding, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-4f);
        VectorCodec.Decode(VectorCodec.Encode(vector with { Embedding = null })).Embedding.ShouldBeNull();
    }

    [Theory]
    [InlineData("Same words", "same WORDS")]
    [InlineData("see https://example.com/a now", "see http://example.org/b now")]
    [InlineData("hi @anna", "hi @bert")]
    public void Ngrams_fold_what_does_not_matter(string one, string other) =>
        NgramFeaturizer.Featurize(one).Indices.ShouldBe(NgramFeaturizer.Featurize(other).Indices);

    [Fact]
    public void Tokens_point_at_their_places_in_hostile_text()
    {
        const string Text = "<b>não</b> 😀😀 @a_b #tag 日本語 \ud800 x";
        foreach (var token in NgramFeaturizer.Tokens(Text))
        {
            (token.Start + token.Length).ShouldBeLessThanOrEqualTo(Text.Length);
            token.Length.ShouldBeGreaterThan(0);
        }

        NgramFeaturizer.Tokens(Text).Select(t => Text.Substring(t.Start, t.Length)).ShouldContain("não");
    }

    public void Dispose() => Directory.Delete(_folders.Root, recursive: true);

    private EncoderCatalog Catalog() => new(_folders, Options.Create(new EncoderOptions()), NullLogger<EncoderCatalog>.Instance);
}
