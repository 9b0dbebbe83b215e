using System.Diagnostics;
using System.Text.Json;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Training.Heads;
using ReviewStudio.Tests.Architecture;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Training;

/// <summary>An exported head in onnxruntime-node from npm, which shares nothing with the product but the file.</summary>
public sealed class OtherRuntimeTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "ReviewStudio.Tests", "Fixtures", "other-runtime");

    [Fact]
    public async Task Exported_head_gives_the_same_probabilities_in_onnxruntime_node()
    {
        Assert.SkipWhen(
            !Directory.Exists(Path.Combine(Folder, "node_modules", "onnxruntime-node")), "onnxruntime-node is not here: run 'npm ci --ignore-scripts' in ReviewStudio.Tests/Fixtures/other-runtime");
        var head = LogisticHeadTrainer.Fit(HeadExamples.Make(150, seed: 1, noise: 0.1), [.. HeadExamples.Labels, "unseen"], new() { Folds = 3 });
        TextVector[] items = [.. HeadExamples.Make(60, seed: 2).Select(e => e.Vector), new(SparseVector.Empty, null)];
        var path = Path.Combine(Path.GetTempPath(), $"head-{Guid.NewGuid():N}.onnx");
        HeadOnnxWriter.Save(head, new HeadProvenance("ngram-1;use-lite-en-1", "snapshot-7", "hate@3", DateTime.UnixEpoch), path);
        try
        {
            var found = await RunAsync(path, items);

            found.Shape.ShouldBe([items.Length, head.LabelKeys.Count]);
            for (var i = 0; i < items.Length; i++)
            {
                var expected = head.Predict(items[i]);
                for (var k = 0; k < expected.Length; k++)
                {
                    found.Data[(i * expected.Length) + k].ShouldBe(expected[k], 1e-5f, $"item {i}, label {k}");
                }
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<Answer> RunAsync(string path, TextVector[] items)
    {
        var start = new ProcessStartInfo("node", ["predict.mjs", path])
        {
            WorkingDirectory = Folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var node = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        var errors = node.StandardError.ReadToEndAsync();
        var output = node.StandardOutput.ReadToEndAsync();
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(new
        {
            width = Math.Max(1, items.Max(i => i.Ngrams.Indices.Length)),
            rows = items.Select(i => new { indices = i.Ngrams.Indices.ToArray(), values = i.Ngrams.Values.ToArray(), embedding = i.Embedding }),
        }));
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        node.ExitCode.ShouldBe(0, await errors);
        return JsonSerializer.Deserialize<Answer>(await output, JsonSerializerOptions.Web)!;
    }

    private sealed record Answer(int[] Shape, float[] Data);
}
