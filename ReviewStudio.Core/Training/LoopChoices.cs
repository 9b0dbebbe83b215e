using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Training;

/// <summary>A policy that can be trained, with its queues.</summary>
public sealed record LoopPolicy(long Id, string Key, string Name, IReadOnlyList<LoopQueue> Queues);

/// <summary>A queue whose settings a training follows.</summary>
/// <param name="RetrainEvery">New labels that set a training off; 0 when labels do not.</param>
/// <param name="RetrainCron">The schedule; empty when there is none.</param>
public sealed record LoopQueue(long Id, string Key, string Name, int RetrainEvery, string RetrainCron, bool PromoteAutomatically);

/// <summary>What the pages and commands of the loop can be asked for: published policies and their queues, by name.</summary>
public sealed class ListLoopPolicies(Database database) : IUseCase
{
    public Task<List<LoopPolicy>> RunAsync(Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
        return database.ReadAsync(db => ReadAsync(db, cancellation), cancellation);
    }

    /// <exception cref="RefusedException"><c>policy.unknown</c>: no published policy has the key.</exception>
    public async Task<LoopPolicy> FindAsync(string key, Actor actor, CancellationToken cancellation) =>
        (await RunAsync(actor, cancellation)).Find(p => string.Equals(p.Key, key, StringComparison.OrdinalIgnoreCase))
        ?? throw new RefusedException("policy.unknown", $"There is no published policy with the key '{key}'. The page Policies lists those that there are.");

    /// <exception cref="RefusedException"><c>queue.unknown</c>: no queue in use has the key, or its policy is not published.</exception>
    public async Task<(LoopPolicy Policy, LoopQueue Queue)> FindQueueAsync(string key, Actor actor, CancellationToken cancellation)
    {
        foreach (var policy in await RunAsync(actor, cancellation))
        {
            if (policy.Queues.FirstOrDefault(q => string.Equals(q.Key, key, StringComparison.OrdinalIgnoreCase)) is { } queue)
            {
                return (policy, queue);
            }
        }

        throw new RefusedException("queue.unknown", $"There is no queue in use with the key '{key}' on a published policy. The page Queues lists those that there are.");
    }

    private static async Task<List<LoopPolicy>> ReadAsync(StudioDbContext db, CancellationToken cancellation)
    {
        var policies = await db.Set<Policy>()
            .Where(p => p.ArchivedAt == null && p.Versions.Any(v => v.State == PolicyVersionState.Published))
            .OrderBy(p => p.Name).ThenBy(p => p.Id).Select(p => new { p.Id, p.Key, p.Name }).ToListAsync(cancellation);
        var queues = await db.Set<ReviewQueue>().Where(q => q.ArchivedAt == null).OrderBy(q => q.Name).ThenBy(q => q.Id).ToListAsync(cancellation);
        var byPolicy = queues.ToLookup(q => q.PolicyId, q => new LoopQueue(q.Id, q.Key, q.Name, q.RetrainEvery, q.RetrainCron, q.PromoteAutomatically));
        return policies.ConvertAll(p => new LoopPolicy(p.Id, p.Key, p.Name, [.. byPolicy[p.Id]]));
    }
}
