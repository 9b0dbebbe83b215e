using System.Globalization;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Media.Likeness;

namespace ReviewStudio.Core.Scanning.Hashes;

/// <summary>A hash as somebody wrote it.</summary>
internal sealed record WrittenHash(string Hash, HashKind Kind, int MaxDistance, DateTime? ExpiresAt);

/// <summary>
/// Reads hashes from lines: one or several a line, <c>pdq:</c> before a perceptual one; or CSV with a header that has a
/// column <c>hash</c>, and perhaps <c>kind</c> (<c>sha256</c>, <c>pdq</c>), <c>distance</c> (0 to 31) and <c>expires</c>
/// (a date, UTC).
/// </summary>
internal static class HashLines
{
    private static readonly char[] Separators = [',', ';', '\t'];
    private static readonly string[] Kinds = ["sha256", "pdq"];

    /// <exception cref="RefusedException"><c>hash.format</c>, with the line.</exception>
    public static List<WrittenHash> Read(IEnumerable<string> lines, HashKind kind, int maxDistance)
    {
        var read = new Dictionary<(string, HashKind), WrittenHash>();
        string[]? columns = null;
        var number = 0;
        foreach (var line in lines.SelectMany(l => (l ?? "").Split('\n')))
        {
            number++;
            var cells = line.Split(Separators).Select(c => c.Trim().Trim('"')).ToArray();
            if (number == 1 && cells.Contains("hash", StringComparer.OrdinalIgnoreCase))
            {
                columns = [.. cells.Select(c => c.ToLowerInvariant())];
            }
            else if (columns is not null && cells.Any(c => c.Length > 0))
            {
                string Cell(string name) => Array.IndexOf(columns, name) is >= 0 and var at && at < cells.Length ? cells[at] : "";
                Add(read, Row(Cell, kind, maxDistance, number));
            }
            else if (columns is null)
            {
                foreach (var word in cells.SelectMany(c => c.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
                {
                    var pdq = word.StartsWith("pdq:", StringComparison.OrdinalIgnoreCase);
                    Add(read, Checked(pdq ? word[4..] : word, pdq ? HashKind.Pdq : kind, maxDistance, null, number));
                }
            }
        }

        return [.. read.Values];
    }

    private static void Add(Dictionary<(string, HashKind), WrittenHash> read, WrittenHash hash) => read.TryAdd((hash.Hash, hash.Kind), hash);

    private static WrittenHash Row(Func<string, string> cell, HashKind kind, int maxDistance, int line)
    {
        if (cell("kind") is { Length: > 0 } word)
        {
            var place = Array.IndexOf(Kinds, word.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal));
            kind = place >= 0 ? (HashKind)place : throw Wrong(line, $"has the kind '{word}'; there are {string.Join(" and ", Kinds)}");
        }

        if (cell("distance") is { Length: > 0 } distance && !int.TryParse(distance, NumberStyles.None, CultureInfo.InvariantCulture, out maxDistance))
        {
            throw Wrong(line, $"has the distance '{distance}'; it is a whole number from 0 to {PdqHash.Near}");
        }

        DateTime? expires = null;
        if (cell("expires") is { Length: > 0 } date)
        {
            expires = DateTime.TryParse(date, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var at)
                ? at : throw Wrong(line, $"ends '{date}'; write a date such as 2027-01-31");
        }

        return Checked(cell("hash"), kind, maxDistance, expires, line);
    }

    private static WrittenHash Checked(string text, HashKind kind, int maxDistance, DateTime? expires, int line)
    {
        if (text.Length != 64 || !text.All(char.IsAsciiHexDigit))
        {
            throw Wrong(line, $"is no {(kind == HashKind.Pdq ? "PDQ hash" : "SHA-256")}: it takes 64 hex digits");
        }

        return maxDistance is >= 0 and <= PdqHash.Near
            ? new WrittenHash(text.ToLowerInvariant(), kind, kind == HashKind.Pdq ? maxDistance : 0, expires)
            : throw Wrong(line, $"may differ in {maxDistance} bits; at most {PdqHash.Near} are compared");
    }

    private static RefusedException Wrong(int line, string what) => new("hash.format", $"Entry {line} {what}. Nothing was changed.");
}
