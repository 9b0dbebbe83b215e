using System.Text.Json;

namespace ReviewStudio.Core.Datasets.Writing;

/// <summary>
/// The tables of one snapshot while they are written: files, logical hash and figures, from one look at each row. Rows
/// come in order of case; what is kept of each is its key and its hash.
/// </summary>
internal sealed class SnapshotTables(string folder, SnapshotOptions options)
{
    private readonly CanonicalRows _canonical = new();
    private readonly List<long> _cases = [];

    public SnapshotTally Tally { get; } = new();

    /// <param name="rows">Those that belong into it, ascending by <see cref="ExampleRow.CaseKey"/>.</param>
    public async Task ExamplesAsync(IAsyncEnumerable<ExampleRow> rows, Func<int, Task>? report, CancellationToken cancellation)
    {
        await using var table = await TableWriter<ExampleRow>.CreateAsync(folder, "examples", ExampleRow.Columns, row => row.Split, cancellation);
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            await table.AddAsync(row, cancellation);
            _canonical.Add("example", row, ExampleRow.Columns);
            Tally.Add(row);
            if (options.Verdicts)
            {
                _cases.Add(row.CaseKey);
            }

            if (report is not null && table.Rows % 1_000 == 0)
            {
                await report(table.Rows);
            }
        }

        await table.CompleteAsync(cancellation);
    }

    /// <summary>Writes the verdicts on the examples that are in. Others would give evaluation answers away.</summary>
    /// <param name="all">All rows are of such examples.</param>
    public async Task VerdictsAsync(IAsyncEnumerable<VerdictRow> rows, CancellationToken cancellation, bool all = false)
    {
        await using var table = await TableWriter<VerdictRow>.CreateAsync(folder, "verdicts", VerdictRow.Columns, shardOf: null, cancellation);
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            if (all || _cases.BinarySearch(row.CaseKey) >= 0)
            {
                await table.AddAsync(row, cancellation);
                _canonical.Add("verdict", row, VerdictRow.Columns);
                Tally.Add(row);
            }
        }

        await table.CompleteAsync(cancellation);
    }

    /// <returns>The logical hash of all that was written.</returns>
    public string Hash() => _canonical.Finish(JsonSerializer.Serialize(options));
}
