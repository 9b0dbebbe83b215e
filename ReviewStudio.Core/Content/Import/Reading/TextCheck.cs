namespace ReviewStudio.Core.Content.Import.Reading;

/// <summary>Finds characters that no database and no page can take.</summary>
internal static class TextCheck
{
    /// <returns>What is wrong, or null.</returns>
    public static string? Find(Dictionary<string, string> values)
    {
        foreach (var (column, value) in values)
        {
            if (value.AsSpan().IndexOfAny('\0', TextEncodings.Undecodable) is >= 0 and var at)
            {
                return value[at] == '\0'
                    ? $"The column '{column}' contains a NUL character. Remove it."
                    : $"The column '{column}' contains bytes that are not UTF-8. Save the file as UTF-8.";
            }

            if (HasLoneSurrogate(value))
            {
                return $"The column '{column}' contains half of a character (a lone surrogate). Export the file again as UTF-8.";
            }
        }

        return null;
    }

    private static bool HasLoneSurrogate(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i]))
            {
                continue;
            }

            if (i + 1 >= value.Length || !char.IsSurrogatePair(value[i], value[i + 1]))
            {
                return true;
            }

            i++;
        }

        return false;
    }
}
