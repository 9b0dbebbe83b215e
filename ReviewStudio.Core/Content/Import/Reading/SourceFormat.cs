using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Content.Import.Reading;

public enum SourceFormat
{
    Csv,
    Tsv,
    JsonLines,
    Parquet,
}

/// <summary>Tells the format of a file by what is in it, and by its name where the content leaves it open.</summary>
public static class FormatSniffer
{
    private const int SampleLength = 64 * 1024;

    /// <param name="stream">At its beginning, seekable; is put back there.</param>
    /// <param name="name">The file's name, for its ending and for messages.</param>
    /// <exception cref="RefusedException">The file is empty, or none of the formats that can be read.</exception>
    public static async Task<SourceFormat> DetectAsync(Stream stream, string name, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        var sample = new byte[SampleLength];
        var length = await stream.ReadAtLeastAsync(sample, SampleLength, throwOnEndOfStream: false, cancellation);
        stream.Position = 0;
        return Detect(sample.AsSpan(0, length), name);
    }

    private static SourceFormat Detect(ReadOnlySpan<byte> sample, string name)
    {
        var ending = Path.GetExtension(name).ToLowerInvariant();
        if (sample.StartsWith("PAR1"u8))
        {
            return SourceFormat.Parquet;
        }

        if (ending is ".parquet" or ".pq" && sample.Length > 0)
        {
            throw new RefusedException("import.parquet", $"{name} is not a Parquet file, or its beginning is missing. Export it again.");
        }

        var packed = sample.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) || sample.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]);
        if (packed || sample.StartsWith("PK\x03\x04"u8))
        {
            throw new RefusedException(
                "import.packed",
                packed ? $"{name} is compressed. Unpack it, then import what is inside."
                    : $"{name} is a ZIP archive or a spreadsheet. Unpack it, or save the sheet as CSV (UTF-8).");
        }

        var wide = TextEncodings.IsUtf16(sample);
        if (!wide && sample.Contains((byte)0))
        {
            throw new RefusedException("import.binary", $"{name} is not a text file. Import CSV, TSV, JSON lines or Parquet.");
        }

        var text = TextEncodings.Of(sample, out var mark).GetString(sample[mark..]);
        var first = text.AsSpan().TrimStart();
        if (first.IsEmpty)
        {
            throw new RefusedException("import.empty", $"{name} is empty. Export it again, or choose another file.");
        }

        var json = first[0] == '{' && ending is not (".csv" or ".tsv" or ".tab");
        if (first[0] == '[' && ending.StartsWith(".json", StringComparison.Ordinal))
        {
            throw new RefusedException("import.json-array", $"{name} is one JSON array. Write one object a line instead, for example with: jq -c '.[]' {name}");
        }

        if (json && wide)
        {
            throw new RefusedException("import.encoding", $"{name} is in UTF-16. Save it as UTF-8.");
        }

        if (json || ending is ".jsonl" or ".ndjson" or ".json")
        {
            return SourceFormat.JsonLines;
        }

        return ending is ".tsv" or ".tab" || Delimiter(text) == '\t' ? SourceFormat.Tsv : SourceFormat.Csv;
    }

    /// <summary>The delimiter that the header line has most of, outside of quotes; a comma when it has none.</summary>
    internal static char Delimiter(string text)
    {
        ReadOnlySpan<char> candidates = [',', '\t', ';', '|'];
        Span<int> counts = stackalloc int[candidates.Length];
        var quoted = false;
        foreach (var c in text.AsSpan().TrimStart("\r\n"))
        {
            if (c is '\n' or '\r' && !quoted)
            {
                break;
            }

            quoted ^= c == '"';
            if (!quoted && candidates.IndexOf(c) is >= 0 and var index)
            {
                counts[index]++;
            }
        }

        var best = 0;
        for (var i = 1; i < counts.Length; i++)
        {
            best = counts[i] > counts[best] ? i : best;
        }

        return candidates[best];
    }
}
