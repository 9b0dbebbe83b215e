using System.Buffers.Binary;

namespace ReviewStudio.Core.Inference;

/// <summary>
/// Text vectors as bytes: the number of n-grams, their indices as differences (LEB128), their values and the embedding
/// as float16. Half precision moves no probability by more than about 1e-3.
/// </summary>
public static class VectorCodec
{
    public static byte[] Encode(TextVector vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        var sparse = vector.Ngrams;
        using var buffer = new MemoryStream((sparse.Indices.Length * 5) + 1030);
        WriteNumber(buffer, (uint)sparse.Indices.Length);
        var previous = 0;
        foreach (var index in sparse.Indices)
        {
            WriteNumber(buffer, (uint)(index - previous));
            previous = index;
        }

        WriteHalves(buffer, sparse.Values);
        if (vector.Embedding is { } embedding)
        {
            WriteHalves(buffer, embedding);
        }

        return buffer.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are no text vector.</exception>
    public static TextVector Decode(ReadOnlySpan<byte> bytes)
    {
        var count = (int)ReadNumber(ref bytes);
        var indices = new int[count];
        var previous = 0;
        for (var i = 0; i < count; i++)
        {
            previous += (int)ReadNumber(ref bytes);
            indices[i] = previous;
        }

        var values = ReadHalves(ref bytes, count);
        return new TextVector(new SparseVector(indices, values), bytes.IsEmpty ? null : ReadHalves(ref bytes, bytes.Length / 2));
    }

    /// <summary>A dense vector as float16; what is beyond its range becomes its end.</summary>
    internal static byte[] WriteDense(ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * 2];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(i * 2), (Half)Math.Clamp(values[i], (float)Half.MinValue, (float)Half.MaxValue));
        }

        return bytes;
    }

    internal static float[] ReadDense(ReadOnlySpan<byte> bytes) => ReadHalves(ref bytes, bytes.Length / 2);

    private static void WriteNumber(MemoryStream buffer, uint value)
    {
        while (value >= 0x80)
        {
            buffer.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        buffer.WriteByte((byte)value);
    }

    private static uint ReadNumber(ref ReadOnlySpan<byte> bytes)
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (bytes.IsEmpty)
            {
                break;
            }

            var b = bytes[0];
            bytes = bytes[1..];
            value |= (uint)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("A stored vector is cut off or damaged.");
    }

    private static void WriteHalves(MemoryStream buffer, ReadOnlySpan<float> values)
    {
        Span<byte> two = stackalloc byte[2];
        foreach (var value in values)
        {
            BinaryPrimitives.WriteHalfLittleEndian(two, (Half)value);
            buffer.Write(two);
        }
    }

    private static float[] ReadHalves(ref ReadOnlySpan<byte> bytes, int count)
    {
        if (bytes.Length < count * 2)
        {
            throw new InvalidDataException("A stored vector is cut off or damaged.");
        }

        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(i * 2)..]);
        }

        bytes = bytes[(count * 2)..];
        return values;
    }
}
