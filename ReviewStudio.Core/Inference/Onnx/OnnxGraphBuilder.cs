using System.Runtime.InteropServices;
using Google.Protobuf;

namespace ReviewStudio.Core.Inference.Onnx;

/// <summary>Element types that the house uses, by their number in the ONNX specification.</summary>
public enum OnnxType
{
    Float = 1,
    Int32 = 6,
    Int64 = 7,
}

/// <summary>
/// Writes ONNX models node by node. Only what the house needs of the format: float and integer tensors, the default
/// operator set, metadata. Field numbers are those of the published onnx.proto.
/// </summary>
public sealed class OnnxGraphBuilder(string name)
{
    private const int IrVersion = 8;
    private const int OperatorSet = 17;

    private readonly List<byte[]> _nodes = [];
    private readonly List<byte[]> _initializers = [];
    private readonly List<byte[]> _inputs = [];
    private readonly List<byte[]> _outputs = [];
    private readonly List<(string Key, string Value)> _metadata = [];
    private int _names;

    /// <summary>Declares an input. A dimension is a number, or a name for one that varies.</summary>
    public string Input(string input, OnnxType type, params ReadOnlySpan<object> dimensions)
    {
        _inputs.Add(ValueInfo(input, type, dimensions));
        return input;
    }

    /// <summary>Declares an output, which some node must produce under this name.</summary>
    public void Output(string output, OnnxType type, params ReadOnlySpan<object> dimensions) =>
        _outputs.Add(ValueInfo(output, type, dimensions));

    /// <summary>Adds a float tensor in row-major order.</summary>
    public string Initializer(string initializer, ReadOnlySpan<float> values, params ReadOnlySpan<long> dimensions) =>
        AddInitializer(initializer, OnnxType.Float, MemoryMarshal.AsBytes(values), dimensions);

    /// <summary>Adds an int32 tensor in row-major order; as gather indices, half the size of int64.</summary>
    public string Initializer(string initializer, ReadOnlySpan<int> values, params ReadOnlySpan<long> dimensions) =>
        AddInitializer(initializer, OnnxType.Int32, MemoryMarshal.AsBytes(values), dimensions);

    /// <summary>Adds an int64 tensor in row-major order.</summary>
    public string Initializer(string initializer, ReadOnlySpan<long> values, params ReadOnlySpan<long> dimensions) =>
        AddInitializer(initializer, OnnxType.Int64, MemoryMarshal.AsBytes(values), dimensions);

    /// <summary>Adds a constant vector of int64, as axes and shapes are given.</summary>
    public string Longs(params ReadOnlySpan<long> values) => Initializer(NextName("longs"), values, values.Length);

    /// <summary>Adds a constant of one float, shape [1].</summary>
    public string Scalar(float value) => Initializer(NextName("scalar"), [value], 1);

    /// <summary>Adds a node with one output of a generated name.</summary>
    /// <param name="attributes">Values: int, long, float, string, long[].</param>
    public string Node(string op, IReadOnlyList<string> inputs, params (string Name, object Value)[] attributes)
    {
        var output = NextName(op);
        AddNode(op, inputs, [output], attributes);
        return output;
    }

    /// <summary>Adds a node whose outputs have the given names.</summary>
    public void AddNode(string op, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs, params (string Name, object Value)[] attributes) =>
        _nodes.Add(Message(m =>
        {
            foreach (var input in inputs)
            {
                String(m, 1, input);
            }

            foreach (var output in outputs)
            {
                String(m, 2, output);
            }

            String(m, 3, $"{op}_{_nodes.Count}");
            String(m, 4, op);
            foreach (var (attribute, value) in attributes)
            {
                Bytes(m, 5, Attribute(attribute, value));
            }
        }));

    /// <summary>Adds a key and value to the model's metadata.</summary>
    public void Metadata(string key, string value) => _metadata.Add((key, value));

    /// <summary>The whole model file.</summary>
    public byte[] ToBytes()
    {
        var graph = Message(m =>
        {
            _nodes.ForEach(n => Bytes(m, 1, n));
            String(m, 2, name);
            _initializers.ForEach(i => Bytes(m, 5, i));
            _inputs.ForEach(i => Bytes(m, 11, i));
            _outputs.ForEach(o => Bytes(m, 12, o));
        });
        return Message(m =>
        {
            Number(m, 1, IrVersion);
            String(m, 2, "reviewstudio");
            Bytes(m, 7, graph);
            Bytes(m, 8, Message(set =>
            {
                String(set, 1, "");
                Number(set, 2, OperatorSet);
            }));
            foreach (var (key, value) in _metadata)
            {
                Bytes(m, 14, Message(entry =>
                {
                    String(entry, 1, key);
                    String(entry, 2, value);
                }));
            }
        });
    }

    private string NextName(string stem) => $"{stem.ToLowerInvariant()}_{_names++}";

    private string AddInitializer(string initializer, OnnxType type, ReadOnlySpan<byte> raw, ReadOnlySpan<long> dimensions)
    {
        var data = raw.ToArray();
        var shape = dimensions.ToArray();
        _initializers.Add(Message(m =>
        {
            foreach (var dimension in shape)
            {
                Number(m, 1, dimension);
            }

            Number(m, 2, (long)type);
            String(m, 8, initializer);
            Bytes(m, 9, data);
        }));
        return initializer;
    }

    private static byte[] ValueInfo(string value, OnnxType type, ReadOnlySpan<object> dimensions)
    {
        var dims = dimensions.ToArray();
        var shape = Message(m =>
        {
            foreach (var dimension in dims)
            {
                Bytes(m, 1, Message(d =>
                {
                    if (dimension is string symbol)
                    {
                        String(d, 2, symbol);
                    }
                    else
                    {
                        Number(d, 1, Convert.ToInt64(dimension, System.Globalization.CultureInfo.InvariantCulture));
                    }
                }));
            }
        });
        var tensor = Message(m =>
        {
            Number(m, 1, (long)type);
            Bytes(m, 2, shape);
        });
        return Message(m =>
        {
            String(m, 1, value);
            Bytes(m, 2, Message(t => Bytes(t, 1, tensor)));
        });
    }

    private static byte[] Attribute(string attribute, object value) => Message(m =>
    {
        String(m, 1, attribute);
        switch (value)
        {
            case float f:
                m.WriteTag(2, WireFormat.WireType.Fixed32);
                m.WriteFloat(f);
                Number(m, 20, 1);
                break;
            case int or long:
                Number(m, 3, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                Number(m, 20, 2);
                break;
            case string s:
                String(m, 4, s);
                Number(m, 20, 3);
                break;
            case long[] list:
                foreach (var number in list)
                {
                    Number(m, 8, number);
                }

                Number(m, 20, 7);
                break;
            default:
                throw new ArgumentException($"Attribute '{attribute}' has a {value.GetType().Name}, which is not written here.", nameof(value));
        }
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var stream = new CodedOutputStream(buffer, leaveOpen: true))
        {
            write(stream);
        }

        return buffer.ToArray();
    }

    private static void Number(CodedOutputStream stream, int field, long value)
    {
        stream.WriteTag(field, WireFormat.WireType.Varint);
        stream.WriteInt64(value);
    }

    private static void String(CodedOutputStream stream, int field, string value)
    {
        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        stream.WriteString(value);
    }

    private static void Bytes(CodedOutputStream stream, int field, byte[] value)
    {
        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        stream.WriteBytes(UnsafeByteOperations.UnsafeWrap(value));
    }
}
