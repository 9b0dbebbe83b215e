namespace ReviewStudio.Tests.Fixtures;

/// <summary>A clock that stands still until told otherwise. Timers run in real time.</summary>
public sealed class TestClock : TimeProvider
{
    private long _ticks = new DateTime(2026, 11, 2, 9, 0, 0, DateTimeKind.Utc).Ticks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
