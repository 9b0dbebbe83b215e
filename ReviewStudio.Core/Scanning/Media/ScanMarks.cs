using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Media;

/// <summary>By what the media of a scan are told from others, for hash lists: their bytes, and what they look like.</summary>
public sealed class ScanMarks(Database database, MarkFile mark) : IUseCase
{
    /// <summary>Hash lists are looked at whatever the budget for scoring is, but not for ever.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>One entry a medium. Where a file cannot be decoded, or not in time, its bytes alone count.</summary>
    public async Task<IReadOnlyList<FileMarks>> RunAsync(IEnumerable<MediaToSee> media, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(media);
        var marks = new List<FileMarks>();
        foreach (var medium in media.DistinctBy(m => m.Hash))
        {
            marks.Add(medium.Path is { } path ? await OfFileAsync(medium.Hash, path, cancellation) : await OfKeptAsync(medium.Hash, cancellation));
        }

        return marks;
    }

    private async Task<FileMarks> OfFileAsync(string hash, string path, CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(Longest);
        try
        {
            await using var file = File.OpenRead(path);
            return await mark.RunAsync(file, ReceiveScanFile.Longest, late.Token);
        }
        catch (Exception e) when (e is RefusedException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new FileMarks(hash, []);
        }
    }

    private async Task<FileMarks> OfKeptAsync(string hash, CancellationToken cancellation)
    {
        var prints = await database.ReadAsync(
            db => (from print in db.Set<MediaPrint>() join probe in db.Set<MediaProbe>() on print.ProbeId equals probe.Id where probe.Hash == hash orderby print.Frame select print).ToListAsync(cancellation),
            cancellation);
        return new FileMarks(hash, prints.ConvertAll(p => p.Picture()));
    }
}
