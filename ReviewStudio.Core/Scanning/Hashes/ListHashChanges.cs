using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Hashes;

/// <summary>Who put how much on a list or took it off.</summary>
public sealed record HashChangeView(DateTime At, string By, int Added, int Removed, string Origin, string Reason);

/// <summary>Lists what was done to a hash list, the newest first.</summary>
public sealed class ListHashChanges(Database database) : IUseCase
{
    /// <summary>Most that are listed.</summary>
    public const int Most = 50;

    /// <param name="list">The list's key.</param>
    public Task<List<HashChangeView>> RunAsync(string list, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        return database.ReadAsync(
            db => (from change in db.Set<HashListChange>()
                   join owner in db.Set<HashList>() on change.ListId equals owner.Id
                   join reviewer in db.Set<Reviewer>() on change.ReviewerId equals reviewer.Id into reviewers
                   from reviewer in reviewers.DefaultIfEmpty()
                   where owner.Key == list
                   orderby change.Id descending
                   select new HashChangeView(change.At, reviewer == null ? "system" : reviewer.DisplayName, change.Added, change.Removed, change.Origin, change.Reason)).Take(Most).ToListAsync(cancellation),
            cancellation);
    }
}
