using System.Globalization;
using Cronos;

namespace ReviewStudio.Core.Queue.Settings;

/// <summary>
/// Checks a schedule of five cron fields (minute, hour, day of month, month, day of week) for form and range, so that a
/// slip is told where it is typed and not when the schedule should run.
/// </summary>
public static class CronText
{
    private static readonly CronField[] CronFields =
    [
        new("minute", 0, 59, []),
        new("hour", 0, 23, []),
        new("day of the month", 1, 31, []),
        new("month", 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]),
        new("day of the week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]),
    ];

    /// <summary>What is wrong with the text, in words; null when it is in order or empty.</summary>
    public static string? Problem(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length != CronFields.Length)
        {
            return $"A schedule has five fields (minute, hour, day, month, weekday), but this has {parts.Length}. '0 3 * * *' is every night at 3:00 UTC.";
        }

        for (var i = 0; i < parts.Length; i++)
        {
            if (Array.Find(parts[i].Split(','), term => !CronFields[i].Fits(term)) is { } wrong)
            {
                return $"'{wrong}' is no {CronFields[i].Name}: it takes {CronFields[i].Least} to {CronFields[i].Greatest}, '*', ranges such as {CronFields[i].Least}-{CronFields[i].Least + 2}, and steps such as */2.";
            }
        }

        return CronExpression.TryParse(text.Trim(), out var schedule) && schedule.GetNextOccurrence(DateTime.UnixEpoch) is not null
            ? null
            : $"'{text.Trim()}' never comes: no such day is in the calendar.";
    }

    /// <param name="text">A schedule that <see cref="Problem"/> finds in order, or an empty text.</param>
    /// <param name="after">An instant in UTC.</param>
    /// <returns>The first instant of the schedule after <paramref name="after"/>, in UTC; null for an empty text.</returns>
    public static DateTime? Next(string text, DateTime after) =>
        string.IsNullOrWhiteSpace(text) ? null : CronExpression.Parse(text.Trim()).GetNextOccurrence(after);

    private sealed record CronField(string Name, int Least, int Greatest, string[] Words)
    {
        public bool Fits(string term)
        {
            var step = term.Split('/');
            if (step.Length > 2 || (step.Length == 2 && !(Number(step[1], out var every) && every >= 1 && every <= Greatest)))
            {
                return false;
            }

            if (step[0] is "*")
            {
                return true;
            }

            var ends = step[0].Split('-');
            return ends.Length <= 2 && Array.TrueForAll(ends, end => Value(end) is not null) && (ends.Length == 1 || Value(ends[0]) <= Value(ends[1]));
        }

        private int? Value(string text)
        {
            var word = Array.FindIndex(Words, w => string.Equals(w, text, StringComparison.OrdinalIgnoreCase));
            if (word >= 0)
            {
                return word + Least;
            }

            return Number(text, out var value) && value >= Least && value <= Greatest ? value : null;
        }

        private static bool Number(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
