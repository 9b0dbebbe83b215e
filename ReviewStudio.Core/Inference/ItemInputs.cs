using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference;

/// <summary>
/// Items as heads read them, from stored vectors. Texts that have none yet are encoded here; media never: they wait for
/// their job, and the item is told not to be complete.
/// </summary>
public sealed class ItemInputs(Database database, ItemVectors items, ContentTexts texts, MediaVectors media) : IUseCase
{
    /// <summary>Items that a head can say something of: the encoders have come to all their media, and there is something that it reads.</summary>
    /// <param name="readsParts">As <see cref="IHeadModel.ReadsParts"/>.</param>
    public static IQueryable<Item> Ready(StudioDbContext db, bool readsParts)
    {
        ArgumentNullException.ThrowIfNull(db);

        // Most items are one text, and nothing more is asked of those.
        return db.Set<Item>().Where(i => i.Modality == Item.TextModality
            || (!i.Parts.Any(p => p.BlobHash != null && !db.Set<EncodedMedia>().Any(m => m.Hash == p.BlobHash))
                && (readsParts || i.Modality.Contains(Item.TextModality)
                    || i.Parts.Any(p => p.BlobHash != null && db.Set<EncodedMedia>().Any(m => m.Hash == p.BlobHash && m.ReadText != "")))));
    }

    /// <summary>Inputs by item key. Items that no longer exist are left out.</summary>
    /// <param name="readsParts">Whether the head reads every part by itself; else the text alone.</param>
    public async Task<Dictionary<long, HeadInput>> GetAsync(IReadOnlyCollection<long> itemIds, bool readsParts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(itemIds);
        var inputs = new Dictionary<long, HeadInput>(itemIds.Count);
        if (!readsParts)
        {
            // Items that have a vector of their own are texts and nothing else, and need not be looked at.
            Add(await items.StoredAsync(itemIds, cancellation));
        }

        var others = itemIds.Where(id => !inputs.ContainsKey(id)).ToList();
        if (others.Count == 0)
        {
            return inputs;
        }

        var rich = await RichAsync(others, readsParts, cancellation);
        Add(await items.GetAsync([.. others.Where(id => !rich.ContainsKey(id))], cancellation));

        if (rich.Count > 0)
        {
            await AddAsync(inputs, rich, readsParts, cancellation);
        }

        return inputs;

        void Add(Dictionary<long, TextVector> vectors)
        {
            foreach (var (id, vector) in vectors)
            {
                inputs[id] = HeadInput.Of(vector);
            }
        }
    }

    /// <summary>Items that are not one text: with media, or with several texts where each counts.</summary>
    private async Task<Dictionary<long, RichItem>> RichAsync(IReadOnlyCollection<long> itemIds, bool readsParts, CancellationToken cancellation)
    {
        var rows = await database.ReadAsync(
            db => db.Set<Item>().Where(i => EF.Parameter(itemIds).Contains(i.Id) && i.Parts.Any(p => p.Modality != Content.Modality.Text || (readsParts && p.Ordinal > 0)))
                .Select(i => new { i.Id, i.Language, Parts = i.Parts.OrderBy(p => p.Ordinal).Select(p => new RichPart(p.Ordinal, p.Text, p.BlobHash)) }).ToListAsync(cancellation),
            cancellation);
        return rows.ToDictionary(r => r.Id, r => new RichItem(r.Language, [.. r.Parts]));
    }

    private async Task AddAsync(Dictionary<long, HeadInput> inputs, Dictionary<long, RichItem> rich, bool readsParts, CancellationToken cancellation)
    {
        var hashes = rich.Values.SelectMany(i => i.Parts).Select(p => p.Blob).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var seen = await media.SeenAsync(hashes, cancellation);
        if (!readsParts)
        {
            var whole = rich.ToDictionary(i => i.Key, i => i.Value.Whole(seen));
            var vectors = await texts.GetAsync(whole.Values.Where(t => t.Text.Length > 0), cancellation);
            foreach (var (id, text) in whole)
            {
                inputs[id] = new HeadInput(vectors.GetValueOrDefault(text, TextVector.Empty), []) { Complete = rich[id].Complete(seen), HasText = text.Text.Length > 0 };
            }

            return;
        }

        var sources = new VectorSources(
            await texts.GetAsync(rich.Values.SelectMany(i => i.Texts(seen).Select(t => t.Text)), cancellation),
            await media.ImagesAsync(hashes, cancellation),
            await media.SoundsAsync(hashes, cancellation));
        foreach (var (id, item) in rich)
        {
            inputs[id] = new HeadInput(TextVector.Empty, item.Vectors(seen, sources)) { Complete = item.Complete(seen), HasText = item.Texts(seen).Any() };
        }
    }

    private sealed record RichPart(int Ordinal, string? Text, string? Blob);

    private sealed record VectorSources(Dictionary<TextInput, TextVector> Texts, Dictionary<string, ImageFeatures> Images, Dictionary<string, float[]> Sounds);

    private sealed record RichItem(string Language, IReadOnlyList<RichPart> Parts)
    {
        public bool Complete(Dictionary<string, EncodedMedia> seen) => Parts.All(p => p.Blob is null || seen.ContainsKey(p.Blob));

        /// <summary>Its texts and those read in its media, by part.</summary>
        public IEnumerable<(int Part, TextInput Text)> Texts(Dictionary<string, EncodedMedia> seen)
        {
            foreach (var part in Parts)
            {
                if (part.Text is { Length: > 0 } text)
                {
                    yield return (part.Ordinal, new TextInput(text, Language));
                }
                else if (part.Blob is { } blob && seen.TryGetValue(blob, out var media) && media.ReadText.Length > 0)
                {
                    yield return (part.Ordinal, new TextInput(media.ReadText, media.ReadLanguage));
                }
            }
        }

        /// <summary>All of them as one; in the item's language where that is known, else in that of what was read.</summary>
        public TextInput Whole(Dictionary<string, EncodedMedia> seen)
        {
            var all = Texts(seen).Select(t => t.Text).ToList();
            return new TextInput(string.Join('\n', all.Select(t => t.Text)), Language != "und" || all.Count == 0 ? Language : all[0].Language);
        }

        public List<PartVector> Vectors(Dictionary<string, EncodedMedia> seen, VectorSources sources)
        {
            var vectors = new List<PartVector>();
            vectors.AddRange(Texts(seen).Select(t => PartVector.Of(t.Part, sources.Texts[t.Text])));
            foreach (var part in Parts.Where(p => p.Blob is not null))
            {
                if (sources.Images.TryGetValue(part.Blob!, out var image))
                {
                    vectors.Add(PartVector.Of(part.Ordinal, image));
                }

                if (sources.Sounds.TryGetValue(part.Blob!, out var sound))
                {
                    vectors.Add(PartVector.OfAudio(part.Ordinal, sound));
                }
            }

            return vectors;
        }
    }
}
