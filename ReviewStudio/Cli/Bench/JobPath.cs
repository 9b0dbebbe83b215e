using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Inference.Media;

namespace ReviewStudio.Cli.Bench;

/// <summary>The way of media through the job that encodes them, from a hostile file to all that is kept: decoded by ffmpeg, a few at a time.</summary>
internal sealed class JobPath(MediaDecoder decoder, MediaEncoder encoder)
{
    private const int AtOnce = 16;

    public bool Available => decoder.Available;

    public void Run(string[] files)
    {
        foreach (var chunk in files.Chunk(AtOnce))
        {
            var media = new DecodedMedia[chunk.Length];
            Parallel.ForAsync(0, chunk.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (i, stop) =>
            {
                media[i] = await decoder.RunAsync(chunk[i], MediaSniffer.Sniff(await File.ReadAllBytesAsync(chunk[i], stop)).Type, stop);
            }).GetAwaiter().GetResult();
            encoder.Encode(Array.ConvertAll(media, m => new MediaToEncode(m)), CancellationToken.None);
            Array.ForEach(media, m => m.Dispose());
        }
    }
}
