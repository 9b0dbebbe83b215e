using System.Globalization;
using ReviewStudio.Core.Content.Import.Reading;

namespace ReviewStudio.Core.Content.Import;

/// <summary>Reads rows of one file through its mapping. Must see every row, in order: ids made from text depend on it.</summary>
internal sealed class RowMapper(ImportArguments arguments)
{
    /// <summary>The longest text, in UTF-16 units.</summary>
    public const int LongestText = 1_000_000;

    private const int LongestId = 256;
    private const int LongestName = Storage.ModelConventions.KeyedStringLength;

    private readonly TextIds _ids = new();

    /// <exception cref="RowProblemException">The row cannot come in.</exception>
    public ImportRow Map(SourceRow row)
    {
        if (row.Error is { } error)
        {
            throw new RowProblemException(error);
        }

        var columns = arguments.Columns;
        var parts = RowParts.Read(row[columns.Parts].Trim());
        var text = row[columns.Text];
        if (parts.Count > 0)
        {
            parts = string.IsNullOrWhiteSpace(text) ? parts : [new RowPart(text, null), .. parts];
            text = string.Join('\n', parts.Where(p => p.Text is not null).Select(p => p.Text));
        }
        else if (string.IsNullOrWhiteSpace(text))
        {
            throw new RowProblemException($"The row has no text in the column '{columns.Text}'.");
        }

        if (text.Length > LongestText)
        {
            throw new RowProblemException($"The text has {text.Length:N0} characters; at most {LongestText:N0} fit. Split it.");
        }

        // Before anything else can go wrong: the ordinal counts every row that has a text.
        var id = columns.Id is null ? _ids.Next(parts.Count > 0 ? row[columns.Parts] : text) : row[columns.Id].Trim();
        if (id.Length is 0 or > LongestId)
        {
            throw new RowProblemException(id.Length == 0 ? $"The row has no id in the column '{columns.Id}'." : $"The id is longer than {LongestId} characters.");
        }

        var use = Use(row);
        var label = use == LabelUse.Ignore ? "" : row[columns.Label].Trim();
        return new ImportRow(
            row.Line,
            row.Start,
            id,
            text,
            Language(row),
            Short(row, columns.Author),
            Short(row, columns.Thread),
            Short(row, columns.ReplyTo),
            Instant(row),
            label.Length == 0 ? LabelUse.Ignore : use,
            label.Length == 0 ? null : label,
            Reviewer(row, use, label),
            Scores(row))
        {
            Parts = parts,
        };
    }

    /// <summary>A language code reduced to its language: <c>en-GB</c> is <c>en</c>. Null when it is none.</summary>
    internal static string? Code(string given)
    {
        var code = given.Trim().Split('-', '_')[0].ToLowerInvariant();
        return code.Length is 2 or 3 && code.All(char.IsAsciiLetterLower) ? code : null;
    }

    private LabelUse Use(SourceRow row)
    {
        if (arguments.Columns.Label is null)
        {
            return LabelUse.Ignore;
        }

        var role = row[arguments.Columns.Role].Trim().ToLowerInvariant();
        return role switch
        {
            "" => arguments.LabelUse,
            "ignore" or "none" => LabelUse.Ignore,
            "gold" => LabelUse.Gold,
            "verdict" or "train" => LabelUse.Verdict,
            "frozen" or "test" => LabelUse.Frozen,
            _ => throw new RowProblemException($"The role '{role}' is none of gold, verdict, frozen, train, test and ignore."),
        };
    }

    private string? Language(SourceRow row)
    {
        var given = row[arguments.Columns.Language].Trim();
        if (given.Length == 0)
        {
            return arguments.Language.Length == 0 ? null : arguments.Language;
        }

        return Code(given) ?? throw new RowProblemException($"The language '{given}' is not a code such as en or de.");
    }

    private static string Short(SourceRow row, string? column)
    {
        var value = row[column].Trim();
        return value.Length <= LongestName ? value : throw new RowProblemException($"The column '{column}' has more than {LongestName} characters.");
    }

    private string? Reviewer(SourceRow row, LabelUse use, string label)
    {
        if (use != LabelUse.Verdict || label.Length == 0)
        {
            return null;
        }

        var name = Short(row, arguments.Columns.Reviewer);
        name = name.Length > 0 ? name : arguments.PastReviewer;
        return name.Length > 0 ? name : throw new RowProblemException("The row does not say whose verdict its label is, and the import names nobody either.");
    }

    private DateTime? Instant(SourceRow row)
    {
        var given = row[arguments.Columns.PublishedAt].Trim();
        return given.Length == 0
            ? null
            : RowInstants.Read(given) ?? throw new RowProblemException($"'{SafeStart(given)}' is not a date and time such as 2026-01-31T12:00:00Z, nor seconds since 1970.");
    }

    private Dictionary<string, double>? Scores(SourceRow row)
    {
        Dictionary<string, double>? scores = null;
        foreach (var (label, column) in arguments.Columns.Scores)
        {
            var given = row[column].Trim();
            if (given.Length == 0)
            {
                continue;
            }

            if (!double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out var score) || score is not (>= 0 and <= 1))
            {
                throw new RowProblemException($"The score '{SafeStart(given)}' in the column '{column}' is not a probability from 0 to 1.");
            }

            scores ??= new Dictionary<string, double>(StringComparer.Ordinal);
            scores[label] = score;
        }

        return scores;
    }

    private static string SafeStart(string value) => value.Length <= 40 ? value : value[..40] + "…";
}
