using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference;

/// <summary>A head that serves: its row and its loaded model.</summary>
public sealed record ServingHead(Head Head, IHeadModel Model);

/// <summary>
/// Finds and loads heads. Which head is champion is asked of the database each time, so that a promotion by another
/// process is seen at once; loaded models are kept by file hash.
/// </summary>
public sealed class HeadRegistry(Database database, HeadFiles files) : IUseCase
{
    private const int MostKept = 8;

    private readonly ConcurrentDictionary<string, Lazy<IHeadModel>> _models = new(StringComparer.Ordinal);

    /// <summary>The champion of a policy, or null while it has none.</summary>
    /// <exception cref="InvalidHeadException">Its file is missing or damaged.</exception>
    public async Task<ServingHead?> ChampionAsync(long policyId, CancellationToken cancellation)
    {
        var head = await database.ReadAsync(
            db => db.Set<Head>().SingleOrDefaultAsync(h => h.PolicyId == policyId && h.State == HeadState.Champion, cancellation), cancellation);
        return head is null ? null : new ServingHead(head, Model(head.FileHash));
    }

    /// <summary>The head of the key with its model.</summary>
    public async Task<ServingHead> LoadAsync(long headId, CancellationToken cancellation)
    {
        var head = await database.ReadAsync(db => db.Set<Head>().SingleAsync(h => h.Id == headId, cancellation), cancellation);
        return new ServingHead(head, Model(head.FileHash));
    }

    /// <summary>The loaded model of a head file.</summary>
    /// <exception cref="InvalidHeadException">The file is missing or damaged.</exception>
    public IHeadModel Model(string fileHash)
    {
        // Those pushed out are not disposed: somebody may still be predicting with them. Their handles go with them.
        while (_models.Count >= MostKept && !_models.ContainsKey(fileHash) && _models.Keys.FirstOrDefault() is { } old)
        {
            _models.TryRemove(old, out _);
        }

        var entry = _models.GetOrAdd(fileHash, hash => new Lazy<IHeadModel>(() => Load(hash)));
        try
        {
            return entry.Value;
        }
        catch
        {
            _models.TryRemove(fileHash, out _);
            throw;
        }
    }

    /// <inheritdoc cref="HeadFiles.PathOf"/>
    public string PathOf(string fileHash) => files.PathOf(fileHash);

    /// <summary>Loading blocks in any case; that a node lacks the file happens once a head.</summary>
    private IHeadModel Load(string fileHash)
    {
        Task.Run(() => files.FetchAsync(fileHash, CancellationToken.None)).GetAwaiter().GetResult();
        return HeadModels.Load(files.PathOf(fileHash));
    }
}
