using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace ReviewStudio.Core.Content.Import.Reading;

/// <summary>Reads rows on another thread while earlier ones are written, at most so many ahead.</summary>
internal static class ReadAhead
{
    private const int Ahead = 2_000;

    /// <summary>The same rows in the same order; what the source throws is thrown in its place.</summary>
    public static async IAsyncEnumerable<SourceRow> Of(IRowReader reader, [EnumeratorCancellation] CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var channel = Channel.CreateBounded<SourceRow>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => PumpAsync(reader, channel.Writer, over.Token), CancellationToken.None);
        try
        {
            await foreach (var row in channel.Reader.ReadAllAsync(stop))
            {
                yield return row;
            }
        }
        finally
        {
            await over.CancelAsync();
            await reading;
        }
    }

    private static async Task PumpAsync(IRowReader reader, ChannelWriter<SourceRow> rows, CancellationToken stop)
    {
        try
        {
            await foreach (var row in reader.ReadAsync(stop))
            {
                await rows.WriteAsync(row, stop);
            }

            rows.Complete();
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to the one who reads the rows.
        catch (Exception e)
        {
            rows.Complete(e);
        }
#pragma warning restore CA1031
    }
}
