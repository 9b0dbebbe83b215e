using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference.Media;

/// <summary>The stored vectors of texts by what they say: read where they exist, computed once and kept where they do not.</summary>
public sealed class ContentTexts(Database database, TextVectorizer vectorizer) : IUseCase
{
    private const int AtOnce = 500;

    /// <summary>Vectors by text.</summary>
    public async Task<Dictionary<TextInput, TextVector>> GetAsync(IEnumerable<TextInput> texts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var found = new Dictionary<TextInput, TextVector>();
        foreach (var chunk in texts.Distinct().Chunk(AtOnce))
        {
            await ReadAsync(chunk, found, cancellation);
        }

        return found;
    }

    private async Task ReadAsync(TextInput[] texts, Dictionary<TextInput, TextVector> found, CancellationToken cancellation)
    {
        var version = vectorizer.Version;
        var hashes = Array.ConvertAll(texts, ContentVector.OfText);
        var stored = await database.ReadAsync(db => Stored(db, hashes, version).ToDictionaryAsync(v => v.ContentHash, v => v.Data, StringComparer.Ordinal, cancellation), cancellation);
        var missing = Enumerable.Range(0, texts.Length).Where(i => !stored.ContainsKey(hashes[i])).ToArray();
        if (missing.Length > 0)
        {
            var vectors = vectorizer.Vectorize([.. missing.Select(i => texts[i])]);
            var rows = missing.Select((i, k) => new ContentVector { ContentHash = hashes[i], View = ContentView.Text, EncoderVersion = version, Data = VectorCodec.Encode(vectors[k]) }).ToList();
            await KeepAsync(database, rows, cancellation);
            rows.ForEach(row => stored[row.ContentHash] = row.Data);
        }

        // Through the codec, so that a fresh vector equals the one read later, bit by bit.
        for (var i = 0; i < texts.Length; i++)
        {
            found[texts[i]] = VectorCodec.Decode(stored[hashes[i]]);
        }
    }

    /// <summary>Adds those that are not there yet.</summary>
    internal static Task KeepAsync(Database database, IReadOnlyList<ContentVector> rows, CancellationToken cancellation) =>
        database.WriteAsync(db => KeepAsync(db, rows, cancellation), cancellation);

    /// <inheritdoc cref="KeepAsync(Database, IReadOnlyList{ContentVector}, CancellationToken)"/>
    internal static async Task KeepAsync(StudioDbContext db, IReadOnlyList<ContentVector> rows, CancellationToken cancellation)
    {
        // Others may be about to add the same: what is read after this stays true to the commit.
        await db.LockAsync("content-vectors", LockKind.Exclusive, cancellation);
        var hashes = rows.Select(r => r.ContentHash).Distinct(StringComparer.Ordinal).ToArray();
        var there = (await db.Set<ContentVector>().Where(v => hashes.Contains(v.ContentHash)).Select(v => new { v.ContentHash, v.View, v.EncoderVersion }).ToListAsync(cancellation))
            .ConvertAll(v => (v.ContentHash, v.View, v.EncoderVersion)).ToHashSet();
        db.AddRange(rows.Where(r => there.Add((r.ContentHash, r.View, r.EncoderVersion))));
        await db.SaveChangesAsync(cancellation);
    }

    private static IQueryable<ContentVector> Stored(StudioDbContext db, string[] hashes, string version) =>
        db.Set<ContentVector>().Where(v => v.View == ContentView.Text && v.EncoderVersion == version && hashes.Contains(v.ContentHash));
}
