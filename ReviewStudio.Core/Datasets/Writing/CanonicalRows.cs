using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ReviewStudio.Core.Datasets.Writing;

/// <summary>
/// The logical hash: SHA-256 over the sorted SHA-256 hashes of all rows. A row is its canonical values as UTF-8, each
/// behind its length, so it depends on no file format, row order, culture or time zone.
/// </summary>
public sealed class CanonicalRows
{
    private const int Bits = 12;

    // By their first bits, so that no list is long: long ones are copied as they grow, and their old selves stay for a while.
    private readonly List<Digest>?[] _hashes = new List<Digest>?[1 << Bits];
    private byte[] _buffer = new byte[4 << 10];
    private int _length;

    public void Add<T>(string table, T row, IReadOnlyList<Column<T>> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _length = 0;
        Append(table);
        for (var c = 0; c < columns.Count; c++)
        {
            if (columns[c].Canonical)
            {
                Append(Text(columns[c].Read(row)));
            }
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_buffer.AsSpan(0, _length), hash);
        var digest = Digest.Read(hash);
        (_hashes[digest.A >> (64 - Bits)] ??= []).Add(digest);
    }

    /// <summary>Also counts what was asked for.</summary>
    /// <returns>Lower-case hex.</returns>
    public string Finish(string options)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        all.AppendData(Encoding.UTF8.GetBytes(options));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var part in _hashes.OfType<List<Digest>>())
        {
            part.Sort();
            foreach (var digest in part)
            {
                digest.Write(hash);
                all.AppendData(hash);
            }
        }

        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    /// <summary>An instant with microseconds, in UTC.</summary>
    public static string Instant(DateTime at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static string? Text(object? value) => value switch
    {
        null => null,
        string s => s,
        double d => d.ToString("R", CultureInfo.InvariantCulture),
        DateTime at => Instant(at),
        bool b => b ? "true" : "false",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private void Append(string? text)
    {
        var most = sizeof(int) + (text is null ? 0 : Encoding.UTF8.GetMaxByteCount(text.Length));
        if (_buffer.Length - _length < most)
        {
            Array.Resize(ref _buffer, Math.Max(_length + most, 2 * _buffer.Length));
        }

        var bytes = text is null ? -1 : Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length + sizeof(int)));
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length), bytes);
        _length += sizeof(int) + Math.Max(bytes, 0);
    }

    /// <summary>32 bytes in place, in the order of their bytes: a million of them are 32 MB and no objects.</summary>
    private readonly record struct Digest(ulong A, ulong B, ulong C, ulong D) : IComparable<Digest>
    {
        public static Digest Read(ReadOnlySpan<byte> bytes) => new(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));

        public void Write(Span<byte> bytes)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, A);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], B);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], C);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], D);
        }

        public int CompareTo(Digest other)
        {
            var first = A.CompareTo(other.A);
            var second = first != 0 ? first : B.CompareTo(other.B);
            var third = second != 0 ? second : C.CompareTo(other.C);
            return third != 0 ? third : D.CompareTo(other.D);
        }
    }
}
