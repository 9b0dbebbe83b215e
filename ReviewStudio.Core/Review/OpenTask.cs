using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Queue.Ranking;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>Reads all that the workbench shows of a claimed task.</summary>
public sealed class OpenTask(Database database, PolicyBook policies, LabelMaps maps, TextVectorizer texts, IEnumerable<ICaseHints> hints) : IUseCase
{
    private const int ContextItems = 12;

    /// <exception cref="RefusedException">The actor does not hold the claim.</exception>
    public Task<TaskSheet> RunAsync(TaskClaim claim, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(actor);
        return database.ReadAsync(db => ReadAsync(db, claim, actor, cancellation), cancellation);
    }

    private async Task<TaskSheet> ReadAsync(StudioDbContext db, TaskClaim claim, Actor actor, CancellationToken cancellation)
    {
        var task = await HeldTask.LoadAsync(db, claim, actor, cancellation);
        var reviewCase = await db.Set<ReviewCase>().SingleAsync(c => c.Id == task.CaseId, cancellation);
        var queue = await db.Set<ReviewQueue>().SingleAsync(q => q.Id == reviewCase.QueueId, cancellation);
        var item = await db.Set<Item>().Include(i => i.Parts.OrderBy(p => p.Ordinal)).SingleAsync(i => i.Id == reviewCase.ItemId, cancellation);
        var version = await policies.VersionAsync(reviewCase.PolicyVersionId, cancellation);
        var draft = await db.Set<Draft>().Where(d => d.TaskId == task.Id && d.ReviewerId == actor.ReviewerId)
            .Select(d => d.ContentJson).SingleOrDefaultAsync(cancellation);
        var encoded = await EncodedAsync(db, item, cancellation);
        var prediction = task.Blind ? null : await PredictionAsync(db, queue, task, item, version, cancellation);
        return new TaskSheet
        {
            Claim = claim,
            LeasedUntil = task.LeasedUntil ?? DateTime.MinValue,
            CaseId = reviewCase.PublicId,
            QueueId = queue.Id,
            QueueName = queue.Name,
            UndoSeconds = queue.UndoSeconds,
            LeaseSeconds = queue.LeaseSeconds,
            Policy = version,
            Item = item,
            Media = await MediaAsync(db, item, cancellation),
            Encoded = encoded,
            Blind = task.Blind,
            Adjudication = task.Purpose == TaskPurpose.Adjudication,
            Opinions = task.Purpose == TaskPurpose.Adjudication ? [.. (await Review.Opinions.ReadAsync(db, [reviewCase.Id], cancellation))[reviewCase.Id]] : [],
            Message = task.Message,
            Prediction = prediction,
            NotLookedAt = NotLookedAt.Of(item.Parts, item.Language, encoded, prediction?.ReadsParts, texts.KnowsMeaning),
            Copies = Tells(task) ? await JudgedCopies.ReadAsync(db, reviewCase, item, cancellation) : [],
            Hints = Tells(task) ? await HintsAsync(db, reviewCase, cancellation) : [],
            DraftJson = draft,
            Thread = await ThreadAsync(db, item, cancellation),
            AuthorHistory = await HistoryAsync(db, item, reviewCase, cancellation),
        };
    }

    /// <summary>A blind verdict is not swayed by earlier ones, and a known answer measures what the reviewer alone would say.</summary>
    private static bool Tells(ReviewTask task) => !task.Blind && task.Purpose != TaskPurpose.Gold;

    private async Task<IReadOnlyList<string>> HintsAsync(StudioDbContext db, ReviewCase reviewCase, CancellationToken cancellation)
    {
        var sentences = new List<string>();
        foreach (var room in hints)
        {
            sentences.AddRange(await room.ReadAsync(db, reviewCase, cancellation));
        }

        return sentences;
    }

    private static async Task<IReadOnlyDictionary<string, MediaProbe>> MediaAsync(StudioDbContext db, Item item, CancellationToken cancellation)
    {
        var hashes = item.Parts.Select(p => p.BlobHash).OfType<string>().ToList();
        return hashes.Count == 0 ? new Dictionary<string, MediaProbe>(StringComparer.Ordinal)
            : await db.Set<MediaProbe>().Where(p => hashes.Contains(p.Hash)).ToDictionaryAsync(p => p.Hash, StringComparer.Ordinal, cancellation);
    }

    private static async Task<IReadOnlyDictionary<string, EncodedMedia>> EncodedAsync(StudioDbContext db, Item item, CancellationToken cancellation)
    {
        var hashes = item.Parts.Select(p => p.BlobHash).OfType<string>().ToList();
        return hashes.Count == 0 ? new Dictionary<string, EncodedMedia>(StringComparer.Ordinal)
            : await db.Set<EncodedMedia>().Where(m => hashes.Contains(m.Hash)).ToDictionaryAsync(m => m.Hash, StringComparer.Ordinal, cancellation);
    }

    private async Task<ShownPrediction?> PredictionAsync(
        StudioDbContext db, ReviewQueue queue, ReviewTask task, Item item, PolicyVersion version, CancellationToken cancellation)
    {
        if (task.ClaimedHeadId is not { } headId || task.ClaimedProbabilities is not { } bytes)
        {
            return null;
        }

        var head = await db.Set<Head>().SingleAsync(h => h.Id == headId, cancellation);
        var headVersion = await policies.VersionAsync(head.PolicyVersionId, cancellation);
        var probabilities = Probabilities.Read(bytes);
        var reason = RankReason.Of(queue.Strategy, probabilities, HeadLabels.Names(head, headVersion));
        var map = headVersion.Id == version.Id ? null : await maps.BetweenAsync(headVersion.Id, version.Id, cancellation);
        Dictionary<string, double> ByLabel(Func<int, double> of)
        {
            var byLabel = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (var (k, key) in HeadLabels.Keys(head).Index())
            {
                if ((map is null ? key : map.Find(key)) is { } shown)
                {
                    byLabel[shown] = byLabel.GetValueOrDefault(shown) + of(k);
                }
            }

            return byLabel;
        }

        var influences = await CaseInfluences.FindAsync(db, task.CaseId, headId, cancellation);
        return new ShownPrediction(head.Id, head.Number, head.FileHash, ByLabel(k => probabilities[k]), reason)
        {
            ReadsParts = head.ReadsParts,
            Influences = influences is null ? [] : [.. Influence.FromJson(influences).Select(i => new ShownInfluence(
                i.Part, i.Modality, i.Part is { } part ? PartNames.Of(item.Parts, part) : PartNames.Of(i.Modality!.Value), ByLabel(k => i.Moved(probabilities, k))))],
        };
    }

    private static async Task<IReadOnlyList<ContextItem>> ThreadAsync(StudioDbContext db, Item item, CancellationToken cancellation) =>
        item.ThreadId.Length == 0
            ? []
            : await Briefly(db.Set<Item>().Where(i => i.ThreadId == item.ThreadId && i.Source == item.Source && i.Id != item.Id)
                .OrderBy(i => i.PublishedAt).ThenBy(i => i.Id)).ToListAsync(cancellation);

    private static async Task<IReadOnlyList<EarlierCase>> HistoryAsync(
        StudioDbContext db, Item item, ReviewCase reviewCase, CancellationToken cancellation) =>
        item.Author.Length == 0
            ? []
            : await (
                from other in db.Set<Item>()
                join otherCase in db.Set<ReviewCase>() on other.Id equals otherCase.ItemId
                where other.Author == item.Author && other.Source == item.Source && other.Id != item.Id && otherCase.PolicyId == reviewCase.PolicyId
                orderby other.Id descending
                select new EarlierCase(
                    other.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text).FirstOrDefault() ?? "", other.PublishedAt, otherCase.LabelKey))
                .Take(ContextItems).ToListAsync(cancellation);

    private static IQueryable<ContextItem> Briefly(IQueryable<Item> items) => items.Take(ContextItems).Select(i => new ContextItem(
        i.Author, i.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text).FirstOrDefault() ?? "", i.PublishedAt, i.ExternalId));
}
