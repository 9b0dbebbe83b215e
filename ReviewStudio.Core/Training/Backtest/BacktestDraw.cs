using ReviewStudio.Core.Metrics;

namespace ReviewStudio.Core.Training.Backtest;

/// <summary>Which rows a seed gives to what. The test rows enter no database: they are read for the report only.</summary>
/// <param name="Test">Rows for the report.</param>
/// <param name="Gate">Rows whose labels the gates get.</param>
/// <param name="Pool">Rows that wait in the queue, in random order of arrival.</param>
internal sealed record BacktestDraw(IReadOnlyList<int> Test, IReadOnlyList<int> Gate, IReadOnlyList<int> Pool)
{
    public static BacktestDraw Of(int rows, BacktestRequest request, int seed)
    {
        int[] order = [.. Enumerable.Range(0, rows)];
        new SeededRandom(SeededRandom.Mix((ulong)(uint)seed)).Shuffle<int>(order);
        var gate = request.GateLabelsTaken;
        return new(order[..request.Test], order[request.Test..(request.Test + gate)], order[(request.Test + gate)..]);
    }

    /// <summary>The public id of a row's case: chance that the seed decides, so that a random order repeats itself.</summary>
    public static Guid CaseId(int seed, int row)
    {
        var random = new SeededRandom(SeededRandom.Mix(((ulong)(uint)seed << 32) + (ulong)(uint)row + 1));
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, random.NextBits());
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], random.NextBits());
        return new Guid(bytes, bigEndian: true);
    }
}
