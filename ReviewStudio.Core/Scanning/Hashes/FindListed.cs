using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Hashes;

/// <summary>A list that a file is on.</summary>
/// <param name="Distance">For a picture that looks the same: differing bits of 256; null for the same bytes.</param>
/// <param name="By">Who put it there.</param>
public sealed record ListedFile(string List, string Name, int? Distance, string By, DateTime AddedAt, DateTime? ExpiresAt, bool InForce);

/// <summary>Tells which lists a file is on and who put it there. The bytes are not kept.</summary>
public sealed class FindListed(Database database, MarkFile marks, TimeProvider clock) : IUseCase
{
    public async Task<IReadOnlyList<ListedFile>> RunAsync(Stream content, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        var read = await marks.RunAsync(content, TakeMedia.LongestImage, cancellation);
        var now = clock.Instant();
        var rows = await database.ReadAsync(
            db => (from entry in db.Set<HashEntry>()
                   join list in db.Set<HashList>() on entry.ListId equals list.Id
                   join change in db.Set<HashListChange>() on entry.ChangeId equals change.Id into changes
                   from change in changes.DefaultIfEmpty()
                   join reviewer in db.Set<Reviewer>() on change.ReviewerId equals reviewer.Id into reviewers
                   from reviewer in reviewers.DefaultIfEmpty()
                   where list.EndedAt == null && (entry.Kind == HashKind.Pdq || entry.Hash == read.Sha256)
                   orderby entry.Id
                   select new { Entry = entry, List = list, By = reviewer == null ? "system" : reviewer.DisplayName }).ToListAsync(cancellation),
            cancellation);
        var picture = read.Pictures is [{ Quality: >= PdqHash.LeastQuality } only] ? only : null;
        return [.. from row in rows
                   let distance = row.Entry.Kind == HashKind.Sha256 ? (int?)null
                       : picture is not null && PdqHash.TryParse(row.Entry.Hash, out var hash) ? picture.AllWays.Min(h => h.Distance(hash)) : PdqHash.Bits
                   where distance is null || distance <= row.Entry.MaxDistance
                   select new ListedFile(
                       row.List.Key, row.List.Name, distance, row.By, row.Entry.AddedAt, row.Entry.ExpiresAt ?? row.List.ExpiresAt,
                       (row.Entry.ExpiresAt ?? row.List.ExpiresAt) > now && row.List.ExpiresAt > now)];
    }
}
