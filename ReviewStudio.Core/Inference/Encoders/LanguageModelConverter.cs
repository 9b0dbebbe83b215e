using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReviewStudio.Core.Inference.Onnx;

namespace ReviewStudio.Core.Inference.Encoders;

/// <summary>Rebuilds the language model of the npm package lande (a small fully connected network) as ONNX.</summary>
internal static class LanguageModelConverter
{
    private static readonly string[] Orders = ["unigrams", "bigrams", "trigrams", "quadgrams"];

    /// <summary>The n-grams that the network looks for: four lists, by length 1 to 4.</summary>
    public static string[][] ReadNgrams(string folder)
    {
        using var document = JsonDocument.Parse(BareKey().Replace(ReadObject(folder, "t50-ngrams.js"), "$1\"$2\":"));
        return [.. Orders.Select(order => document.RootElement.GetProperty(order).EnumerateArray().Select(e => e.GetString()!).ToArray())];
    }

    /// <summary>ISO 639-3 codes in output order.</summary>
    public static string[] ReadLanguages(string folder) =>
        [.. Code().Matches(File.ReadAllText(Path.Combine(folder, "t50-langs.js"))).Select(m => m.Groups[1].Value)];

    public static byte[] Convert(string folder)
    {
        using var document = JsonDocument.Parse(ReadObject(folder, "t50-options.js"));
        var inputs = ReadNgrams(folder).Sum(list => list.Length);
        var languages = ReadLanguages(folder).Length;
        var graph = new OnnxGraphBuilder("lande-t50");
        var current = graph.Input("ngrams", OnnxType.Float, "batch", inputs);
        graph.Output("probabilities", OnnxType.Float, "batch", languages);
        var width = inputs;
        var layerNumber = 0;
        foreach (var layer in document.RootElement.GetProperty("layers").EnumerateArray())
        {
            switch (layer.GetProperty("type").GetString())
            {
                case "dense":
                    var filters = layer.GetProperty("_filters").EnumerateArray().Select(f => Decode(f.GetString()!)).ToArray();
                    var weights = graph.Initializer($"weights{layerNumber}", filters.SelectMany(f => f).ToArray(), filters.Length, width);
                    var biases = graph.Initializer($"biases{layerNumber}", Decode(layer.GetProperty("_biases").GetString()!), filters.Length);
                    current = graph.Node("Gemm", [current, weights, biases], ("transB", 1));
                    width = filters.Length;
                    layerNumber++;
                    break;
                case "relu":
                    current = graph.Node("Relu", [current]);
                    break;
                case "softmax":
                    graph.AddNode("Softmax", [current], ["probabilities"], ("axis", -1));
                    break;
            }
        }

        return graph.ToBytes();
    }

    /// <summary>Weights are bytes around 127, divided by the scale in front: <c>scale|base64</c>.</summary>
    private static float[] Decode(string packed)
    {
        var bar = packed.IndexOf('|', StringComparison.Ordinal);
        var scale = float.Parse(packed.AsSpan(1, bar - 1), CultureInfo.InvariantCulture);
        return [.. System.Convert.FromBase64String(packed[(bar + 1)..]).Select(b => (b - 127) / scale)];
    }

    private static string ReadObject(string folder, string file)
    {
        var text = File.ReadAllText(Path.Combine(folder, file));
        return text[text.IndexOf('{', StringComparison.Ordinal)..].TrimEnd().TrimEnd(';');
    }

    private static Regex BareKey() => new(@"([{,])\s*(unigrams|bigrams|trigrams|quadgrams)\s*:", RegexOptions.None, TimeSpan.FromSeconds(1));

    private static Regex Code() => new("\"([a-z]{3})\"", RegexOptions.None, TimeSpan.FromSeconds(1));
}
