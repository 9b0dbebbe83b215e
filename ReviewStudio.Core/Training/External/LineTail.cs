namespace ReviewStudio.Core.Training.External;

/// <summary>Keeps the last lines of an output, up to a number of characters. Thread-safe.</summary>
internal sealed class LineTail(int capacity)
{
    private readonly Queue<string> _lines = new();
    private readonly Lock _gate = new();
    private int _length;

    public void Add(string line)
    {
        lock (_gate)
        {
            _lines.Enqueue(line);
            _length += line.Length + 1;
            while (_length > capacity && _lines.Count > 1)
            {
                _length -= _lines.Dequeue().Length + 1;
            }
        }
    }

    /// <summary>The lines after an introduction, or nothing where there are none.</summary>
    public string Quoted()
    {
        lock (_gate)
        {
            return _lines.Count == 0 ? "" : " The end of its error output: " + string.Join('\n', _lines);
        }
    }
}
