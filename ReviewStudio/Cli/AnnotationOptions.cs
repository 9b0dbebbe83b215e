using System.CommandLine;
using System.Globalization;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Cli;

/// <summary>The options by which a verb is told where verdicts lie in a file: a row each, or a column for each rater.</summary>
public sealed class AnnotationOptions
{
    public const string Help = """
        The file (CSV, TSV, JSON lines or Parquet) has a row for each verdict (--item, --rater, --label), or a row for each item
        with a column for each rater (--raters label_1..label_10 or --raters ann,bob,cid). An empty label is a missing verdict.
        """;

    private readonly Option<FileInfo> _file = new("--annotations") { Description = "The file with the verdicts.", Required = true, HelpName = "FILE" };
    private readonly Option<string?> _item = new("--item") { Description = "The column that names the item. With --raters it may be left out: then each row is an item.", HelpName = "COL" };
    private readonly Option<string?> _rater = new("--rater") { Description = "The column that names who gave the verdict.", HelpName = "COL" };
    private readonly Option<string?> _raters = new("--raters") { Description = "The columns that hold one rater's labels each, as label_1..label_10 or a,b,c.", HelpName = "COLS" };
    private readonly Option<string?> _order = new("--labels") { Description = "All labels, lowest first, as low,medium,high. Without it they are those in the file: numbers by size, else by name.", HelpName = "LIST" };

    /// <summary>The column with the label: the verdict's in a long file, the truth's in a wide one.</summary>
    public Option<string?> Label { get; } = new("--label") { Description = "The column that holds the label.", HelpName = "COL" };

    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var option in new Option[] { _file, _item, _rater, Label, _raters, _order })
        {
            command.Add(option);
        }
    }

    /// <exception cref="RefusedException">The options do not make one of the two layouts.</exception>
    public AnnotationColumns Read(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var (item, rater, label, raters) = (parsed.GetValue(_item), parsed.GetValue(_rater), parsed.GetValue(Label), parsed.GetValue(_raters));
        if (raters is not null && rater is not null)
        {
            throw new RefusedException("annotations.layout", "--rater is for a row for each verdict, --raters for a column for each rater. Give one of them.");
        }

        if (raters is null && (item is null || rater is null || label is null))
        {
            throw new RefusedException("annotations.layout", "Say where the verdicts are: --item, --rater and --label for a row for each verdict, or --raters for a column for each rater.");
        }

        return new(parsed.GetRequiredValue(_file), item, rater, raters is null ? label : null, raters is null ? [] : Columns(raters), Known(parsed.GetValue(_order)));
    }

    /// <summary>The names in <c>a,b,c</c>, with <c>label_1..label_10</c> written out.</summary>
    /// <exception cref="RefusedException">A range has no number at both ends, or runs backwards.</exception>
    public static IReadOnlyList<string> Columns(string list)
    {
        ArgumentNullException.ThrowIfNull(list);
        var names = new List<string>();
        foreach (var part in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split("..", 2);
            if (ends.Length == 1)
            {
                names.Add(part);
                continue;
            }

            var (stem, from) = Cut(ends[0]);
            var (other, to) = Cut(ends[1]);
            if (from is null || to is null || to < from || (other.Length > 0 && other != stem) || to - from > 100_000)
            {
                throw new RefusedException("annotations.raters", $"--raters {part} is not a range of columns. Write it as label_1..label_10, or name the columns as a,b,c.");
            }

            names.AddRange(Enumerable.Range(from.Value, to.Value - from.Value + 1).Select(n => string.Create(CultureInfo.InvariantCulture, $"{stem}{n}")));
        }

        return names is { Count: > 0 } && names.Distinct(StringComparer.Ordinal).Count() == names.Count
            ? names
            : throw new RefusedException("annotations.raters", $"--raters {list} names no column, or one twice. Write it as label_1..label_10, or as a,b,c.");
    }

    private static string[] Known(string? list) => list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static (string Stem, int? Number) Cut(string name)
    {
        var stem = name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return (stem, int.TryParse(name[stem.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null);
    }
}

/// <summary>Where verdicts lie in a file.</summary>
/// <param name="File">The file.</param>
/// <param name="Item">The column that names the item; null where each row is one.</param>
/// <param name="Rater">The column that names the rater; null in a wide file.</param>
/// <param name="Label">The column with the label; null in a wide file.</param>
/// <param name="Raters">A wide file's columns; empty for a long one.</param>
/// <param name="Known">The labels in their order; empty to take those in the file.</param>
public sealed record AnnotationColumns(FileInfo File, string? Item, string? Rater, string? Label, IReadOnlyList<string> Raters, IReadOnlyList<string> Known);
