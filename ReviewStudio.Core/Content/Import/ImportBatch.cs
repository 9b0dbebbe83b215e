using ReviewStudio.Core.Content.Import.Reading;

namespace ReviewStudio.Core.Content.Import;

/// <summary>Rows on their way into one transaction, and where they go.</summary>
public sealed class ImportBatch
{
    private readonly List<ImportRow> _good = [];
    private readonly List<RejectedRow> _bad = [];

    internal ImportBatch(ImportArguments arguments, ImportTarget target, RejectFile rejects)
    {
        Arguments = arguments;
        Target = target;
        Rejects = rejects;
    }

    /// <summary>Rows in it, good and bad.</summary>
    public int Rows => _good.Count + _bad.Count;

    /// <summary>Characters of text in it.</summary>
    public long Characters { get; private set; }

    internal ImportArguments Arguments { get; }

    internal ImportTarget Target { get; }

    internal RejectFile Rejects { get; }

    internal IReadOnlyList<ImportRow> Good => _good;

    internal IReadOnlyList<RejectedRow> Bad => _bad;

    /// <param name="known">The row is dealt with already; it is only read for the ids of later rows.</param>
    internal void Add(SourceRow source, RowMapper mapper, bool known)
    {
        try
        {
            if (known && Arguments.Columns.Id is not null)
            {
                return;
            }

            var row = mapper.Map(source);
            if (!known)
            {
                _good.Add(row);
                Characters += row.Text.Length;
            }
        }
        catch (RowProblemException e) when (known)
        {
            _ = e;
        }
        catch (RowProblemException e)
        {
            _bad.Add(new RejectedRow(source.Line, e.Message, source.Start));
            Characters += SourceRow.StartLength;
        }
    }

    internal void Clear()
    {
        _good.Clear();
        _bad.Clear();
        Characters = 0;
    }
}
