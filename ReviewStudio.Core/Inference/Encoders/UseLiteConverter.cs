using System.Text.Json;
using ReviewStudio.Core.Inference.Onnx;

namespace ReviewStudio.Core.Inference.Encoders;

/// <summary>
/// Rebuilds the Universal Sentence Encoder lite (Cer et al., 2018), a two-layer transformer, as ONNX from the weights of
/// its TensorFlow.js package.
/// </summary>
internal static class UseLiteConverter
{
    public const int LongestInput = 128;

    private const int Width = 512;
    private const int Heads = 4;
    private const int EmbeddingWidth = 256;
    private const int Hidden = 1536;
    private const string Partition = "/ConcatPartitions/concat";
    private const string Applied = "module_apply_default/Encoder_en/KonaTransformer/Encode/";
    private const string Module = "module/Encoder_en/KonaTransformer/Encode/";

    public static byte[] Convert(string folder)
    {
        var weights = ReadWeights(folder);
        var graph = new OnnxGraphBuilder("use-lite-en");
        graph.Input("input_ids", OnnxType.Int64, "batch", "sequence");
        graph.Input("attention_mask", OnnxType.Int64, "batch", "sequence");
        graph.Output("embedding", OnnxType.Float, "batch", Width);

        var mask = graph.Node("Cast", ["attention_mask"], ("to", (int)OnnxType.Float));
        var hidden = Embed(graph, weights);
        var bias = graph.Node(
            "Unsqueeze", [graph.Node("Mul", [graph.Node("Sub", [graph.Scalar(1), mask]), graph.Scalar(-1e9f)]), graph.Longs(1, 2)]);
        for (var layer = 0; layer < 2; layer++)
        {
            hidden = Transform(graph, weights, hidden, bias, layer);
        }

        var masked = graph.Node("Mul", [hidden, graph.Node("Unsqueeze", [mask, graph.Longs(2)])]);
        var sum = graph.Node("ReduceSum", [masked, graph.Longs(1)], ("keepdims", 0));
        var count = graph.Node("Max", [graph.Node("ReduceSum", [mask, graph.Longs(1)], ("keepdims", 1)), graph.Scalar(1)]);
        var output = Linear(
            graph,
            graph.Node("Div", [sum, count]),
            "output",
            Width,
            Width,
            weights["module/Encoder_en/hidden_layers/tanh_layer_0/weights"],
            weights["module/Encoder_en/hidden_layers/tanh_layer_0/bias"]);
        graph.AddNode("LpNormalization", [graph.Node("Tanh", [output])], ["embedding"], ("axis", -1), ("p", 2));
        return graph.ToBytes();
    }

    /// <summary>2 × embedding + timing signal: the sum that the original feeds its first layer.</summary>
    private static string Embed(OnnxGraphBuilder graph, Dictionary<string, float[]> weights)
    {
        var table = weights["module/Embeddings_en"];
        graph.Initializer("pieces", table, table.Length / EmbeddingWidth, EmbeddingWidth);
        var frequencies = weights[Applied + "TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1"];
        var half = EmbeddingWidth / 2;
        var timing = new float[LongestInput * EmbeddingWidth];
        for (var t = 0; t < LongestInput; t++)
        {
            for (var j = 0; j < half; j++)
            {
                timing[(t * EmbeddingWidth) + j] = MathF.Sin(t * frequencies[j]);
                timing[(t * EmbeddingWidth) + half + j] = MathF.Cos(t * frequencies[j]);
            }
        }

        graph.Initializer("timing", timing, 1, LongestInput, EmbeddingWidth);
        var length = graph.Node("Slice", [graph.Node("Shape", ["input_ids"]), graph.Longs(1), graph.Longs(2)]);
        var signal = graph.Node("Slice", ["timing", graph.Longs(0), length, graph.Longs(1)]);
        var embedded = graph.Node("Gather", ["pieces", "input_ids"]);
        return graph.Node("Add", [graph.Node("Add", [embedded, embedded]), signal]);
    }

    private static string Transform(OnnxGraphBuilder graph, Dictionary<string, float[]> weights, string input, string bias, int layer)
    {
        var applied = $"{Applied}Layer_{layer}/TransformerLayer/";
        var module = $"{Module}Layer_{layer}/TransformerLayer/";
        var width = layer == 0 ? EmbeddingWidth : Width;
        var headWidth = width / Heads;

        var residual = layer == 0
            ? Linear(graph, input, "widen", EmbeddingWidth, Width, weights[applied + "dense/kernel" + Partition], weights[applied + "dense/bias" + Partition])
            : input;
        var normal = Normalize(graph, weights, input, applied, width, $"norm{layer}a");
        var joined = Linear(
            graph,
            normal,
            $"qkv{layer}",
            width,
            3 * width,
            weights[module + "MultiheadAttention/qkv_transform_single/kernel/part_0"],
            weights[applied + "MultiheadAttention/qkv_transform_single/bias" + Partition]);
        string[] parts = [$"query{layer}", $"key{layer}", $"value{layer}"];
        graph.AddNode("Split", [joined, graph.Longs(width, width, width)], parts, ("axis", 2));

        string Split(string part, params long[] permutation) => graph.Node(
            "Transpose", [graph.Node("Reshape", [part, graph.Longs(0, 0, Heads, headWidth)])], ("perm", permutation));

        var query = graph.Node("Mul", [Split(parts[0], 0, 2, 1, 3), graph.Scalar(1 / MathF.Sqrt(headWidth))]);
        var scores = graph.Node("Add", [graph.Node("MatMul", [query, Split(parts[1], 0, 2, 3, 1)]), bias]);
        var attended = graph.Node("MatMul", [graph.Node("Softmax", [scores], ("axis", -1)), Split(parts[2], 0, 2, 1, 3)]);
        var context = graph.Node(
            "Reshape", [graph.Node("Transpose", [attended], ("perm", new long[] { 0, 2, 1, 3 })), graph.Longs(0, 0, width)]);
        var output = Linear(
            graph,
            context,
            $"attention{layer}",
            width,
            Width,
            weights[module + "MultiheadAttention/output_transform_single/kernel/part_0"],
            weights[applied + "MultiheadAttention/output_transform_single/bias" + Partition]);
        var summed = graph.Node("Add", [output, residual]);

        var stack = $"{Applied}TransformerStack/Layer_{layer}/TransformerLayer/FFN/";
        var inner = graph.Node("Relu", [Linear(
            graph,
            Normalize(graph, weights, summed, applied + "FFN/", Width, $"norm{layer}b"),
            $"inner{layer}",
            Width,
            Hidden,
            weights[stack + "conv1/Tensordot/Reshape_1"],
            weights[applied + "FFN/conv1/bias" + Partition])]);
        var outer = Linear(
            graph, inner, $"outer{layer}", Hidden, Width, weights[stack + "conv2/Tensordot/Reshape_1"], weights[applied + "FFN/conv2/bias" + Partition]);
        return graph.Node("Add", [outer, summed]);
    }

    private static string Linear(OnnxGraphBuilder graph, string input, string name, int rows, int columns, float[] kernel, float[] bias)
    {
        graph.Initializer(name, kernel, rows, columns);
        graph.Initializer(name + "_bias", bias, columns);
        return graph.Node("Add", [graph.Node("MatMul", [input, name]), name + "_bias"]);
    }

    private static string Normalize(OnnxGraphBuilder graph, Dictionary<string, float[]> weights, string input, string prefix, int width, string name)
    {
        graph.Initializer(name + "_scale", weights[prefix + "layer_prepostprocess/layer_norm/layer_norm_scale" + Partition], width);
        graph.Initializer(name + "_bias", weights[prefix + "layer_prepostprocess/layer_norm/layer_norm_bias" + Partition], width);
        return graph.Node("LayerNormalization", [input, name + "_scale", name + "_bias"], ("axis", -1), ("epsilon", 1e-6f));
    }

    private static Dictionary<string, float[]> ReadWeights(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "model.json")));
        var manifest = document.RootElement.GetProperty("weightsManifest")[0];
        using var buffer = new MemoryStream();
        foreach (var path in manifest.GetProperty("paths").EnumerateArray())
        {
            buffer.Write(File.ReadAllBytes(Path.Combine(folder, Path.GetFileName(path.GetString()!))));
        }

        var bytes = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        var weights = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var entry in manifest.GetProperty("weights").EnumerateArray())
        {
            var count = entry.GetProperty("shape").EnumerateArray().Aggregate(1, (product, d) => product * d.GetInt32());
            if (entry.GetProperty("dtype").GetString() == "float32")
            {
                weights[entry.GetProperty("name").GetString()!] =
                    System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes[..(count * sizeof(float))]).ToArray();
            }

            // Every type in this package is four bytes wide.
            bytes = bytes[(count * sizeof(float))..];
        }

        return weights;
    }
}
