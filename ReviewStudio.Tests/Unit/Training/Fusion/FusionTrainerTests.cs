using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Training.Fusion;
using ReviewStudio.Core.Training.Heads;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Training.Fusion;

public sealed class FusionTrainerTests : IDisposable
{
    private static readonly string[] Labels = ["ok", "violation"];
    private static readonly string[] Harmless = ["a cat on a mat", "rain in the morning", "the bus was late", "fresh bread today"];
    private static readonly FusionOptions Quick = new() { Grid = [0.01, 0.1], Start = 0, Folds = 3 };
    private static readonly Lazy<(FusionExample[] Examples, FittedFusion Head)> Fitted = new(() =>
    {
        var examples = Posts(240, 1);
        return (examples, FusionTrainer.Fit(examples, Labels, Quick));
    });

    private readonly TempFolder _folder = new();

    [Fact]
    public void One_part_that_breaks_the_policy_is_enough_in_any_modality()
    {
        var head = Fitted.Value.Head;
        var test = Posts(120, 2);

        head.Rule.ShouldBe(FusionRule.Any);
        test.Count(e => Answer(head.Predict(e.Parts)) == e.Label).ShouldBeGreaterThan(112);
        Answer(head.Predict([Text("bad word in a line", 0)])).ShouldBe(1);
        Answer(head.Predict([Image(true, 9)])).ShouldBe(1);
        Answer(head.Predict([Audio(true, 9), Text(Harmless[0], 1), Image(false, 8)])).ShouldBe(1);
        Answer(head.Predict([Audio(false, 9), Text(Harmless[0], 1), Image(false, 8)])).ShouldBe(0);
        Answer(head.Predict([])).ShouldBe(0);
    }

    [Fact]
    public void The_file_gives_the_same_probabilities_as_the_head_in_memory()
    {
        var (examples, head) = Fitted.Value;
        using var model = Save(head);
        IReadOnlyList<PartVector>[] items =
        [
            .. examples.Take(70).Select(e => e.Parts),
            [],
            [Text("unknown vocabulary entirely", 0), Text("a bad word", 1), Text("", 2)],
            [new PartVector(0, Modality.Text, new TextVector(NgramFeaturizer.Featurize("bad"), [.. Enumerable.Repeat(0.04f, 512)]))],
        ];

        var rows = model.Predict(items);

        for (var i = 0; i < items.Length; i++)
        {
            rows[i].Zip(head.Predict(items[i]), (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-4f, $"item {i}");
        }

        model.Metadata.Labels.ShouldBe(Labels);
        model.Metadata.EncoderVersion.ShouldBe("encoders-1");
        model.Metadata.Trainer.ShouldStartWith("fusion-1 rule=Any");
    }

    [Fact]
    public void Attribution_names_the_part_and_the_modality_that_moved_the_score()
    {
        using var model = Save(Fitted.Value.Head);

        IReadOnlyList<PartVector> item = [Text(Harmless[1], 0), Image(true, 3) with { Part = 1 }, Audio(false, 4) with { Part = 2 }];
        var whole = model.Predict([item])[0];
        var found = Influence.FromJson(Influence.ToJson(model.Influences([item])[0]!));

        var parts = found.Where(i => i.Part is not null).ToList();
        parts.ConvertAll(p => p.Part).ShouldBe([0, 1, 2]);
        parts.MaxBy(p => p.Moved(whole, 1))!.Part.ShouldBe(1);
        found.Where(i => i.Modality is not null).MaxBy(m => m.LogOdds(whole, 1))!.Modality.ShouldBe(Modality.Image);
        parts[1].LogOdds(whole, 1).ShouldBeGreaterThan(2);
        parts[0].LogOdds(whole, 1).ShouldBeLessThan(parts[1].LogOdds(whole, 1) / 4);
        parts[1].Moved(whole, 1).ShouldBe(-parts[1].Moved(whole, 0), 1e-4);
        model.Influences([[Image(true, 3)], []]).ShouldBe([null, null], "an item of one part has nothing to be told apart");
    }

    [Fact]
    public void Where_parts_must_come_together_their_evidence_is_added_up()
    {
        // Either alone is harmless: noisy-or cannot say that, a sum can.
        var random = new SeededRandom(5);
        FusionExample Make(int i)
        {
            var (image, audio) = (random.Next(2) == 1, random.Next(2) == 1);
            return new([Image(image, (ulong)i), Audio(audio, (ulong)i)], image && audio ? 1 : 0, [$"i{i}", $"a{i}"]);
        }

        var head = FusionTrainer.Fit([.. Enumerable.Range(0, 240).Select(Make)], Labels, Quick);

        head.Rule.ShouldBe(FusionRule.Sum);
        Answer(head.Predict([Image(true, 900), Audio(true, 900)])).ShouldBe(1);
        Answer(head.Predict([Image(true, 901), Audio(false, 901)])).ShouldBe(0);
        using var model = Save(head);
        model.Predict([[Image(true, 900), Audio(true, 900)], [Audio(false, 3)]])[0][1].ShouldBe(head.Predict([Image(true, 900), Audio(true, 900)])[1], 1e-4f);
    }

    [Fact]
    public void A_modality_that_was_never_seen_says_nothing()
    {
        var posts = Posts(120, 7).Select(e => e with
        {
            Parts = [.. e.Parts.Where(p => p.Modality == Modality.Text)],
            Contents = [.. e.Contents.Where((_, i) => e.Parts[i].Modality == Modality.Text)],
        }).ToArray();
        var head = FusionTrainer.Fit(posts, Labels, Quick with { Rules = [FusionRule.Any] });
        using var model = Save(head);

        var rows = model.Predict([[Text(Harmless[2], 0)], [Text(Harmless[2], 0), Image(true, 1), Audio(true, 1)]]);

        rows[1][1].ShouldBe(rows[0][1], 1e-5f);
    }

    [Fact]
    public void Three_labels_and_one_that_never_occurs_are_told_apart()
    {
        var keys = new[] { "spam", "ok", "hate", "unused" };
        var posts = Enumerable.Range(0, 150).Select(i => new FusionExample(
            i % 3 == 0 ? [Text("buy cheap pills", 0)] : i % 3 == 1 ? [Text(Harmless[i % 4], 0)] : [Audio(true, (ulong)i)], i % 3, [$"c{i}"])).ToArray();

        var head = FusionTrainer.Fit(posts, keys, Quick with { Reference = 1 });

        Answer(head.Predict([Text("cheap pills", 0)])).ShouldBe(0);
        Answer(head.Predict([Text(Harmless[3], 0)])).ShouldBe(1);
        Answer(head.Predict([Audio(true, 999), Text(Harmless[3], 0)])).ShouldBe(2);
        head.Predict([Text("cheap pills", 0)])[3].ShouldBeLessThan(1e-3f);
        using var model = Save(head);
        model.Predict([[Audio(true, 999)]])[0][2].ShouldBe(head.Predict([Audio(true, 999)])[2], 1e-4f);
    }

    [Fact]
    public void Equal_examples_give_equal_files()
    {
        var posts = Posts(80, 3);
        var provenance = new HeadProvenance("e", "s", "p", DateTime.UnixEpoch);

        FusionOnnxWriter.ToBytes(FusionTrainer.Fit(posts, Labels, Quick), provenance)
            .ShouldBe(FusionOnnxWriter.ToBytes(FusionTrainer.Fit(posts, Labels, Quick), provenance));
    }

    [Fact]
    public void Equal_contents_of_a_modality_share_a_fold()
    {
        var posts = Enumerable.Range(0, 200).Select(i => new FusionExample([Text("x", 0), Image(false, 1)], 0, [$"text{i}", $"image{i % 20}"])).ToArray();

        var folds = FusionFolds.Assign(posts, Modality.Image, 5, 1);

        folds.Distinct().Count().ShouldBeGreaterThan(3);
        Enumerable.Range(0, 200).GroupBy(i => i % 20).ShouldAllBe(g => g.Select(i => folds[i]).Distinct().Count() == 1);
        FusionFolds.Assign(posts, Modality.Text, 5, 1).Distinct().Count().ShouldBe(5);
    }

    [Fact]
    public void What_cannot_be_trained_on_is_refused_with_a_reason()
    {
        Should.Throw<RefusedException>(() => FusionTrainer.Fit(Posts(5, 1), Labels, Quick)).Code.ShouldBe("training.too-few");
        Should.Throw<RefusedException>(() => FusionTrainer.Fit([.. Posts(40, 1).Select(p => p with { Label = 0 })], Labels, Quick)).Code.ShouldBe("training.one-label");
        Should.Throw<RefusedException>(() => FusionTrainer.Fit([.. Posts(40, 1).Select(p => p with { Parts = [] })], Labels, Quick)).Code.ShouldBe("training.no-parts");
        Should.Throw<RefusedException>(() => FusionTrainer.Fit(Posts(40, 1), Labels, Quick with { Folds = 1 })).Code.ShouldBe("training.bad-options");
    }

    [Fact]
    public void A_head_of_another_kind_is_refused()
    {
        var path = Path.Combine(_folder.Path, "h.onnx");
        FusionOnnxWriter.Save(Fitted.Value.Head, new HeadProvenance("e", "s", "p", DateTime.UnixEpoch), path);

        Should.Throw<InvalidHeadException>(() => HeadModel.Load(path)).Message.ShouldContain("lacks");
        File.WriteAllBytes(path, [1, 2, 3]);
        Should.Throw<InvalidHeadException>(() => FusionModel.Load(path)).Message.ShouldContain("ONNX");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Posts of one to three parts; a violation where any part is one.</summary>
    private static FusionExample[] Posts(int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        var posts = new FusionExample[count];
        for (var i = 0; i < count; i++)
        {
            var parts = new List<PartVector>();
            var label = 0;
            var modalities = 1 + random.Next(7);
            foreach (var modality in Enum.GetValues<Modality>().Where(m => (modalities & (1 << (int)m)) != 0))
            {
                var bad = random.Next(4) == 0;
                label |= bad ? 1 : 0;
                var noise = random.NextBits();
                parts.Add((modality switch
                {
                    Modality.Text => Text(bad ? $"a bad word {Harmless[(int)(noise % 4)]}" : Harmless[(int)(noise % 4)], 0),
                    Modality.Image => Image(bad, noise),
                    _ => Audio(bad, noise),
                }) with { Part = parts.Count });
            }

            posts[i] = new(parts, label, [.. parts.Select((_, p) => $"{seed}/{i}/{p}")]);
        }

        return posts;
    }

    private static PartVector Text(string text, int part) => PartVector.Of(part, new TextVector(NgramFeaturizer.Featurize(text), null));

    private static PartVector Image(bool bad, ulong noise) =>
        PartVector.Of(0, new ImageFeatures(Noise(ImageEncoder.Dimensions, noise, 0), Noise(ImageEncoder.LayoutDimensions, noise + 1, bad ? 2 : 0), [0, 0, 1, 0, 0]));

    private static PartVector Audio(bool bad, ulong noise) => PartVector.OfAudio(0, Noise(192, noise + 2, bad ? 2 : 0));

    /// <summary>Uniform noise in 0 to 1, the first 40 numbers raised.</summary>
    private static float[] Noise(int width, ulong seed, float raised)
    {
        var random = new SeededRandom(SeededRandom.Mix(seed));
        return [.. Enumerable.Range(0, width).Select(j => (float)random.NextUnit() + (j < 40 ? raised / 2 : 0))];
    }

    private static int Answer(float[] probabilities) => Array.IndexOf(probabilities, probabilities.Max());

    private FusionModel Save(FittedFusion head)
    {
        var path = Path.Combine(_folder.Path, $"{Guid.NewGuid():N}.onnx");
        FusionOnnxWriter.Save(head, new HeadProvenance("encoders-1", "hash", "policy@1", DateTime.UnixEpoch), path);
        return FusionModel.Load(path);
    }
}
