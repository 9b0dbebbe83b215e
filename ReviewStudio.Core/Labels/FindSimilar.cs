using System.Numerics.Tensors;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels;

/// <summary>A judged case with a picture that shows much the same.</summary>
/// <param name="Cosine">Of the image features, <see cref="FindSimilar.Least"/> to 1.</param>
public sealed record SimilarCase(Guid CaseId, string LabelKey, string ExternalId, double Cosine);

/// <summary>
/// Finds judged cases whose images or videos show much the same, by the cosine of the stored image features: copies with
/// their edges cut off, which a perceptual hash does not find, and other pictures of one scene. It looks through the
/// newest judged pictures of the policy, on request, and computes no features; what it finds is shown and nothing rests
/// on it.
/// </summary>
public sealed class FindSimilar(Database database, MediaVectors vectors) : IUseCase
{
    /// <summary>The least cosine that is listed: see docs/benchmarks.md.</summary>
    public const double Least = 0.9;

    /// <summary>Judged pictures that are looked through, the newest.</summary>
    public const int Looked = 2_000;

    /// <summary>Labelled cases of its queue among which they are looked for, the newest.</summary>
    public const int Back = 20_000;

    private const int Most = 5;

    /// <returns>The most similar first, each case once; none where no features are kept of the case's media.</returns>
    /// <exception cref="RefusedException"><c>case.unknown</c>.</exception>
    public async Task<IReadOnlyList<SimilarCase>> RunAsync(Guid caseId, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        var (own, judged) = await database.ReadAsync(
            async db =>
            {
                var reviewCase = await db.Set<ReviewCase>().SingleOrDefaultAsync(c => c.PublicId == caseId, cancellation) ?? throw new RefusedException("case.unknown", "There is no case with this id.");
                var hashes = await db.Set<ItemPart>().Where(p => p.ItemId == reviewCase.ItemId && p.BlobHash != null).Select(p => p.BlobHash!).ToListAsync(cancellation);
                if (hashes.Count == 0)
                {
                    return (hashes, []);
                }

                // Among texts alone pictures are rare, and all that was ever judged would be walked.
                var floor = await db.Set<ReviewCase>().Where(c => c.QueueId == reviewCase.QueueId && c.State == CaseState.Labelled)
                    .OrderByDescending(c => c.Id).Skip(Back).Select(c => c.Id).FirstOrDefaultAsync(cancellation);
                return (hashes, await (
                    from other in db.Set<ReviewCase>()
                    join part in db.Set<ItemPart>() on other.ItemId equals part.ItemId
                    join item in db.Set<Item>() on other.ItemId equals item.Id
                    where other.Id > floor && other.PolicyId == reviewCase.PolicyId && other.LabelKey != null && other.Id != reviewCase.Id && part.BlobHash != null
                        && (part.Modality == Modality.Image || part.Modality == Modality.Video)
                    orderby other.Id descending
                    select new { other.PublicId, other.LabelKey, item.ExternalId, part.BlobHash }).Take(Looked).ToListAsync(cancellation));
            },
            cancellation);
        var mine = (await vectors.ImagesAsync(own, cancellation)).Values.Select(f => f.Features).ToList();
        if (mine.Count == 0)
        {
            return [];
        }

        var theirs = await vectors.ImagesAsync(judged.Select(j => j.BlobHash!), cancellation);
        return [.. judged.Where(j => theirs.ContainsKey(j.BlobHash!))
            .Select(j => new SimilarCase(j.PublicId, j.LabelKey!, j.ExternalId, mine.Max(m => (double)TensorPrimitives.CosineSimilarity(m, theirs[j.BlobHash!].Features))))
            .Where(s => s.Cosine >= Least).GroupBy(s => s.CaseId).Select(g => g.MaxBy(s => s.Cosine)!).OrderByDescending(s => s.Cosine).Take(Most)];
    }
}
