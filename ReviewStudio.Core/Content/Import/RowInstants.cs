using System.Globalization;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content.Import;

/// <summary>Reads instants as files write them.</summary>
internal static class RowInstants
{
    private const long Year2100InSeconds = 4_102_444_800;

    /// <returns>In UTC; a time without a zone is taken for UTC. Null when it is no instant.</returns>
    public static DateTime? Read(string text)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            // Seconds since 1970, or milliseconds where seconds would lie beyond 2100. A bare year is neither.
            var milliseconds = Math.Abs(number) < Year2100InSeconds ? number * 1000 : number;
            return number is > 100_000_000 and < Year2100InSeconds * 1000d
                ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds).UtcDateTime
                : null;
        }

        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowWhiteSpaces, out var instant)
            ? instant.UtcDateTime.CutToMicroseconds()
            : null;
    }
}
