namespace ReviewStudio.Core.Content.Import.Reading;

/// <summary>How much of a file is held in memory at a time.</summary>
public static class ReadLimits
{
    /// <summary>The longest row of a text file: bytes in JSON lines, UTF-16 units in CSV and TSV.</summary>
    public const int Row = 8 << 20;

    /// <summary>The most rows in one row group of a Parquet file, which is read as a whole.</summary>
    public const long GroupRows = 4_000_000;

    /// <summary>The largest row group of a Parquet file once unpacked, in bytes.</summary>
    public const long GroupBytes = 1L << 30;

    internal static string RowInWords => $"{Row >> 20} MB";
}
