namespace ReviewStudio.Core.Content;

/// <summary>How a changed text under a known id is named: the id, a tilde and a part of the text's hash, the same for the same text.</summary>
public static class Revision
{
    public const string Mark = "~";

    private const int Digits = 12;

    /// <param name="hash">SHA-256 of the text in lower-case hex.</param>
    public static string Of(string externalId, string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return $"{externalId}{Mark}{hash[..Digits]}";
    }

    /// <summary>Whether an id names a changed text of another id.</summary>
    public static bool Is(string externalId, string of)
    {
        ArgumentNullException.ThrowIfNull(externalId);
        ArgumentNullException.ThrowIfNull(of);
        return externalId.Length == of.Length + Mark.Length + Digits && externalId.StartsWith(of + Mark, StringComparison.Ordinal)
            && externalId.AsSpan(of.Length + Mark.Length).IndexOfAnyExceptInRange('0', 'f') < 0;
    }
}
