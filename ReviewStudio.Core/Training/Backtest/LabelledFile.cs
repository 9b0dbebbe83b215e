using System.Globalization;
using System.Text;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Content.Import.Reading;

namespace ReviewStudio.Core.Training.Backtest;

/// <summary>A row with its answer.</summary>
/// <param name="Id">Its number in the file, as text.</param>
/// <param name="Label">An index into <see cref="LabelledFile.Labels"/>.</param>
internal sealed record LabelledRow(string Id, string Text, int Label);

/// <summary>A label as the file writes it, and the key that it gets in the played policy.</summary>
internal sealed record PlayedLabel(string Value, string Key, int Rows);

/// <summary>A file whose every usable row has a text and a label.</summary>
internal sealed record LabelledFile(IReadOnlyList<LabelledRow> Rows, IReadOnlyList<PlayedLabel> Labels, int Skipped)
{
    /// <summary>Most rows: texts and vectors are held in memory, about 2 KB a row.</summary>
    public const int MostRows = 500_000;

    private const int MostLabels = 40;

    /// <exception cref="RefusedException">The file cannot be read, a column is not there, or its labels cannot be played.</exception>
    public static async Task<LabelledFile> ReadAsync(string path, string name, BacktestRequest request, CancellationToken cancellation)
    {
        await using var reader = await RowReaders.OpenAsync(path, name, format: null, cancellation);
        DemandColumns(reader.Columns, name, request);
        var values = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var rows = new List<LabelledRow>();
        int number = 0, skipped = 0;
        await foreach (var row in reader.ReadAsync(cancellation))
        {
            number++;
            var (text, label) = (row[request.Text], row[request.Label].Trim());
            if (row.Error is not null || string.IsNullOrWhiteSpace(text) || text.Length > RowMapper.LongestText || label.Length == 0)
            {
                skipped++;
                continue;
            }

            if (!values.TryGetValue(label, out var index))
            {
                values[label] = index = values.Count;
            }

            if (values.Count > MostLabels)
            {
                throw new RefusedException(
                    "backtest.labels", $"The column '{request.Label}' of {name} has more than {MostLabels} different values. Name the column that holds the label.");
            }

            if (rows.Count == MostRows)
            {
                throw new RefusedException("backtest.rows", $"{name} has more than {MostRows:N0} labelled rows. Take a random part of it.");
            }

            rows.Add(new LabelledRow(number.ToString(CultureInfo.InvariantCulture), text, index));
        }

        if (values.Count < 2)
        {
            throw new RefusedException(
                "backtest.labels",
                values.Count == 0 ? $"No row of {name} has both a text in '{request.Text}' and a label in '{request.Label}'. Name other columns."
                    : $"The column '{request.Label}' of {name} holds nothing but '{values.Keys.First()}'. A backtest needs at least two labels.");
        }

        return new(rows, Named(values, rows), skipped);
    }

    /// <exception cref="RefusedException"><c>backtest.label</c>, <c>import.text</c> or <c>import.column</c>: a column is not named, or not there.</exception>
    public static void DemandColumns(IReadOnlyList<string> columns, string name, BacktestRequest request)
    {
        if (request.Label.Length == 0)
        {
            throw new RefusedException("backtest.label", $"Say which column of {name} holds the label. It has: {string.Join(", ", columns)}.");
        }

        new ColumnMapping { Text = request.Text, Label = request.Label }.Demand(columns, name);
    }

    /// <exception cref="RefusedException"><c>backtest.rows</c>: the file is too small for the request.</exception>
    public void DemandRoom(BacktestRequest request, string name)
    {
        var needed = request.Test + request.Budget;
        if (needed > Rows.Count)
        {
            throw new RefusedException(
                "backtest.rows",
                $"{name} has {Rows.Count:N0} rows with a text and a label, but a budget of {request.Budget:N0} and a test set of {request.Test:N0} need {needed:N0}. Lower one of them.");
        }
    }

    /// <summary>Labels in the order of their values, so that the order of rows changes nothing.</summary>
    private static List<PlayedLabel> Named(Dictionary<string, int> values, List<LabelledRow> rows)
    {
        var counts = new int[values.Count];
        rows.ForEach(r => counts[r.Label]++);
        var order = values.OrderBy(v => v.Key, StringComparer.Ordinal).ToList();
        var place = new int[values.Count];
        var used = new HashSet<string>(StringComparer.Ordinal);
        var labels = new List<PlayedLabel>(values.Count);
        foreach (var (value, index) in order)
        {
            place[index] = labels.Count;
            var key = Key(value);
            while (!used.Add(key))
            {
                key += "x";
            }

            labels.Add(new(value, key, counts[index]));
        }

        for (var i = 0; i < rows.Count; i++)
        {
            rows[i] = rows[i] with { Label = place[rows[i].Label] };
        }

        return labels;
    }

    private static string Key(string value)
    {
        var key = new StringBuilder(value.Length);
        foreach (var c in value.ToLowerInvariant().Take(30))
        {
            key.Append(char.IsAsciiLetterOrDigit(c) ? c : '-');
        }

        return "label-" + key;
    }
}
