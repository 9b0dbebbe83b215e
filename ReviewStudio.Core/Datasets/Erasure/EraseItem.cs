using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Datasets.Erasure;

/// <summary>An item to erase.</summary>
/// <param name="Source">Where it came from.</param>
/// <param name="ExternalId">Its id there.</param>
/// <param name="Reason">Why, in words that may stay: they go into the audit log and into each snapshot that held it.</param>
/// <param name="Confirmation">The external id once more, as the one who asks has typed it.</param>
public sealed record EraseRequest(string Source, string ExternalId, string Reason, string Confirmation);

/// <summary>
/// Erases an item's content for good: its text, author and thread, vectors, drafts, scores that came along and the words
/// of its verdicts go in one transaction, and so do those of its changed texts; a job then writes every snapshot that held it anew. The ids stay, so that the item does not
/// come in again, and so does a keyed digest of the text, by which it can be shown later what was erased.
/// </summary>
public sealed class EraseItem(Database database, StudioFolders folders, TimeProvider clock, JobDesk jobs, ForgetMedia forget) : IUseCase
{
    private const int LongestReason = 500;

    /// <returns>The id of the job that rewrites the snapshots.</returns>
    /// <exception cref="RefusedException"><c>item.unknown</c>, <c>erasure.reason</c>, <c>erasure.unconfirmed</c> or <c>item.erased</c>.</exception>
    public async Task<long> RunAsync(EraseRequest request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        var reason = request.Reason.Trim();
        if (reason.Length is 0 or > LongestReason)
        {
            throw new RefusedException("erasure.reason", $"Say in 1 to {LongestReason} characters why, without quoting the content: the reason stays in the audit log and in the snapshots.");
        }

        if (!string.Equals(request.Confirmation, request.ExternalId, StringComparison.Ordinal))
        {
            throw new RefusedException("erasure.unconfirmed", "Type the item's id once more to confirm. Erasing cannot be undone.");
        }

        var hashes = await database.ReadAsync(
            db => db.Set<Item>().Where(i => i.Source == request.Source && i.ExternalId == request.ExternalId).SelectMany(i => i.Parts).Select(p => p.BlobHash).ToListAsync(cancellation), cancellation);
        var ids = await database.WriteAsync(db => EraseAsync(db, request with { Reason = reason }, actor, cancellation), cancellation);
        ids.ForEach(jobs.Dispatch);
        await forget.RunAsync([.. hashes.OfType<string>().Distinct(StringComparer.Ordinal)], cancellation);
        return ids[0];
    }

    private async Task<List<long>> EraseAsync(StudioDbContext db, EraseRequest request, Actor actor, CancellationToken cancellation)
    {
        var item = await db.Set<Item>().Include(i => i.Parts).SingleOrDefaultAsync(i => i.Source == request.Source && i.ExternalId == request.ExternalId, cancellation)
            ?? throw new RefusedException("item.unknown", $"There is no item '{request.ExternalId}' of the source '{request.Source}'.");
        if (item.ErasedAt is not null)
        {
            throw new RefusedException("item.erased", "The item was erased already. The page Datasets shows the snapshots that were written anew.");
        }

        var started = new List<BackgroundJob> { await EraseAsync(db, item, request.Reason, actor, cancellation) };

        // Scans keep a changed text under the id with a part of its hash behind it: it is the same author's content.
        var revisions = await db.Set<Item>().Include(i => i.Parts)
            .Where(i => i.Source == request.Source && i.ExternalId.StartsWith(request.ExternalId + Revision.Mark) && i.ErasedAt == null).ToListAsync(cancellation);
        foreach (var revision in revisions.Where(r => Revision.Is(r.ExternalId, request.ExternalId)))
        {
            started.Add(await EraseAsync(db, revision, request.Reason, actor, cancellation));
        }

        await db.SaveChangesAsync(cancellation);
        return started.ConvertAll(job => job.Id);
    }

    private async Task<BackgroundJob> EraseAsync(StudioDbContext db, Item item, string reason, Actor actor, CancellationToken cancellation)
    {
        var digest = Digest(string.Join('\n', item.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text)));
        await ForgetVectors.TextsAsync(db, TextsOf(item), cancellation);
        foreach (var part in item.Parts)
        {
            (part.Text, part.BlobHash, part.Length) = ("", null, 0);
        }

        (item.Author, item.ThreadId, item.ReplyTo, item.PublishedAt) = ("", "", "", null);
        item.ErasedAt = clock.Instant();
        await ForgetAsync(db, item.Id, cancellation);
        var job = jobs.Add(
            db,
            new NewJob(ErasureJob.JobKind, $"Erase item {item.ExternalId} from snapshots", new ErasureArguments(item.Id, reason, item.ErasedAt.Value), "erasure"),
            actor);
        db.Record(clock, actor, "item.erased", "item", item.PublicId, new { reason, digest });
        return job;
    }

    /// <summary>What was made of the content, or may quote it.</summary>
    private static async Task ForgetAsync(StudioDbContext db, long itemId, CancellationToken cancellation)
    {
        await db.Set<ItemVector>().Where(v => v.ItemId == itemId).ExecuteDeleteAsync(cancellation);
        await db.Set<ExternalPrediction>().Where(p => p.ItemId == itemId).ExecuteDeleteAsync(cancellation);
        var cases = await db.Set<ReviewCase>().Where(c => c.ItemId == itemId).Select(c => c.Id).ToListAsync(cancellation);
        await db.Set<CaseInfluence>().Where(i => cases.Contains(i.CaseId)).ExecuteDeleteAsync(cancellation);
        var tasks = await db.Set<ReviewTask>().Where(t => cases.Contains(t.CaseId)).Select(t => t.Id).ToListAsync(cancellation);
        await db.Set<Draft>().Where(d => tasks.Contains(d.TaskId)).ExecuteDeleteAsync(cancellation);
        await db.Set<ReviewTask>().Where(t => tasks.Contains(t.Id)).ExecuteUpdateAsync(set => set.SetProperty(t => t.Message, ""), cancellation);
        await db.Set<ReviewTask>().Where(t => tasks.Contains(t.Id) && (t.State == TaskState.Pending || t.State == TaskState.Leased))
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.State, TaskState.Cancelled).SetProperty(t => t.LeasedUntil, (DateTime?)null), cancellation);
        await db.Set<TaskSkip>().Where(s => cases.Contains(s.CaseId)).ExecuteUpdateAsync(set => set.SetProperty(s => s.Reason, ""), cancellation);
        await db.Set<Verdict>().Where(v => cases.Contains(v.CaseId)).ExecuteUpdateAsync(set => set.SetProperty(v => v.Note, ""), cancellation);

        // Its answer measures nobody any more: neither reviewers nor heads.
        await db.Set<GoldAnswer>().Where(g => cases.Contains(g.CaseId)).ExecuteDeleteAsync(cancellation);
        await db.Set<FrozenMember>().Where(m => cases.Contains(m.CaseId)).ExecuteDeleteAsync(cancellation);
        await db.Set<ReviewCase>().Where(c => cases.Contains(c.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.Gold, false).SetProperty(c => c.Probabilities, (byte[]?)null).SetProperty(c => c.ContentPrint, (long?)null).SetProperty(c => c.LikePrint, (long?)null), cancellation);
    }

    /// <summary>Its texts as vectors are kept of them: each by itself and all together.</summary>
    private static IEnumerable<TextInput> TextsOf(Item item)
    {
        var texts = item.Parts.OrderBy(p => p.Ordinal).Select(p => p.Text).OfType<string>().ToList();
        return texts.Append(string.Join('\n', texts)).Select(text => new TextInput(text, item.Language));
    }

    private string Digest(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(InstallationKey.Of(folders, "erasures"), Encoding.UTF8.GetBytes(text)));
}
