using System.Collections.Concurrent;

namespace ReviewStudio.Migrations.PostgreSql;

/// <summary>
/// Where each lane's pending tasks begin. A claim that began at the start of a lane's index range would step over the dead
/// entries of all claims since the last vacuum, more with every claim. A floor is looked up by itself now and then and is a
/// hint, never the truth: it is lowered when this process puts tasks below it, it is trusted for a moment only, for what
/// other processes put there, and nobody is told that nothing waits because of one.
/// </summary>
internal sealed class LaneFloors
{
    /// <summary>A floor of this age is looked up anew, beside the claims; one of twice the age is not used.</summary>
    internal static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<long, Floor> _floors = new();
    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly Lock _lock = new();

    /// <summary>The lowest rank that tasks were given since the floors are being looked up.</summary>
    private double _lowest = double.PositiveInfinity;
    private int _looking;

    /// <summary>The smallest rank that need be looked at in the lane.</summary>
    public double Of(long lane) =>
        _floors.TryGetValue(lane, out var floor) && _clock.GetElapsedTime(floor.At) < 2 * Fresh ? floor.Rank : double.NegativeInfinity;

    /// <summary>Tasks may wait from this rank on, in whichever lane.</summary>
    public void Lower(double rank)
    {
        lock (_lock)
        {
            _lowest = Math.Min(_lowest, rank);
            foreach (var (lane, floor) in _floors.Where(f => f.Value.Rank > rank))
            {
                _floors[lane] = floor with { Rank = rank };
            }
        }
    }

    /// <summary>Has the floors of the lanes looked up if they are due and nobody is at it.</summary>
    /// <param name="lanes">The lanes that were claimed from.</param>
    /// <param name="look">Reads the rank of each lane's first pending task; lanes without one are not in it.</param>
    public void Refresh(IEnumerable<long> lanes, Func<long[], Task<Dictionary<long, double>>> look)
    {
        var due = lanes.Where(l => !_floors.TryGetValue(l, out var floor) || double.IsNegativeInfinity(floor.Rank) || _clock.GetElapsedTime(floor.At) >= Fresh).ToArray();
        if (due.Length > 0 && Interlocked.Exchange(ref _looking, 1) == 0)
        {
            _ = Task.Run(() => LookAsync(due, look));
        }
    }

    private async Task LookAsync(long[] lanes, Func<long[], Task<Dictionary<long, double>>> look)
    {
        try
        {
            lock (_lock)
            {
                _lowest = double.PositiveInfinity;
            }

            var found = await look(lanes);
            lock (_lock)
            {
                foreach (var lane in lanes)
                {
                    _floors[lane] = new Floor(Math.Min(_lowest, found.GetValueOrDefault(lane, double.PositiveInfinity)), _clock.GetTimestamp());
                }
            }
        }
        catch (Exception e) when (e is System.Data.Common.DbException or InvalidOperationException or ObjectDisposedException or TimeoutException or System.IO.IOException)
        {
            // Without floors claims are right all the same.
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    private readonly record struct Floor(double Rank, long At);
}
