using System.Text.Json;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets;

/// <summary>Semantic versions by the Croissant rule: labels changed or gone are major, records added are minor.</summary>
public static class SnapshotVersion
{
    private const string Examples = "examples.jsonl";

    /// <param name="previous">The policy's latest snapshot, or null for the first.</param>
    /// <param name="folder">Where the new snapshot's files lie.</param>
    internal static string Next(Snapshot? previous, StudioFolders folders, string folder)
    {
        if (previous is null)
        {
            return "1.0.0";
        }

        var parts = Array.ConvertAll(previous.Version.Split('.'), p => int.Parse(p, System.Globalization.CultureInfo.InvariantCulture));
        return Kept(Path.Combine(folders.Snapshots, previous.Folder, Examples), Path.Combine(folder, Examples))
            ? $"{parts[0]}.{parts[1] + 1}.0"
            : $"{parts[0] + 1}.0.0";
    }

    /// <summary>
    /// Whether every record of the previous snapshot is there again with the same label. Both files are in order of case,
    /// so one walk over both finds out, whatever their length.
    /// </summary>
    private static bool Kept(string previousFile, string file)
    {
        if (!File.Exists(previousFile))
        {
            return false;
        }

        using var now = File.ReadLines(file).Select(Read).GetEnumerator();
        foreach (var before in File.ReadLines(previousFile).Select(Read))
        {
            do
            {
                if (!now.MoveNext())
                {
                    return false;
                }
            }
            while (now.Current.Case != before.Case);
            if (!string.Equals(now.Current.Label, before.Label, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    private static (Guid Case, string Label) Read(string line)
    {
        using var row = JsonDocument.Parse(line);
        return (row.RootElement.GetProperty("case_id").GetGuid(), row.RootElement.GetProperty("label").GetString()!);
    }
}
