using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets;

/// <summary>The verdicts behind the labels up to a watermark, reviewers under pseudonyms.</summary>
public sealed class ReadVerdicts(Database database, StudioFolders folders) : IUseCase
{
    private const int Page = 2_000;
    private readonly Lazy<byte[]> _key = new(() => InstallationKey.Of(folders, "pseudonyms"));

    public async IAsyncEnumerable<VerdictRow> UpToAsync(long policyId, long watermark, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var last = await database.ReadAsync(
            async db => await db.Set<LabelledExample>().Where(e => e.PolicyId == policyId && e.Id <= watermark).MaxAsync(e => e.VerdictId, cancellation) ?? 0,
            cancellation);
        long cursor = 0;
        while (true)
        {
            var after = cursor;
            var page = await database.ReadAsync(
                db => (
                    from verdict in db.Set<Verdict>()
                    join reviewCase in db.Set<ReviewCase>() on verdict.CaseId equals reviewCase.Id
                    join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
                    join version in db.Set<PolicyVersion>() on verdict.PolicyVersionId equals version.Id
                    join reviewer in db.Set<Reviewer>() on verdict.ReviewerId equals reviewer.Id
                    where reviewCase.PolicyId == policyId && verdict.Id > after && verdict.Id <= last
                    orderby verdict.Id
                    select new { verdict, verdict.Rationales, item.Source, item.ExternalId, version.Number, reviewer.Group }).Take(Page).ToListAsync(cancellation),
                cancellation);
            foreach (var row in page)
            {
                yield return new VerdictRow
                {
                    CaseKey = row.verdict.CaseId,
                    VerdictId = row.verdict.PublicId,
                    Source = row.Source,
                    ExternalId = row.ExternalId,
                    Reviewer = Pseudonym(row.verdict.ReviewerId),
                    Group = row.Group,
                    Label = row.verdict.LabelKey,
                    PolicyVersion = row.Number,
                    Purpose = row.verdict.Purpose.ToString().ToLowerInvariant(),
                    PredictionShown = row.verdict.PredictionShown,
                    ElapsedMilliseconds = row.verdict.ElapsedMilliseconds,
                    Note = row.verdict.Note,
                    Rationales = [.. row.Rationales.OrderBy(r => r.Id)
                        .Select(r => new RationaleRow(r.PartOrdinal, r.Kind.ToString().ToLowerInvariant(), r.Start, r.End, r.Top, r.Bottom))],
                    GivenAt = row.verdict.CreatedAt,
                };
            }

            if (page.Count < Page)
            {
                yield break;
            }

            cursor = page[^1].verdict.Id;
        }
    }

    private string Pseudonym(long reviewerId) => "r-" + Convert.ToHexStringLower(
        HMACSHA256.HashData(_key.Value, Encoding.ASCII.GetBytes(reviewerId.ToString(CultureInfo.InvariantCulture))).AsSpan(0, 6));
}
