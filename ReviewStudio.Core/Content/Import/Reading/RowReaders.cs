using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Content.Import.Reading;

/// <summary>Opens files of rows.</summary>
public static class RowReaders
{
    /// <param name="path">The file.</param>
    /// <param name="name">Its name for messages and for telling the format.</param>
    /// <param name="format">Its format; null to tell it from the content.</param>
    /// <exception cref="RefusedException">The file is missing, empty, damaged or none of the formats that can be read.</exception>
    public static async Task<IRowReader> OpenAsync(string path, string name, SourceFormat? format, CancellationToken cancellation)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                BufferSize = 0,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RefusedException("import.missing", $"{name} is no longer there. Upload it again.");
        }

        try
        {
            var told = await FormatSniffer.DetectAsync(file, name, cancellation);
            return (told == SourceFormat.Parquet ? told : format ?? told) switch
            {
                SourceFormat.Parquet when told != SourceFormat.Parquet =>
                    throw new RefusedException("import.parquet", $"{name} is not a Parquet file, or its beginning is missing. Export it again."),
                SourceFormat.Parquet => await ParquetRowReader.OpenAsync(file, name, cancellation),
                SourceFormat.JsonLines => await JsonLinesRowReader.OpenAsync(file, name, cancellation),
                var delimited => await DelimitedRowReader.OpenAsync(file, delimited, name, cancellation),
            };
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
