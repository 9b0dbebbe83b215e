using ReviewStudio.Core.Content;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Media;

/// <summary>What was seen and scored of a scan within its budget.</summary>
/// <param name="Seen">Of its media, by hash; empty where the budget ran out before.</param>
/// <param name="Item">Null where the budget ran out.</param>
internal sealed record ScannedItem(IReadOnlyDictionary<string, SeenNow> Seen, ScoredItem? Item)
{
    /// <summary>The texts that were read in its media.</summary>
    public IEnumerable<string> Read => Seen.Values.Select(s => s.Seen.ReadText).Where(t => t.Length > 0);

    public bool HasText { get; init; }
}

/// <summary>Lets the encoders look at the parts of a scan and the heads score them, as far as the budget reaches.</summary>
public sealed class ScoreScan(ScoringBatcher batcher, LookNow look) : IUseCase
{
    /// <param name="heads">In the order in which probabilities are wanted.</param>
    /// <param name="budget">In milliseconds; null for the usual one, which is longer where media have to be looked at.</param>
    /// <exception cref="ScanBusyException">Too many scans wait.</exception>
    internal async Task<ScannedItem> RunAsync(ScanParts parts, string language, IReadOnlyList<IHeadModel> heads, int? budget, CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(budget ?? (parts.Media.Any() ? ScanRequest.UsualMediaBudget : ScanRequest.UsualBudget));
        var scanned = new ScannedItem(new Dictionary<string, SeenNow>(StringComparer.Ordinal), null) { HasText = parts.Text.Length > 0 };
        try
        {
            if (parts.Media.Any())
            {
                var media = parts.Media.Select(p => p.Media!).ToList();
                var seen = await look.RunAsync(media, late.Token);
                scanned = scanned with { Seen = seen.DistinctBy(s => s.Seen.Hash).ToDictionary(s => s.Seen.Hash, StringComparer.Ordinal) };
            }

            var item = ToScore(parts.All, scanned.Seen, language);
            scanned = scanned with { HasText = item.Whole.Text.Length > 0 };
            return scanned with { Item = await batcher.ScoreAsync(item, heads, late.Token) ?? throw new ScanBusyException() };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return scanned;
        }
    }

    /// <summary>As <see cref="ItemInputs"/> puts an item together, so that a later score of it is the same.</summary>
    private static ItemToScore ToScore(IReadOnlyList<ScannedPart> parts, IReadOnlyDictionary<string, SeenNow> seen, string language)
    {
        var (texts, vectors) = (new List<(int Part, TextInput Text)>(), new List<PartVector>());
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].Media is not { } media)
            {
                texts.Add((i, new TextInput(parts[i].Text!, language)));
                continue;
            }

            if (seen[media.Hash].Seen is { ReadText.Length: > 0 } read)
            {
                texts.Add((i, new TextInput(read.ReadText, read.ReadLanguage)));
            }

            vectors.AddRange(seen[media.Hash].Vectors(i));
        }

        var whole = string.Join('\n', texts.Select(t => t.Text.Text));
        return new ItemToScore(new TextInput(whole, language != "und" || texts.Count == 0 ? language : texts[0].Text.Language), texts, vectors);
    }
}
