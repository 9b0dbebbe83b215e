using System.Text;

namespace ReviewStudio.Core.Inference.Encoders.Images;

/// <summary>
/// Reads what npm packages of models keep in minified scripts: an object literal as JSON, and base64 strings. It covers
/// what such files hold (bare keys, numbers without a leading zero, <c>!0</c> and <c>!1</c>), not the language.
/// </summary>
internal static class ScriptObject
{
    /// <summary>The object literal that begins with the given key, as JSON.</summary>
    /// <exception cref="InvalidDataException">There is none, or it does not end.</exception>
    public static string ToJson(string script, string firstKey)
    {
        var start = script.IndexOf("{" + firstKey + ":", StringComparison.Ordinal);
        if (start < 0)
        {
            throw new InvalidDataException($"The script holds no object that begins with {firstKey}.");
        }

        var json = new StringBuilder();
        var depth = 0;
        for (var i = start; i < script.Length; i++)
        {
            var c = script[i];
            if (c == '"')
            {
                var end = EndOfString(script, i);
                json.Append(script, i, end - i);
                i = end - 1;
            }
            else if (c == '!')
            {
                json.Append(script[++i] == '0' ? "true" : "false");
            }
            else if (char.IsAsciiLetter(c) || c is '_' or '$')
            {
                var end = i;
                while (char.IsAsciiLetterOrDigit(script[end]) || script[end] is '_' or '$')
                {
                    end++;
                }

                var word = script[i..end];
                json.Append(script[end] == ':' ? $"\"{word}\"" : word);
                i = end - 1;
            }
            else if (char.IsAsciiDigit(c) || c is '.' or '-')
            {
                i = AppendNumber(script, i, json) - 1;
            }
            else
            {
                json.Append(c);
                depth += c is '{' or '[' ? 1 : c is '}' or ']' ? -1 : 0;
                if (depth == 0)
                {
                    return json.ToString();
                }
            }
        }

        throw new InvalidDataException("The object in the script does not end.");
    }

    /// <summary>The longest string of a script, decoded from base64.</summary>
    public static byte[] LongestBase64(string script)
    {
        var (from, length) = (0, 0);
        for (var i = script.IndexOf('"', StringComparison.Ordinal); i >= 0;)
        {
            var end = EndOfString(script, i);
            if (end - i > length)
            {
                (from, length) = (i, end - i);
            }

            i = script.IndexOf('"', end);
        }

        return Convert.FromBase64String(script.Substring(from + 1, length - 2));
    }

    private static int EndOfString(string script, int start)
    {
        var i = start + 1;
        while (script[i] != '"')
        {
            i += script[i] == '\\' ? 2 : 1;
        }

        return i + 1;
    }

    private static int AppendNumber(string script, int start, StringBuilder json)
    {
        var i = start;
        if (script[i] == '-')
        {
            json.Append('-');
            i++;
        }

        if (script[i] == '.')
        {
            json.Append('0');
        }

        while (char.IsAsciiDigit(script[i]) || script[i] is '.' or 'e' or 'E' or '-' or '+')
        {
            json.Append(script[i++]);
        }

        return i;
    }
}
