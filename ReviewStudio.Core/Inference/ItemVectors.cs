using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference;

/// <summary>The stored vectors of items: read where they exist, computed once and kept where they do not.</summary>
public sealed class ItemVectors(Database database, TextVectorizer vectorizer) : IUseCase
{
    /// <summary>The encoder version that vectors are kept under.</summary>
    public string Version => vectorizer.Version;

    /// <summary>Vectors by item key. Items that no longer exist are left out.</summary>
    public async Task<Dictionary<long, TextVector>> GetAsync(IReadOnlyCollection<long> itemIds, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(itemIds);
        var version = vectorizer.Version;
        var vectors = await StoredAsync(itemIds, cancellation);
        var missing = itemIds.Where(id => !vectors.ContainsKey(id)).ToArray();
        if (missing.Length > 0)
        {
            foreach (var (id, vector) in await ComputeAsync(missing, version, cancellation))
            {
                vectors[id] = vector;
            }
        }

        return vectors;
    }

    /// <summary>Those vectors that are kept already, by item key.</summary>
    public async Task<Dictionary<long, TextVector>> StoredAsync(IReadOnlyCollection<long> itemIds, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(itemIds);
        if (itemIds.Count == 0)
        {
            return [];
        }

        var version = vectorizer.Version;
        var (wanted, from, to) = (itemIds.ToHashSet(), itemIds.Min(), itemIds.Max());
        var dense = to - from < 2L * wanted.Count;
        return await database.ReadAsync(
            async db =>
            {
                // Items that lie together are read as one range of the key; others by a list that is one parameter: with one
                // for each entry, SQLite would look every name up among all the others.
                var rows = db.Set<ItemVector>().Where(v => v.EncoderVersion == version);
                rows = dense ? rows.Where(v => v.ItemId >= from && v.ItemId <= to) : rows.Where(v => EF.Parameter(itemIds).Contains(v.ItemId));
                var vectors = new Dictionary<long, TextVector>(wanted.Count);
                await foreach (var row in rows.Select(v => new { v.ItemId, v.Data }).AsAsyncEnumerable().WithCancellation(cancellation))
                {
                    if (wanted.Contains(row.ItemId))
                    {
                        vectors[row.ItemId] = VectorCodec.Decode(row.Data);
                    }
                }

                return vectors;
            },
            cancellation);
    }

    private async Task<List<(long Id, TextVector Vector)>> ComputeAsync(long[] itemIds, string version, CancellationToken cancellation)
    {
        var texts = await database.ReadAsync(
            db => db.Set<Item>().Where(i => itemIds.Contains(i.Id))
                .Select(i => new { i.Id, i.Language, Texts = i.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text) })
                .ToListAsync(cancellation),
            cancellation);
        var vectors = vectorizer.Vectorize([.. texts.Select(t => new TextInput(string.Join('\n', t.Texts.OfType<string>()), t.Language))]);

        // Through the codec and back, so that a fresh vector equals the one read later, bit by bit.
        var rows = texts.Select((t, i) => new ItemVector { ItemId = t.Id, EncoderVersion = version, Data = VectorCodec.Encode(vectors[i]) }).ToList();
        await database.WriteAsync(
            async db =>
            {
                var ids = rows.ConvertAll(r => r.ItemId);
                var there = await db.Set<ItemVector>().Where(v => v.EncoderVersion == version && ids.Contains(v.ItemId))
                    .Select(v => v.ItemId).ToHashSetAsync(cancellation);
                db.AddRange(rows.Where(r => !there.Contains(r.ItemId)));
                await db.SaveChangesAsync(cancellation);
            },
            cancellation);
        return rows.ConvertAll(r => (r.ItemId, VectorCodec.Decode(r.Data)));
    }
}
