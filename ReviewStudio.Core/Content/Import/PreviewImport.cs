using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import.Reading;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content.Import;

/// <summary>What a file looks like before it is imported.</summary>
/// <param name="Rows">Its first rows.</param>
/// <param name="Guess">Which column seems to hold what.</param>
public sealed record ImportPreview(SourceFormat Format, long Bytes, IReadOnlyList<string> Columns, IReadOnlyList<SourceRow> Rows, ColumnMapping Guess);

/// <summary>Shows the beginning of an uploaded file.</summary>
public sealed class PreviewImport(StudioFolders folders) : IUseCase
{
    /// <summary>Rows shown.</summary>
    public const int RowCount = 20;

    /// <param name="relative">The file's path below the import folder.</param>
    /// <exception cref="RefusedException">The file cannot be read; the message says why.</exception>
    public async Task<ImportPreview> RunAsync(string relative, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        var path = ImportFiles.Resolve(folders, relative);
        await using var reader = await RowReaders.OpenAsync(path, Path.GetFileName(path), format: null, cancellation);
        var rows = new List<SourceRow>(RowCount);
        await foreach (var row in reader.ReadAsync(cancellation))
        {
            rows.Add(row);
            if (rows.Count == RowCount)
            {
                break;
            }
        }

        return new ImportPreview(reader.Format, new FileInfo(path).Length, reader.Columns, rows, ColumnGuess.Of(reader.Columns, rows));
    }
}
