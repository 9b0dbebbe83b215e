namespace ReviewStudio.Core.Storage;

/// <summary>The current instant as every engine can hold it.</summary>
public static class Instants
{
    /// <summary>Now in UTC, cut to microseconds: PostgreSQL keeps no finer, and an instant must read back equal.</summary>
    public static DateTime Instant(this TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return clock.GetUtcNow().UtcDateTime.CutToMicroseconds();
    }

    public static DateTime CutToMicroseconds(this DateTime value) => value.AddTicks(-(value.Ticks % TimeSpan.TicksPerMicrosecond));
}
