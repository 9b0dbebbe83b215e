using System.Runtime.InteropServices;

namespace ReviewStudio.Core.Labels.Agreements;

/// <summary>One standing verdict in 48 bytes. Names stand as places in the tables of <see cref="RatingTables"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RatingRow(
    long VerdictId, int Case, int Reviewer, int Seconds, int ElapsedMilliseconds, short Label, short Version, short Queue, short Language, short Modality, short Head, short Predicted, bool Shown, bool Audit)
{
    /// <summary>Instants are kept as seconds since then.</summary>
    public static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public DateTime At => Epoch.AddSeconds(Seconds);
}

/// <summary>The names that rows refer to by place. Grows only.</summary>
internal sealed class RatingTables
{
    public NameTable<long> Cases { get; } = new();

    public NameTable<long> Reviewers { get; } = new();

    public NameTable<string> Labels { get; } = new();

    public NameTable<long> Versions { get; } = new();

    public NameTable<long> Queues { get; } = new();

    public NameTable<string> Languages { get; } = new();

    public NameTable<string> Modalities { get; } = new();

    public NameTable<long> Heads { get; } = new();
}

/// <summary>Values by place and places by value.</summary>
internal sealed class NameTable<T>
    where T : notnull
{
    private readonly Dictionary<T, int> _places = [];
    private readonly List<T> _values = [];

    public int Count => _values.Count;

    public T this[int place] => _values[place];

    /// <summary>The value's place; the next free one for a value that is new.</summary>
    public int Place(T value)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, value, out var known);
        if (!known)
        {
            place = _values.Count;
            _values.Add(value);
        }

        return place;
    }

    /// <summary>The value's place; null where it never occurred.</summary>
    public int? Find(T value) => _places.TryGetValue(value, out var place) ? place : null;
}
