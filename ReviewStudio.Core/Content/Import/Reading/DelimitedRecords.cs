using System.Text;

namespace ReviewStudio.Core.Content.Import.Reading;

/// <summary>
/// Cuts text into the records of RFC 4180, with any delimiter. A parser of its own because a record must stay bounded
/// and a broken one must not end the file: what outgrows the limit is passed over up to the end of its line.
/// </summary>
internal sealed class DelimitedRecords(TextReader reader, char delimiter, int longest)
{
    private readonly char[] _buffer = new char[32 * 1024];
    private readonly StringBuilder _field = new();
    private readonly List<string> _fields = [];
    private int _at;
    private int _count;
    private int _size;
    private State _state;
    private bool _afterReturn;
    private bool _anyQuote;
    private long _line = 1;
    private long _quoteLine;

    private enum State
    {
        FieldStart,
        Plain,
        Quoted,
        QuoteInQuoted,
        Overlong,
    }

    /// <summary>The fields of the record just read.</summary>
    public IReadOnlyList<string> Fields => _fields;

    /// <summary>The line that the record begins on, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>Why the record is no good; null when it is.</summary>
    public string? Problem { get; private set; }

    /// <summary>Goes on to the next record that is not blank.</summary>
    /// <returns>False at the end of the text.</returns>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellation)
    {
        Begin();
        while (true)
        {
            if (_at == _count)
            {
                _count = await reader.ReadAsync(_buffer.AsMemory(), cancellation);
                _at = 0;
                if (_count == 0)
                {
                    return End();
                }
            }

            if (Scan())
            {
                return true;
            }
        }
    }

    private void Begin()
    {
        _fields.Clear();
        _field.Clear();
        _size = 0;
        _state = State.FieldStart;
        _anyQuote = false;
        Problem = null;
        Line = _line;
    }

    /// <summary>Takes characters from the buffer until a record is complete.</summary>
    private bool Scan()
    {
        while (_at < _count)
        {
            var c = _buffer[_at++];
            var secondHalf = c == '\n' && _afterReturn;
            _afterReturn = c == '\r';
            if (secondHalf)
            {
                // The second half of a line end that was acted on already; only a quoted field keeps it.
                if (_state == State.Quoted)
                {
                    _field.Append(c);
                }

                continue;
            }

            var lineEnd = c is '\n' or '\r';
            _line += lineEnd ? 1 : 0;
            if (lineEnd && _state != State.Quoted)
            {
                if (Close())
                {
                    return true;
                }

                Begin();
                continue;
            }

            Take(c);
        }

        return false;
    }

    private void Take(char c)
    {
        if (_state == State.Overlong)
        {
            return;
        }

        if (++_size > longest)
        {
            Problem = _state == State.Quoted
                ? $"A quote that opens on line {_quoteLine} is not closed within {ReadLimits.RowInWords}; everything up to line {_line} was left out. Close it, or double quotes inside of text."
                : $"The row is longer than {ReadLimits.RowInWords}. Shorten it, or leave it out.";
            CloseField();
            _state = State.Overlong;
            return;
        }

        switch (_state)
        {
            case State.FieldStart when c == '"':
                _state = State.Quoted;
                _anyQuote = true;
                _quoteLine = _line;
                break;
            case State.Quoted when c == '"':
                _state = State.QuoteInQuoted;
                break;
            case State.QuoteInQuoted when c == '"':
                _field.Append(c);
                _state = State.Quoted;
                break;
            case State.Quoted:
                _field.Append(c);
                break;
            default:
                if (c == delimiter)
                {
                    CloseField();
                    _state = State.FieldStart;
                }
                else
                {
                    _field.Append(c);
                    _state = State.Plain;
                }

                break;
        }
    }

    private void CloseField()
    {
        _fields.Add(_field.ToString());
        _field.Clear();
    }

    /// <returns>False for a blank line.</returns>
    private bool Close()
    {
        if (_state != State.Overlong)
        {
            CloseField();
        }

        return _fields.Count > 1 || _fields[0].Length > 0 || _anyQuote;
    }

    private bool End()
    {
        if (_state == State.Quoted)
        {
            Problem = $"A quote that opens on line {_quoteLine} is never closed; everything after it was left out. Close it, or double quotes inside of text.";
        }

        return (_state != State.FieldStart || _fields.Count > 0) && Close();
    }
}
