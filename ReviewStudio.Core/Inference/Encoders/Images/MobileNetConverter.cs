using System.Text;
using System.Text.Json;
using ReviewStudio.Core.Inference.Onnx;

namespace ReviewStudio.Core.Inference.Encoders.Images;

/// <summary>
/// Rebuilds the MobileNet v2 (Sandler et al., CVPR 2018) of the npm package nsfwjs as ONNX from its TensorFlow.js graph.
/// Input <c>image</c> f32[b,224,224,3] in 0..1; outputs <c>features</c> f32[b,1792], <c>probabilities</c> f32[b,5]
/// and, taken from half-way through, <c>layout</c> f32[b,1224]: the last features are what the network's own classes
/// need, those half-way still know shapes and where they are.
/// </summary>
internal sealed class MobileNetConverter
{
    // The last layer on a grid of 14 × 14, with 136 channels.
    private const string HalfWay = "/expanded_conv_12/add";

    private readonly OnnxGraphBuilder _graph = new("nsfw-mobilenet");
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GraphTensor> _weights;
    private readonly string _six;
    private readonly string _zero;

    private MobileNetConverter(Dictionary<string, GraphTensor> weights)
    {
        _weights = weights;

        // Clip takes its bounds as scalars without a dimension.
        _zero = _graph.Initializer("zero", [0f]);
        _six = _graph.Initializer("six", [6f]);
    }

    public static byte[] Convert(string folder)
    {
        using var model = JsonDocument.Parse(ScriptObject.ToJson(File.ReadAllText(Path.Combine(folder, "model.min.js")), "format"));
        var shards = Directory.EnumerateFiles(folder, "group1-shard*.js").Order(StringComparer.Ordinal)
            .SelectMany(file => ScriptObject.LongestBase64(File.ReadAllText(file))).ToArray();
        var converter = new MobileNetConverter(GraphWeights.Read(model.RootElement.GetProperty("weightsManifest"), shards));
        return converter.Build(model.RootElement.GetProperty("modelTopology").GetProperty("node"));
    }

    private byte[] Build(JsonElement nodes)
    {
        _graph.Input("image", OnnxType.Float, "batch", ImageEncoder.Side, ImageEncoder.Side, 3);
        _graph.Output("features", OnnxType.Float, "batch", ImageEncoder.Dimensions);
        _graph.Output("layout", OnnxType.Float, "batch", ImageEncoder.LayoutDimensions);
        _graph.Output("probabilities", OnnxType.Float, "batch", ImageEncoder.ClassNames.Count);
        foreach (var node in nodes.EnumerateArray())
        {
            var name = node.GetProperty("name").GetString()!;
            var op = node.GetProperty("op").GetString()!;
            string[] inputs = node.TryGetProperty("input", out var list) ? [.. list.EnumerateArray().Select(i => i.GetString()!)] : [];
            switch (op)
            {
                case "Const":
                    break;
                case "Placeholder":
                    _names[name] = _graph.Node("Transpose", ["image"], ("perm", new long[] { 0, 3, 1, 2 }));
                    break;
                case "Mul" or "Sub" or "AddV2":
                    _names[name] = _graph.Node(op == "AddV2" ? "Add" : op, [NameOf(inputs[0]), NameOf(inputs[1])]);
                    break;
                case "_FusedConv2D" or "FusedDepthwiseConv2dNative":
                    _names[name] = Convolve(node.GetProperty("attr"), inputs, depthwise: op[0] == 'F');
                    break;
                case "AvgPool":
                    _names[name] = _graph.Node("GlobalAveragePool", [NameOf(inputs[0])]);
                    break;
                case "Squeeze":
                    _graph.AddNode("Flatten", [NameOf(inputs[0])], ["features"], ("axis", 1));
                    _names[name] = "features";
                    break;
                case "_FusedMatMul":
                    _names[name] = _graph.Node("Add", [_graph.Node("MatMul", [NameOf(inputs[0]), NameOf(inputs[1])]), NameOf(inputs[2])]);
                    break;
                case "Softmax":
                    _graph.AddNode("Softmax", [NameOf(inputs[0])], ["probabilities"], ("axis", -1));
                    break;
                case "Identity":
                    break;
                default:
                    throw new InvalidDataException($"The graph holds {op}, which is not known here.");
            }
        }

        // Nine fields that overlap: rows and columns 0-5, 4-9 and 8-13.
        var halfWay = _names.Single(n => n.Key.EndsWith(HalfWay, StringComparison.Ordinal)).Value;
        var fields = _graph.Node("AveragePool", [halfWay], ("kernel_shape", new long[] { 6, 6 }), ("strides", new long[] { 4, 4 }));
        _graph.AddNode("Flatten", [fields], ["layout"], ("axis", 1));
        return _graph.ToBytes();
    }

    private string Convolve(JsonElement attributes, string[] inputs, bool depthwise)
    {
        var kernel = _weights[inputs[1]];
        int height = kernel.Shape[0], width = kernel.Shape[1], rows = kernel.Shape[2], columns = kernel.Shape[3];

        // [H, W, I, O] becomes [O, I, H, W]; for depthwise kernels [H, W, C, M] becomes [C·M, 1, H, W].
        var (outputs, ins) = depthwise ? (rows * columns, 1) : (columns, rows);
        var turned = new float[kernel.Values.Length];
        for (var p = 0; p < height * width; p++)
        {
            for (var i = 0; i < ins; i++)
            {
                for (var o = 0; o < outputs; o++)
                {
                    turned[(((o * ins) + i) * height * width) + p] = kernel.Values[(((p * ins) + i) * outputs) + o];
                }
            }
        }

        var strides = attributes.GetProperty("strides").GetProperty("list").GetProperty("i").EnumerateArray()
            .Select(i => long.Parse(i.GetString()!, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        var fused = attributes.GetProperty("fused_ops").GetProperty("list").GetProperty("s").EnumerateArray().Select(Text).ToArray();
        var result = _graph.Node(
            "Conv",
            [NameOf(inputs[0]), _graph.Initializer(inputs[1], turned, outputs, ins, height, width), _graph.Initializer(inputs[2], _weights[inputs[2]].Values, outputs)],
            ("strides", new[] { strides[1], strides[2] }),
            ("auto_pad", Text(attributes.GetProperty("padding").GetProperty("s")) == "SAME" ? "SAME_UPPER" : "VALID"),
            ("group", depthwise ? rows : 1),
            ("kernel_shape", new long[] { height, width }));
        return fused is ["BiasAdd"] ? result
            : fused is ["BiasAdd", "Relu6"] ? _graph.Node("Clip", [result, _zero, _six])
            : throw new InvalidDataException($"The graph joins {string.Join(", ", fused)}, which is not known here.");
    }

    /// <summary>The name of a computed value, or of a constant, which becomes an initializer when first asked for.</summary>
    private string NameOf(string name)
    {
        if (!_names.TryGetValue(name, out var found))
        {
            var tensor = _weights[name];
            found = _names[name] = _graph.Initializer(name, tensor.Values, [.. tensor.Shape.Select(d => (long)d)]);
        }

        return found;
    }

    private static string Text(JsonElement base64) => Encoding.ASCII.GetString(System.Convert.FromBase64String(base64.GetString()!));
}
