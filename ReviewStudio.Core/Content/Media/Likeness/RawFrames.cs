using System.Buffers.Text;

namespace ReviewStudio.Core.Content.Media.Likeness;

/// <summary>Reads pictures as ffmpeg writes them one after another: binary PPM, 8 bits a channel.</summary>
internal sealed class RawFrames(int most, int longestSide)
{
    private readonly List<PdqPicture> _seen = [];

    /// <summary>What was seen, in the order of time; pictures too small to be told apart are left out.</summary>
    public IReadOnlyList<PdqPicture> Seen => _seen;

    /// <summary>Reads to the end; frames beyond the most that are wanted are passed over.</summary>
    /// <exception cref="IOException">It is no such stream.</exception>
    public async Task ReadAsync(Stream stream, CancellationToken stop)
    {
        for (var count = 0; await WordAsync(stream, stop) is { Length: > 0 } kind; count++)
        {
            var (width, height, white) = (await NumberAsync(stream, stop), await NumberAsync(stream, stop), await NumberAsync(stream, stop));
            if (kind is not [(byte)'P', (byte)'6'] || white != 255 || width < 1 || height < 1 || width > longestSide || height > longestSide)
            {
                throw new IOException("The decoder gave no picture that can be read.");
            }

            var rgb = new byte[width * height * 3];
            await stream.ReadExactlyAsync(rgb, stop);
            if (count < most && Pdq.Look(Pdq.Luma(rgb), width, height) is { } picture)
            {
                _seen.Add(picture);
            }
        }
    }

    private static async Task<int> NumberAsync(Stream stream, CancellationToken stop) =>
        Utf8Parser.TryParse(await WordAsync(stream, stop), out int number, out _) ? number : -1;

    /// <summary>The next word and the one blank behind it; empty at the end.</summary>
    private static async Task<byte[]> WordAsync(Stream stream, CancellationToken stop)
    {
        var word = new List<byte>(8);
        var next = new byte[1];
        while (word.Count < 16 && await stream.ReadAsync(next, stop) == 1 && next[0] is not ((byte)' ' or (byte)'\n'))
        {
            word.Add(next[0]);
        }

        return [.. word];
    }
}
