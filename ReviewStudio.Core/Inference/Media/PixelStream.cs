using System.Globalization;
using System.Text;
using ReviewStudio.Core.Inference.Encoders.Images;

namespace ReviewStudio.Core.Inference.Media;

/// <summary>Reads pictures as ffmpeg writes them one after another: binary portable pixmaps with 8 bits a channel.</summary>
internal static class PixelStream
{
    private const int LongestLine = 32;

    /// <param name="stream">Read to its end.</param>
    /// <param name="most">Most pictures; what follows them is passed over.</param>
    /// <param name="longest">The longest side that is taken, in pixels.</param>
    /// <exception cref="InvalidDataException">It is none of these, or too large.</exception>
    public static async Task<List<StillImage>> ReadAsync(Stream stream, int most, int longest, CancellationToken stop)
    {
        var pictures = new List<StillImage>();
        try
        {
            while (pictures.Count < most && await LineAsync(stream, stop) is { } kind)
            {
                var size = (await LineAsync(stream, stop))?.Split(' ') ?? [];
                if (kind != "P6" || await LineAsync(stream, stop) != "255" || size.Length != 2
                    || !int.TryParse(size[0], CultureInfo.InvariantCulture, out var width) || !int.TryParse(size[1], CultureInfo.InvariantCulture, out var height)
                    || width <= 0 || height <= 0 || width > longest || height > longest)
                {
                    throw new InvalidDataException("What was decoded is no picture of the size that was asked for.");
                }

                pictures.Add(await PixelsAsync(stream, width, height, stop));
            }

            await stream.CopyToAsync(Stream.Null, stop);
            return pictures;
        }
        catch
        {
            pictures.ForEach(p => p.Dispose());
            throw;
        }
    }

    private static async Task<StillImage> PixelsAsync(Stream stream, int width, int height, CancellationToken stop)
    {
        var rgb = new byte[width * height * 3];
        await stream.ReadExactlyAsync(rgb, stop);
        var rgba = new byte[width * height * 4];
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
        {
            (rgba[to], rgba[to + 1], rgba[to + 2], rgba[to + 3]) = (rgb[from], rgb[from + 1], rgb[from + 2], 255);
        }

        return StillImage.FromRgba(rgba, width, height);
    }

    /// <returns>Null at the end of the stream.</returns>
    private static async Task<string?> LineAsync(Stream stream, CancellationToken stop)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, stop) > 0)
        {
            if (one[0] == '\n')
            {
                return line.ToString();
            }

            if (line.Append((char)one[0]).Length > LongestLine)
            {
                throw new InvalidDataException("What was decoded is no picture.");
            }
        }

        return line.Length == 0 ? null : throw new InvalidDataException("What was decoded ended too early.");
    }
}
