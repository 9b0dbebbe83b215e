using System.Globalization;
using ReviewStudio.Core.Content.Import.Reading;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Training.Heads;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Inference.Media;

/// <summary>Offensive text drawn onto photos is found by a head that was trained on text only.</summary>
public sealed class OffensivePictureTests(Encoders encoders) : IClassFixture<Encoders>
{
    private const double FalsePositivesOnText = 0.10, MostOnPictures = 0.12, LeastOfRecall = 0.85;

    private sealed record Sentence(string Text, bool Hateful, string Template);

    [Fact]
    public Task Hateful_sentences_on_photos_are_found_like_written_ones() => CompareAsync(sentences: 100);

    [Fact]
    public async Task Hateful_sentences_on_many_photos_are_found_like_written_ones()
    {
        LongSuites.Only();
        await CompareAsync(sentences: 1200);
    }

    private async Task CompareAsync(int sentences)
    {
        var all = await ReadAsync(Encoders.Data("text", "hatecheck_cases.csv"));
        var photos = Directory.EnumerateFiles(Encoders.Data("images"), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
        var reader = Encoders.Needed(encoders.Catalog.PictureText);
        Assert.SkipUnless(WrittenPictures.HasFonts, "the fonts of the pictures are not here");
        var vectorizer = new TextVectorizer(encoders.Catalog);
        // The sentences of a template differ in a word or two: none of those drawn was trained on in another guise.
        string[] templates = [.. all.Select(s => s.Template).Distinct()];
        new SeededRandom(11).Shuffle<string>(templates);
        var trained = templates.Take(templates.Length / 2).ToHashSet(StringComparer.Ordinal);
        var order = Enumerable.Range(0, all.Count).ToArray();
        new SeededRandom(12).Shuffle<int>(order);
        int[] train = [.. order.Where(i => trained.Contains(all[i].Template))], test = [.. order.Where(i => !trained.Contains(all[i].Template))];
        var vectors = vectorizer.Vectorize([.. train.Select(i => new TextInput(all[i].Text, "en"))]);
        var head = LogisticHeadTrainer.Fit(
            [.. train.Select((i, k) => new TrainingExample(vectors[k], all[i].Hateful ? 1 : 0))], ["ok", "hateful"], new HeadTrainerOptions { L2 = 0.3, Temperature = 1 });

        float[] Scores(IReadOnlyList<string> texts) => [.. vectorizer.Vectorize([.. texts.Select(t => new TextInput(t, "en"))]).Select(v => head.Predict(v)[1])];

        var clean = Scores([.. test.Select(i => all[i].Text)]);
        var threshold = clean.Where((_, k) => !all[test[k]].Hateful).Order().ToArray() is { } benign
            ? benign[(int)Math.Ceiling(benign.Length * (1 - FalsePositivesOnText)) - 1]
            : 0;

        // Two in five are harmless, so that false positives can be told at all.
        int[] drawn = [.. Pick(true, sentences * 3 / 5), .. Pick(false, sentences * 2 / 5)];
        int[] Pick(bool hateful, int count) => [.. Enumerable.Range(0, test.Length).Where(k => all[test[k]].Hateful == hateful).Take(count)];
        var read = drawn.Chunk(8).SelectMany(chunk => Pictures(chunk)).ToArray();
        var pictured = Scores(read);

        string[] Pictures(int[] chunk)
        {
            var images = Array.ConvertAll(chunk, k => WrittenPictures.Draw(all[test[k]].Text, photos[k % photos.Length], (ulong)k));
            var texts = reader.Read(images).Select(t => t.Text).ToArray();
            Array.ForEach(images, i => i.Dispose());
            return texts;
        }

        double Share(bool hateful, Func<int, bool> found)
        {
            var those = Enumerable.Range(0, drawn.Length).Where(d => all[test[drawn[d]]].Hateful == hateful).ToArray();
            return (double)those.Count(found) / those.Length;
        }

        var onText = Share(true, d => clean[drawn[d]] > threshold);
        var onPictures = Share(true, d => pictured[d] > threshold);
        var falsely = Share(false, d => pictured[d] > threshold);
        var exactly = drawn.Where((k, d) => Plain(read[d]) == Plain(all[test[k]].Text)).Count();
        TestContext.Current.SendDiagnosticMessage(string.Create(
            CultureInfo.InvariantCulture,
            $"{drawn.Length} pictures: recall {onPictures:0.000} of {onText:0.000} on text, false positives {falsely:0.000}, read to the letter {(double)exactly / drawn.Length:0.00}"));
        onPictures.ShouldBeGreaterThanOrEqualTo(LeastOfRecall * onText);
        falsely.ShouldBeLessThanOrEqualTo(MostOnPictures);
        onText.ShouldBeGreaterThan(0.3);
    }

    private static string Plain(string text) => string.Join(' ', text.ToUpperInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static async Task<List<Sentence>> ReadAsync(string path)
    {
        await using var reader = await RowReaders.OpenAsync(path, path, format: null, TestContext.Current.CancellationToken);
        var sentences = new List<Sentence>();
        await foreach (var row in reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            sentences.Add(new(row["test_case"], row["label_gold"] == "hateful", row["templ_id"]));
        }

        return sentences;
    }
}
