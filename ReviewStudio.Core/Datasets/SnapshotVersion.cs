using System.Text.Json;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets;

/// <summary>Semantic versions by the Croissant rule: labels changed or gone are major, records added are minor.</summary>
public static class SnapshotVersion
{
    /// <param name="previous">The policy's latest snapshot, or null for the first.</param>
    /// <param name="labelOf">The new snapshot's labels.</param>
    internal static string Next(Snapshot? previous, StudioFolders folders, IReadOnlyDictionary<(string Source, string ExternalId), string> labelOf)
    {
        if (previous is null)
        {
            return "1.0.0";
        }

        var parts = Array.ConvertAll(previous.Version.Split('.'), p => int.Parse(p, System.Globalization.CultureInfo.InvariantCulture));
        return Kept(Path.Combine(folders.Snapshots, previous.Folder, "examples.jsonl"), labelOf)
            ? $"{parts[0]}.{parts[1] + 1}.0"
            : $"{parts[0] + 1}.0.0";
    }

    /// <summary>Whether every record of the previous snapshot is there again with the same label.</summary>
    private static bool Kept(string previousFile, IReadOnlyDictionary<(string Source, string ExternalId), string> labelOf)
    {
        if (!File.Exists(previousFile))
        {
            return false;
        }

        foreach (var line in File.ReadLines(previousFile))
        {
            using var row = JsonDocument.Parse(line);
            var key = (row.RootElement.GetProperty("source").GetString()!, row.RootElement.GetProperty("external_id").GetString()!);
            if (!labelOf.TryGetValue(key, out var label) || label != row.RootElement.GetProperty("label").GetString())
            {
                return false;
            }
        }

        return true;
    }
}
