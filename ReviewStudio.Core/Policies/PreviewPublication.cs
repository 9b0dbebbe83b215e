using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>Says, before a version is published, how many stored labels and waiting cases the map will touch.</summary>
public sealed class PreviewPublication(Database database, IEnumerable<IPolicyUse> uses) : IUseCase
{
    /// <param name="policy">The policy's key or public id.</param>
    public Task<PolicyUse> RunAsync(string policy, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        return database.ReadAsync(
            async db =>
            {
                var row = await PolicyDesk.FindAsync(db, policy, cancellation);
                var use = new PolicyUse();
                foreach (var room in uses)
                {
                    await room.CountAsync(db, row.Id, use, cancellation);
                }

                return use;
            },
            cancellation);
    }
}
