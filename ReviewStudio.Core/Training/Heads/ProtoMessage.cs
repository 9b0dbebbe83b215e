using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace ReviewStudio.Core.Training.Heads;

/// <summary>Writes one protocol-buffer message field by field, in the order of the calls: equal calls give equal bytes.</summary>
internal sealed class ProtoMessage
{
    private readonly MemoryStream _bytes = new();

    public ProtoMessage Integer(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    public ProtoMessage Single(int field, float value)
    {
        Varint(((ulong)field << 3) | 5);
        Span<byte> buffer = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(buffer, value);
        _bytes.Write(buffer);
        return this;
    }

    public ProtoMessage Text(int field, string value) => Raw(field, Encoding.UTF8.GetBytes(value));

    public ProtoMessage Message(int field, ProtoMessage value) => Raw(field, value._bytes.GetBuffer().AsSpan(0, (int)value._bytes.Length));

    /// <summary>Little-endian array contents, as ONNX keeps them in raw_data.</summary>
    public ProtoMessage Array<T>(int field, ReadOnlySpan<T> values)
        where T : unmanaged => Raw(field, MemoryMarshal.AsBytes(values));

    public void CopyTo(Stream target) => _bytes.WriteTo(target);

    private ProtoMessage Raw(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.WriteByte((byte)(value | 0x80));
        }

        _bytes.WriteByte((byte)value);
    }
}
