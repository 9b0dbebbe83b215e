using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Hashes;

/// <summary>Tells the reviewer of a flagged case what it was flagged by.</summary>
public sealed class FlagHints : ICaseHints, IUseCase
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> ReadAsync(StudioDbContext db, ReviewCase reviewCase, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(reviewCase);
        var flags = await (
            from flag in db.Set<HashFlag>()
            join list in db.Set<HashList>() on flag.ListId equals list.Id
            where flag.CaseId == reviewCase.Id
            orderby flag.Id
            select new { flag.Kind, flag.Distance, list.Name, list.Source, list.LabelKey }).ToListAsync(cancellation);
        return flags.ConvertAll(f => f.Kind == HashKind.Sha256
            ? $"The same bytes are on the list “{f.Name}” of {f.Source}, which stands for {f.LabelKey}."
            : string.Create(CultureInfo.InvariantCulture, $"It looks like an entry of the list “{f.Name}” of {f.Source}, which stands for {f.LabelKey}; {f.Distance} of 256 bits differ."));
    }
}
