namespace ReviewStudio.Core.Content.Media.Likeness;

/// <summary>The mean of the values around each value, of those that there are.</summary>
internal static class BoxFilter
{
    /// <param name="from">A row, or a column with the row's length as <paramref name="step"/>.</param>
    /// <param name="window">Values in the mean; an even window reaches one further to the right.</param>
    public static void Run(ReadOnlySpan<float> from, Span<float> to, int step, int window)
    {
        var length = ((to.Length - 1) / step) + 1;
        var right = window / 2;
        var left = window - right - 1;
        var (sum, count) = (0f, 0);
        for (var i = 0; i < Math.Min(right, length); i++, count++)
        {
            sum += from[i * step];
        }

        for (var i = 0; i < length; i++)
        {
            if (i + right < length)
            {
                sum += from[(i + right) * step];
                count++;
            }

            if (i - left > 0)
            {
                sum -= from[(i - left - 1) * step];
                count--;
            }

            to[i * step] = sum / count;
        }
    }
}
