namespace ReviewStudio.Core.Training.Heads;

/// <summary>The few parts of ONNX that a head needs. Field numbers are those of onnx.proto, IR version 8, operator set 17.</summary>
internal sealed class HeadGraph
{
    public const int Float = 1, Int32 = 6, Int64 = 7;

    private const int IrVersion = 8, OperatorSet = 17;

    private readonly ProtoMessage _graph = new();
    private readonly List<ProtoMessage> _initializers = [];
    private readonly List<ProtoMessage> _inputs = [];
    private readonly List<ProtoMessage> _outputs = [];
    private int _nodes;

    public string Constant(string name, float[] values, params long[] shape) => Tensor<float>(name, Float, values, shape);

    public string Constant(string name, int[] values, params long[] shape) => Tensor<int>(name, Int32, values, shape);

    public string Constant(string name, long[] values, params long[] shape) => Tensor<long>(name, Int64, values, shape);

    /// <summary>A dimension below 0 is the batch (-1) or the number of n-grams (-2).</summary>
    public string Input(string name, int type, params long[] shape)
    {
        _inputs.Add(Value(name, type, shape));
        return name;
    }

    public void Output(string name, int type, params long[] shape) => _outputs.Add(Value(name, type, shape));

    /// <summary>Adds a node with one output, which takes the given name.</summary>
    public string Node(string operation, string output, string[] inputs, params (string Name, long Value)[] attributes)
    {
        var node = new ProtoMessage();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        node.Text(2, output).Text(3, $"{operation}_{_nodes++}").Text(4, operation);
        foreach (var (name, value) in attributes)
        {
            node.Message(5, new ProtoMessage().Text(1, name).Integer(3, value).Integer(20, 2));
        }

        _graph.Message(1, node);
        return output;
    }

    public void Save(Stream target, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        _graph.Text(2, "head");
        _initializers.ForEach(t => _graph.Message(5, t));
        _inputs.ForEach(v => _graph.Message(11, v));
        _outputs.ForEach(v => _graph.Message(12, v));
        var model = new ProtoMessage()
            .Integer(1, IrVersion)
            .Text(2, "ReviewStudio")
            .Message(7, _graph)
            .Message(8, new ProtoMessage().Text(1, "").Integer(2, OperatorSet));
        foreach (var (key, value) in metadata)
        {
            model.Message(14, new ProtoMessage().Text(1, key).Text(2, value));
        }

        model.CopyTo(target);
    }

    private static ProtoMessage Value(string name, int type, long[] shape)
    {
        var dimensions = new ProtoMessage();
        foreach (var size in shape)
        {
            dimensions.Message(1, size < 0 ? new ProtoMessage().Text(2, size == -1 ? "batch" : "ngrams") : new ProtoMessage().Integer(1, size));
        }

        var tensor = new ProtoMessage().Integer(1, type).Message(2, dimensions);
        return new ProtoMessage().Text(1, name).Message(2, new ProtoMessage().Message(1, tensor));
    }

    private string Tensor<T>(string name, int type, T[] values, long[] shape)
        where T : unmanaged
    {
        var tensor = new ProtoMessage();
        foreach (var size in shape)
        {
            tensor.Integer(1, size);
        }

        _initializers.Add(tensor.Integer(2, type).Text(8, name).Array<T>(9, values));
        return name;
    }
}
