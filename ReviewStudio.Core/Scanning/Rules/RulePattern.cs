using System.Text.RegularExpressions;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;

namespace ReviewStudio.Core.Scanning.Rules;

/// <summary>
/// A rule's pattern, ready to match. Texts are matched in Unicode form KC without invisible format characters, so that
/// full-width letters and zero-width joints hide nothing. Matching takes time in proportion to the text's length.
/// </summary>
public sealed class RulePattern
{
    /// <summary>Most characters of a pattern.</summary>
    public const int Longest = 400;

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private readonly Regex _regex;

    /// <exception cref="RefusedException"><c>rule.pattern</c>: the pattern cannot be used; the message says why.</exception>
    public RulePattern(RuleKind kind, string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var plain = Plain(pattern).Trim();
        if (plain.Length is 0 or > Longest)
        {
            throw new RefusedException("rule.pattern", $"A pattern has 1 to {Longest} characters.");
        }

        try
        {
            _regex = new Regex(kind == RuleKind.Phrase ? PhraseExpression(plain) : plain, Options);
        }
        catch (ArgumentException e)
        {
            throw new RefusedException("rule.pattern", $"This is no regular expression: {e.Message}");
        }
        catch (NotSupportedException)
        {
            throw new RefusedException("rule.pattern", "Look-around, back-references and atomic groups cannot be used: their cost has no bound. Write the expression without them.");
        }

        if (_regex.IsMatch(""))
        {
            throw new RefusedException("rule.pattern", "This pattern matches everything, even empty text. Make it narrower.");
        }
    }

    /// <param name="plain">From <see cref="Plain"/>.</param>
    public bool Matches(string plain) => _regex.IsMatch(plain);

    /// <summary>Where the first match lies.</summary>
    /// <param name="plain">From <see cref="Plain"/>.</param>
    /// <returns>Start and length; null without a match.</returns>
    public (int Start, int Length)? First(string plain) => _regex.Match(plain) is { Success: true } match ? (match.Index, match.Length) : null;

    /// <summary>The text as rules see it.</summary>
    public static string Plain(string text) => PlainText.Visible(text);

    /// <summary>Whole words with spaces or punctuation between them.</summary>
    private static string PhraseExpression(string phrase)
    {
        var words = phrase.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Regex.Escape);
        return $"{(char.IsLetterOrDigit(phrase[0]) ? @"\b" : "")}{string.Join(@"[\s\p{P}]+", words)}{(char.IsLetterOrDigit(phrase[^1]) ? @"\b" : "")}";
    }
}
