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
    private readonly List<byte[]> _hashes = [];
    private readonly MemoryStream _buffer = new();

    public void Add<T>(string table, T row, IReadOnlyList<Column<T>> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _buffer.SetLength(0);
        Append(table);
        foreach (var column in columns.Where(c => c.Canonical))
        {
            Append(Text(column.Read(row)));
        }

        _hashes.Add(SHA256.HashData(_buffer.GetBuffer().AsSpan(0, (int)_buffer.Length)));
    }

    /// <summary>Also counts what was asked for.</summary>
    /// <returns>Lower-case hex.</returns>
    public string Finish(string options)
    {
        _hashes.Sort((a, b) => a.AsSpan().SequenceCompareTo(b));
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        all.AppendData(Encoding.UTF8.GetBytes(options));
        _hashes.ForEach(all.AppendData);
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
        var bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(length, text is null ? -1 : bytes.Length);
        _buffer.Write(length);
        _buffer.Write(bytes);
    }
}
