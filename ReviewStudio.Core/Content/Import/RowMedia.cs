using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Media;

namespace ReviewStudio.Core.Content.Import;

/// <summary>Brings in the media files that a row names, from the folder that came along with the import and from nowhere else.</summary>
public sealed class RowMedia(TakeMedia take) : IUseCase
{
    /// <returns>The row's parts in their order.</returns>
    /// <exception cref="RowProblemException">A file is missing, lies elsewhere, or is refused.</exception>
    internal async Task<List<ItemPart>> RunAsync(ImportArguments arguments, ImportRow row, CancellationToken stop)
    {
        var parts = new List<ItemPart>(row.Parts.Count);
        foreach (var part in row.Parts)
        {
            if (part.Path is not { } path)
            {
                parts.Add(new ItemPart { Modality = Modality.Text, Text = part.Text });
                continue;
            }

            try
            {
                await using var file = File.OpenRead(Resolve(arguments, path));
                parts.Add((await take.RunAsync(file, Actor.System, stop)).Part());
            }
            catch (RefusedException e)
            {
                throw new RowProblemException($"{Path.GetFileName(path)}: {e.Message}");
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
            {
                throw new RowProblemException($"There is no file '{path}' beside the rows.");
            }
        }

        return parts;
    }

    private static string Resolve(ImportArguments arguments, string path)
    {
        if (arguments.MediaRoot.Length == 0)
        {
            throw new RowProblemException($"The row names the file '{path}', but no files came along. Import a ZIP that holds rows and files, or name their folder with --files.");
        }

        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(arguments.MediaRoot)) + Path.DirectorySeparatorChar;
        var full = Path.GetFullPath(Path.Combine(arguments.MediaFolder, path.Replace('\\', '/')));
        return full.StartsWith(root, StringComparison.Ordinal) && new FileInfo(full).LinkTarget is null
            ? full
            : throw new RowProblemException($"The path '{path}' leads out of the folder of the import's files.");
    }
}
