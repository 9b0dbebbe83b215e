using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Content.Import;

/// <summary>
/// Ids for rows that bring none: the SHA-256 of the text and how many rows before had the same text, so that the same
/// file gives the same ids again. Costs about 30 bytes a row, hence the bound.
/// </summary>
internal sealed class TextIds(int most = 5_000_000)
{
    private readonly Dictionary<ulong, int> _seen = [];

    /// <exception cref="RefusedException">The file has too many rows for ids made from text.</exception>
    public string Next(string text)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        var key = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        var ordinal = _seen.GetValueOrDefault(key);
        if (ordinal == 0 && _seen.Count >= most)
        {
            throw new RefusedException("import.ids", $"The file has more than {most:N0} different texts and no id column. Name a column with ids, or split the file.");
        }

        _seen[key] = ordinal + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(hash)}-{ordinal}");
    }
}
