using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace ReviewStudio.Core.Queue.Rescoring;

/// <summary>
/// New ranks of many cases and the order in which to write them. Kept in memory are 8 bytes a case; the ranks themselves
/// lie in a temporary file.
/// </summary>
internal sealed class RankPlan : IDisposable
{
    private static readonly int Size = Marshal.SizeOf<CaseRank>();

    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private ulong[] _order = new ulong[4_096];

    /// <param name="folder">Where the temporary file lies; made if absent.</param>
    public RankPlan(string folder)
    {
        Directory.CreateDirectory(folder);
        _file = new FileStream(
            Path.Combine(folder, $"ranks-{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
    }

    /// <summary>Cases in it.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Adds a case, to be written as soon as either its new rank or the one it has now is reached: then, however far the
    /// writing got, the head of the line up to there holds those that belong there and no others.
    /// </summary>
    /// <param name="before">The rank that its tasks are thought to have now.</param>
    public void Add(CaseRank rank, double before)
    {
        lock (_lock)
        {
            if (Count == _order.Length)
            {
                Array.Resize(ref _order, _order.Length + (_order.Length / 2));
            }

            _order[Count] = ((ulong)Sortable((float)Math.Min(rank.Rank, before)) << 32) | (uint)Count;
            Count++;
            _file.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<CaseRank>(in rank)));
        }
    }

    /// <summary>All cases in order, so many at a time.</summary>
    public IEnumerable<IReadOnlyList<CaseRank>> InOrder(int atOnce)
    {
        if (Count == 0)
        {
            yield break;
        }

        Array.Sort(_order, 0, Count);
        _file.Flush();
        if (_file.Length < (long)Count * Size)
        {
            throw new InvalidDataException("The temporary file of ranks is cut off. Make room on its disk and run it again.");
        }

        // Mapped: a call of the system for every case would cost as much as a tenth of writing it.
        using var map = MemoryMappedFile.CreateFromFile(_file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        using var view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        for (var start = 0; start < Count; start += atOnce)
        {
            var chunk = new CaseRank[Math.Min(atOnce, Count - start)];
            for (var i = 0; i < chunk.Length; i++)
            {
                view.Read((long)(uint)_order[start + i] * Size, out chunk[i]);
            }

            yield return chunk;
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The bits of a number, turned so that they sort like the number.</summary>
    private static uint Sortable(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
    }
}
