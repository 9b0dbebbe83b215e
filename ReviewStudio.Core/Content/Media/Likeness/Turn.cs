namespace ReviewStudio.Core.Content.Media.Likeness;

/// <summary>One of the eight ways in which a picture may be turned by quarters or mirrored; all false is upright.</summary>
/// <param name="Mirrored">Left and right change places.</param>
/// <param name="UpsideDown">Top and bottom change places.</param>
/// <param name="Aside">Rows and columns change places, after the others.</param>
internal readonly record struct Turn(bool Mirrored, bool UpsideDown, bool Aside)
{
    public static IReadOnlyList<Turn> All { get; } = [.. Enumerable.Range(0, 8).Select(way => new Turn((way & 1) != 0, (way & 2) != 0, (way & 4) != 0))];

    /// <summary>Turns pixels.</summary>
    /// <returns>f32[height, width], or f32[width, height] when it lies aside.</returns>
    public float[] Pixels(float[] luma, int width, int height)
    {
        var turned = new float[luma.Length];
        for (var row = 0; row < height; row++)
        {
            var to = UpsideDown ? height - 1 - row : row;
            for (var column = 0; column < width; column++)
            {
                var at = Mirrored ? width - 1 - column : column;
                turned[Aside ? (at * height) + to : (to * width) + at] = luma[(row * width) + column];
            }
        }

        return turned;
    }

    /// <summary>
    /// Turns DCT coefficients: mirroring an axis changes the sign of its odd frequencies, and swapping the axes swaps the
    /// indices, so no pixel is looked at again.
    /// </summary>
    /// <param name="coefficients">f32[16, 16], frequency 1 first.</param>
    public float[] Coefficients(float[] coefficients)
    {
        const int side = Pdq.Kept;
        var turned = new float[coefficients.Length];
        for (var i = 0; i < side; i++)
        {
            for (var j = 0; j < side; j++)
            {
                var value = coefficients[(i * side) + j];
                turned[Aside ? (j * side) + i : (i * side) + j] = (UpsideDown && i % 2 == 0) ^ (Mirrored && j % 2 == 0) ? -value : value;
            }
        }

        return turned;
    }
}
