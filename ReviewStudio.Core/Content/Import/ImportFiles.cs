using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content.Import;

/// <summary>Where uploaded files and reject files lie: a folder each below the import folder.</summary>
public static class ImportFiles
{
    /// <summary>The reject file beside an uploaded file.</summary>
    public const string RejectName = "rejected-rows.csv";

    /// <summary>The folder beside an uploaded file with the media that came along.</summary>
    public const string MediaName = "media";

    private const int LongestName = 80;

    /// <summary>The full path of a file below the import folder.</summary>
    /// <exception cref="RefusedException">The path leads out of the import folder.</exception>
    public static string Resolve(StudioFolders folders, string relative)
    {
        ArgumentNullException.ThrowIfNull(folders);
        var root = folders.Imports + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(root, relative));
        return path.StartsWith(root, StringComparison.Ordinal) && path.Length > root.Length
            ? path
            : throw new RefusedException("import.path", "The file does not lie in the import folder. Upload it again.");
    }

    /// <summary>The reject file that belongs to an uploaded file.</summary>
    public static string RejectPath(StudioFolders folders, string relative) =>
        Path.Combine(Path.GetDirectoryName(Resolve(folders, relative))!, RejectName);

    /// <summary>Deletes an uploaded file, and its folder where no reject file lies beside it.</summary>
    public static void Discard(StudioFolders folders, string relative)
    {
        var path = Resolve(folders, relative);
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            return;
        }

        File.Delete(path);
        if (Directory.Exists(Path.Combine(folder, MediaName)))
        {
            Directory.Delete(Path.Combine(folder, MediaName), recursive: true);
        }

        var rejects = new FileInfo(Path.Combine(folder, RejectName));
        if (!rejects.Exists || rejects.Length == 0)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A file name reduced to letters, digits, dots, hyphens and underscores that every system takes.</summary>
    public static string SafeName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var safe = string.Concat(last.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-')).TrimStart('.', '-');
        return safe.Length == 0 ? "file" : safe.Length > LongestName ? safe[^LongestName..].TrimStart('.', '-') : safe;
    }
}
