using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference;

/// <summary>What a head says of an item.</summary>
/// <param name="Probabilities">By the head's labels, summing to 1.</param>
/// <param name="Influences">What moved them, for items of several parts; else null.</param>
public sealed record ItemPrediction(float[] Probabilities, IReadOnlyList<Influence>? Influences);

/// <summary>What a head says of several items, by their keys.</summary>
/// <param name="Read">Those that it could read.</param>
/// <param name="Waiting">Those whose media wait for their encoders. What is in neither the head cannot read, or is gone.</param>
public sealed record ItemPredictions(IReadOnlyDictionary<long, ItemPrediction> Read, IReadOnlySet<long> Waiting);

/// <summary>Asks a head of either kind about items, from stored vectors.</summary>
public sealed class PredictItems(ItemInputs inputs) : IUseCase
{
    /// <summary>Items whose vectors are in memory at a time: kilobytes each, which the collector moves about while they are held.</summary>
    private const int AtOnce = 256;

    public async Task<ItemPredictions> RunAsync(IHeadModel model, IReadOnlyCollection<long> itemIds, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(itemIds);
        var (all, waiting) = (new Dictionary<long, ItemPrediction>(itemIds.Count), new HashSet<long>());
        foreach (var few in itemIds.Chunk(AtOnce))
        {
            var found = await inputs.GetAsync(few, model.ReadsParts, cancellation);
            var read = found.Where(i => i.Value.Complete && (model.ReadsParts || i.Value.HasText)).ToList();
            var probabilities = model.Predict(read.ConvertAll(i => i.Value));
            var moved = model is FusionModel fused ? fused.Influences(read.ConvertAll(i => i.Value.Parts)) : new IReadOnlyList<Influence>?[read.Count];
            for (var i = 0; i < read.Count; i++)
            {
                all[read[i].Key] = new ItemPrediction(probabilities[i], moved[i]);
            }

            waiting.UnionWith(found.Where(i => !i.Value.Complete).Select(i => i.Key));
        }

        return new ItemPredictions(all, waiting);
    }
}
