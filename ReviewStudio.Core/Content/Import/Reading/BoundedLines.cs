namespace ReviewStudio.Core.Content.Import.Reading;

/// <summary>Reads lines of bytes. A line beyond the limit is passed over in bounded memory; only its beginning is kept.</summary>
public sealed class BoundedLines(Stream stream, int longest)
{
    private readonly byte[] _chunk = new byte[64 * 1024];
    private byte[] _line = new byte[4 * 1024];
    private int _at;
    private int _count;
    private int _length;

    /// <summary>The number of the line just read, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The line without its end; of one that is too long, the beginning. Valid until the next read.</summary>
    public ReadOnlyMemory<byte> Line => _line.AsMemory(0, _length);

    public bool TooLong { get; private set; }

    /// <returns>False at the end of the stream.</returns>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellation)
    {
        _length = 0;
        TooLong = false;
        Number++;
        while (true)
        {
            if (_at == _count)
            {
                _count = await stream.ReadAsync(_chunk.AsMemory(), cancellation);
                _at = 0;
                if (_count == 0)
                {
                    return _length > 0;
                }
            }

            var end = Array.IndexOf(_chunk, (byte)'\n', _at, _count - _at);
            Append(_chunk.AsSpan(_at, (end < 0 ? _count : end) - _at));
            _at = end < 0 ? _count : end + 1;
            if (end >= 0)
            {
                return true;
            }
        }
    }

    private void Append(ReadOnlySpan<byte> piece)
    {
        if (TooLong)
        {
            return;
        }

        if (_length + piece.Length > longest)
        {
            TooLong = true;
            _length = Math.Min(_length, SourceRow.StartLength);
            if (_length == 0)
            {
                piece[..Math.Min(piece.Length, SourceRow.StartLength)].CopyTo(_line);
                _length = Math.Min(piece.Length, SourceRow.StartLength);
            }

            return;
        }

        if (_length + piece.Length > _line.Length)
        {
            Array.Resize(ref _line, Math.Max(_length + piece.Length, Math.Min(2 * _line.Length, longest)));
        }

        piece.CopyTo(_line.AsSpan(_length));
        _length += piece.Length;
    }
}
