using System.Globalization;
using System.Text;

namespace ReviewStudio.Core.Content;

/// <summary>Texts as they are compared, so that full-width letters, zero-width joints and spacing hide nothing.</summary>
public static class PlainText
{
    /// <summary>The text in Unicode form KC without invisible format characters.</summary>
    public static string Visible(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var normal = Normal(text);
        var plain = new StringBuilder(normal.Length);
        foreach (var rune in normal.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format)
            {
                plain.Append(rune.ToString());
            }
        }

        return plain.ToString();
    }

    /// <summary><see cref="Visible"/> in lower case, with one blank for any run of white space and none at the ends: equal for texts that read the same.</summary>
    public static string Folded(string text)
    {
        var visible = Visible(text);
        var folded = new StringBuilder(visible.Length);
        foreach (var c in visible)
        {
            if (!char.IsWhiteSpace(c))
            {
                folded.Append(char.ToLowerInvariant(c));
            }
            else if (folded.Length > 0 && folded[^1] != ' ')
            {
                folded.Append(' ');
            }
        }

        return folded is { Length: > 0 } && folded[^1] == ' ' ? folded.ToString(0, folded.Length - 1) : folded.ToString();
    }

    private static string Normal(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            // Half a surrogate pair: what is there is compared as it is.
            return text;
        }
    }
}
