using System.Globalization;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import.Reading;
using ReviewStudio.Core.Metrics.Agreement;

namespace ReviewStudio.Cli;

/// <summary>The verdicts of a file, with the names behind the numbers.</summary>
/// <param name="Items">The items by number, in the order of the file.</param>
/// <param name="Raters">The raters by number, in the order of the file.</param>
/// <param name="Labels">The labels by number, in their order.</param>
/// <param name="Table">The verdicts.</param>
public sealed record Annotations(IReadOnlyList<string> Items, IReadOnlyList<string> Raters, IReadOnlyList<string> Labels, RatingTable Table)
{
    /// <summary>The numbers that the labels are; null where one is no number.</summary>
    public double[]? Numbers => AnnotationFile.Numbers(Labels);
}

/// <summary>Reads files of verdicts.</summary>
public static class AnnotationFile
{
    /// <exception cref="RefusedException">The file cannot be read, lacks a column, holds no verdict, or has a rater judge an item twice.</exception>
    public static async Task<Annotations> ReadAsync(AnnotationColumns columns, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(columns);
        await using var reader = await TableFile.OpenAsync(columns.File, cancellation);
        CheckColumns(columns, reader);
        var verdicts = new Verdicts();
        foreach (var rater in columns.Raters)
        {
            verdicts.Raters.Of(rater);
        }

        await foreach (var row in reader.ReadAsync(cancellation))
        {
            Take(TableFile.Whole(row, columns.File), columns, verdicts);
        }

        if (verdicts.Label.Count == 0)
        {
            throw new RefusedException("annotations.empty", $"{columns.File.Name} holds no verdict: it has no rows, or no label in any of them.");
        }

        var labels = Order(columns, verdicts.Labels.Values);
        var numbers = new int[verdicts.Labels.Values.Count];
        for (var i = 0; i < labels.Count; i++)
        {
            if (verdicts.Labels.Find(labels[i]) is { } place)
            {
                numbers[place] = i;
            }
        }

        var table = RatingTable.Of(
            [.. verdicts.Item], [.. verdicts.Rater], [.. verdicts.Label.Select(l => numbers[l])], verdicts.Items.Values.Count, verdicts.Raters.Values.Count, labels.Count);
        return new(verdicts.Items.Values, verdicts.Raters.Values, labels, table);
    }

    /// <summary>The numbers that these labels are; null where one is no finite number.</summary>
    public static double[]? Numbers(IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var numbers = new double[labels.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!double.TryParse(labels[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
            {
                return null;
            }
        }

        return numbers;
    }

    private static void CheckColumns(AnnotationColumns columns, IRowReader reader)
    {
        foreach (var (option, column) in new[] { ("--item", columns.Item), ("--rater", columns.Rater), ("--label", columns.Label) }.Concat(columns.Raters.Select(r => ("--raters", (string?)r))))
        {
            if (column is not null)
            {
                TableFile.Column(reader, columns.File, option, column);
            }
        }
    }

    private static void Take(SourceRow row, AnnotationColumns columns, Verdicts verdicts)
    {
        var item = columns.Item is null
            ? (verdicts.Items.Values.Count + 1).ToString(CultureInfo.InvariantCulture)
            : TableFile.Needed(row, columns.File, columns.Item);
        if (columns.Raters.Count == 0)
        {
            verdicts.Add(row, columns.File, item, TableFile.Needed(row, columns.File, columns.Rater!), row[columns.Label].Trim());
            return;
        }

        verdicts.Items.Of(item);
        foreach (var rater in columns.Raters)
        {
            verdicts.Add(row, columns.File, item, rater, row[rater].Trim());
        }
    }

    private static IReadOnlyList<string> Order(AnnotationColumns columns, IReadOnlyList<string> found)
    {
        if (columns.Known.Count == 0)
        {
            return Numbers(found) is { } numbers
                ? [.. found.Zip(numbers).OrderBy(p => p.Second).ThenBy(p => p.First, StringComparer.Ordinal).Select(p => p.First)]
                : [.. found.Order(StringComparer.Ordinal)];
        }

        var strange = found.Except(columns.Known, StringComparer.Ordinal).ToList();
        return strange.Count == 0
            ? columns.Known
            : throw new RefusedException("annotations.label", $"{columns.File.Name} has labels that --labels does not name: {TableFile.Listed(strange)}. Name them, or mend the file.");
    }

    /// <summary>Verdicts as numbers, while the file is read.</summary>
    private sealed class Verdicts
    {
        private readonly HashSet<long> _seen = [];

        public Names Items { get; } = new();

        public Names Raters { get; } = new();

        public Names Labels { get; } = new();

        public List<int> Item { get; } = [];

        public List<int> Rater { get; } = [];

        public List<int> Label { get; } = [];

        public void Add(SourceRow row, FileInfo file, string item, string rater, string label)
        {
            var (i, r) = (Items.Of(item), Raters.Of(rater));
            if (label.Length == 0)
            {
                return;
            }

            if (!_seen.Add(((long)i << 32) | (uint)r))
            {
                throw new RefusedException("annotations.twice", $"{file.Name}, line {row.Line}: {rater} judged {item} before. Keep one verdict of a rater for each item.");
            }

            Item.Add(i);
            Rater.Add(r);
            Label.Add(Labels.Of(label));
        }
    }

    /// <summary>Numbers names in the order in which they come.</summary>
    private sealed class Names
    {
        private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
        private readonly List<string> _values = [];

        public IReadOnlyList<string> Values => _values;

        public int? Find(string name) => _places.TryGetValue(name, out var place) ? place : null;

        public int Of(string name)
        {
            if (!_places.TryGetValue(name, out var place))
            {
                _places[name] = place = _values.Count;
                _values.Add(name);
            }

            return place;
        }
    }
}
