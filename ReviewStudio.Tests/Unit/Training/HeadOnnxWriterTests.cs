using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Training.Heads;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Training;

public sealed class HeadOnnxWriterTests
{
    private static readonly HeadProvenance Provenance =
        new("ngram-1;use-lite-en-1", "snapshot-7", "hate@3", new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc));

    [Fact]
    public void File_predicts_what_the_head_in_memory_predicts()
    {
        var head = LogisticHeadTrainer.Fit(HeadExamples.Make(150, seed: 1, noise: 0.1), [.. HeadExamples.Labels, "unseen"], new() { Folds = 3 });
        TextVector[] items =
        [
            .. HeadExamples.Make(50, seed: 2).Select(e => e.Vector),
            new(SparseVector.Empty, null),
            new(new([5, 262_143], [1f, 2f]), null),
            new(SparseVector.Empty, HeadExamples.Make(9, seed: 3).First(e => e.Vector.Embedding is not null).Vector.Embedding),
        ];

        var rows = Run(head, items);

        head.Temperature.ShouldNotBe(1);
        for (var i = 0; i < items.Length; i++)
        {
            var expected = head.Predict(items[i]);
            for (var k = 0; k < expected.Length; k++)
            {
                rows[i][k].ShouldBe(expected[k], 1e-5f, $"item {i}, label {k}");
            }
        }
    }

    [Fact]
    public void Embedding_of_an_item_that_is_marked_as_absent_is_ignored()
    {
        var head = LogisticHeadTrainer.Fit(HeadExamples.Make(100, seed: 1), HeadExamples.Labels, new() { L2 = 0.1, Temperature = 2 });
        var item = HeadExamples.Make(9, seed: 4).First(e => e.Vector.Embedding is not null).Vector;

        var rows = Run(head, [item with { Embedding = null }], leftover: item.Embedding);

        rows[0].Zip(head.Predict(item with { Embedding = null })).ShouldAllBe(p => Math.Abs(p.First - p.Second) < 1e-5);
    }

    [Fact]
    public void Same_training_gives_the_same_bytes()
    {
        byte[] Train()
        {
            var head = LogisticHeadTrainer.Fit(HeadExamples.Make(80, seed: 1), HeadExamples.Labels, new() { Folds = 2 });
            using var stream = new MemoryStream();
            HeadOnnxWriter.Write(head, Provenance, stream);
            return stream.ToArray();
        }

        Train().ShouldBe(Train());
    }

    [Fact]
    public void Metadata_tells_labels_encoders_and_origin()
    {
        var head = LogisticHeadTrainer.Fit(HeadExamples.Make(80, seed: 1), HeadExamples.Labels, new() { L2 = 0.1, Temperature = 1.5 });

        using var session = new InferenceSession(Bytes(head));

        var metadata = session.ModelMetadata.CustomMetadataMap;
        metadata["reviewstudio.format"].ShouldBe("head-1");
        JsonSerializer.Deserialize<string[]>(metadata["reviewstudio.labels"]).ShouldBe(HeadExamples.Labels);
        metadata["reviewstudio.encoders"].ShouldBe("ngram-1;use-lite-en-1");
        metadata["reviewstudio.trained_on"].ShouldBe("snapshot-7");
        metadata["reviewstudio.policy"].ShouldBe("hate@3");
        metadata["reviewstudio.trainer"].ShouldBe("logistic-1 l2=0.1 temperature=1.5");
        metadata["reviewstudio.created"].ShouldBe("2026-03-01T12:00:00.000000Z");
    }

    [Fact]
    public void Saving_leaves_one_whole_file()
    {
        var folder = Directory.CreateTempSubdirectory("head-").FullName;
        try
        {
            var head = LogisticHeadTrainer.Fit(HeadExamples.Make(80, seed: 1), HeadExamples.Labels, new() { L2 = 0.1, Temperature = 1 });
            HeadOnnxWriter.Save(head, Provenance, Path.Combine(folder, "head.onnx"));
            HeadOnnxWriter.Save(head, Provenance, Path.Combine(folder, "head.onnx"));

            Directory.GetFiles(folder).Select(Path.GetFileName).ShouldBe(["head.onnx"]);
            new FileInfo(Path.Combine(folder, "head.onnx")).Length.ShouldBeInRange(1_000_000, 1_200_000);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Head_model_serves_the_file_and_predicts_the_same()
    {
        var path = Path.GetTempFileName();
        try
        {
            var head = LogisticHeadTrainer.Fit(HeadExamples.Make(100, seed: 1), HeadExamples.Labels, new() { L2 = 0.1, Temperature = 1.5 });
            TextVector[] items = [.. HeadExamples.Make(300, seed: 2).Select(e => e.Vector)];
            HeadOnnxWriter.Save(head, Provenance, path);

            using var model = HeadModel.Load(path);

            model.Metadata.Labels.ShouldBe(HeadExamples.Labels);
            model.Metadata.TrainedOn.ShouldBe("snapshot-7");
            var rows = model.Predict(items);
            for (var i = 0; i < items.Length; i++)
            {
                rows[i].Zip(head.Predict(items[i])).ShouldAllBe(p => Math.Abs(p.First - p.Second) < 1e-5);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Bytes(FittedHead head)
    {
        using var stream = new MemoryStream();
        HeadOnnxWriter.Write(head, Provenance, stream);
        return stream.ToArray();
    }

    private static float[][] Run(FittedHead head, TextVector[] items, float[]? leftover = null)
    {
        var width = Math.Max(1, items.Max(i => i.Ngrams.Indices.Length));
        var indices = new DenseTensor<long>([items.Length, width]);
        var values = new DenseTensor<float>([items.Length, width]);
        var embedding = new DenseTensor<float>([items.Length, 512]);
        var present = new DenseTensor<float>([items.Length, 1]);
        for (var i = 0; i < items.Length; i++)
        {
            for (var j = 0; j < items[i].Ngrams.Indices.Length; j++)
            {
                indices[i, j] = items[i].Ngrams.Indices[j];
                values[i, j] = items[i].Ngrams.Values[j];
            }

            present[i, 0] = items[i].Embedding is null ? 0 : 1;
            (items[i].Embedding ?? leftover)?.CopyTo(embedding.Buffer[(i * 512)..]);
        }

        using var session = new InferenceSession(Bytes(head));
        using var results = session.Run(
        [
            NamedOnnxValue.CreateFromTensor("ngram_indices", indices),
            NamedOnnxValue.CreateFromTensor("ngram_values", values),
            NamedOnnxValue.CreateFromTensor("embedding", embedding),
            NamedOnnxValue.CreateFromTensor("embedding_present", present),
        ]);
        var flat = results.Single(r => string.Equals(r.Name, "probabilities", StringComparison.Ordinal)).AsEnumerable<float>().ToArray();
        return [.. flat.Chunk(head.LabelKeys.Count)];
    }
}
