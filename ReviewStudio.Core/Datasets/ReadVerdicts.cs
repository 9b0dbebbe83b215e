using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Fusion;
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
        var pseudonyms = new Dictionary<long, string>();
        var reading = PageAsync(0, last, cancellation);
        while (true)
        {
            // The next page is read while the caller works on this one.
            var page = await reading;
            var end = page.Count < Page;
            reading = end ? Task.FromResult<List<PolicyVerdict>>([]) : PageAsync(page[^1].Id, last, cancellation);
            foreach (var row in page.Where(r => r.PolicyId == policyId))
            {
                if (!pseudonyms.TryGetValue(row.ReviewerId, out var pseudonym))
                {
                    pseudonyms.Add(row.ReviewerId, pseudonym = Pseudonym(row.ReviewerId));
                }

                yield return row.Verdict with { Reviewer = pseudonym };
            }

            if (end)
            {
                yield break;
            }
        }
    }

    /// <summary>Verdicts of all policies by key: a filter by policy would tempt a planner to sort all of them for every page.</summary>
    private Task<List<PolicyVerdict>> PageAsync(long after, long last, CancellationToken cancellation) => Task.Run(
        async () =>
        {
            var rows = await database.ReadAsync(
                db => (
                    from verdict in db.Set<Verdict>().Where(v => v.Id > after && v.Id <= last).OrderBy(v => v.Id).Take(Page)
                    join reviewCase in db.Set<ReviewCase>() on verdict.CaseId equals reviewCase.Id
                    join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
                    join version in db.Set<PolicyVersion>() on verdict.PolicyVersionId equals version.Id
                    join reviewer in db.Set<Reviewer>() on verdict.ReviewerId equals reviewer.Id
                    orderby verdict.Id
                    select new
                    {
                        verdict.Id, verdict.CaseId, reviewCase.PolicyId, verdict.ReviewerId, verdict.PublicId, verdict.LabelKey, verdict.Purpose, verdict.PredictionShown,
                        verdict.ElapsedMilliseconds, verdict.Note, verdict.CreatedAt, verdict.Rationales, item.Source, item.ExternalId, version.Number, reviewer.Group,
                        verdict.HeadId, verdict.Probabilities, verdict.InfluencesJson,
                    }).ToListAsync(cancellation),
                cancellation);
            var heads = await HeadsAsync(rows.Where(r => r.InfluencesJson is not null).Select(r => r.HeadId!.Value).ToHashSet(), cancellation);
            return rows.ConvertAll(r => new PolicyVerdict(r.Id, r.PolicyId, r.ReviewerId, new VerdictRow
            {
                CaseKey = r.CaseId,
                VerdictId = r.PublicId,
                Source = r.Source,
                ExternalId = r.ExternalId,
                Reviewer = "",
                Group = r.Group,
                Label = r.LabelKey,
                PolicyVersion = r.Number,
                Purpose = r.Purpose.ToString().ToLowerInvariant(),
                PredictionShown = r.PredictionShown,
                ElapsedMilliseconds = r.ElapsedMilliseconds,
                Note = r.Note,
                Rationales = [.. r.Rationales.OrderBy(m => m.Id).Select(m => new RationaleRow(m.PartOrdinal, m.Kind.ToString().ToLowerInvariant(), m.Start, m.End, m.Top, m.Bottom))],
                Influences = r.InfluencesJson is null ? "[]" : Moved(heads[r.HeadId!.Value], Probabilities.Read(r.Probabilities), r.InfluencesJson),
                GivenAt = r.CreatedAt,
            }));
        },
        cancellation);

    private Task<Dictionary<long, string[]>> HeadsAsync(HashSet<long> ids, CancellationToken cancellation) => ids.Count == 0
        ? Task.FromResult(new Dictionary<long, string[]>())
        : database.ReadAsync(async db => (await db.Set<Head>().Where(h => ids.Contains(h.Id)).ToListAsync(cancellation)).ToDictionary(h => h.Id, HeadLabels.Keys), cancellation);

    private static string Moved(string[] keys, float[] whole, string influences) => JsonSerializer.Serialize(Influence.FromJson(influences).Select(i =>
    {
        var moved = keys.Select((key, k) => (key, Value: Math.Round(i.Moved(whole, k), 4))).ToDictionary(m => m.key, m => m.Value, StringComparer.Ordinal);
        return i.Part is { } part ? (object)new { part, moved } : new { modality = i.Modality!.Value.ToString().ToLowerInvariant(), moved };
    }));

    private string Pseudonym(long reviewerId) => "r-" + Convert.ToHexStringLower(
        HMACSHA256.HashData(_key.Value, Encoding.ASCII.GetBytes(reviewerId.ToString(CultureInfo.InvariantCulture))).AsSpan(0, 6));

    private sealed record PolicyVerdict(long Id, long PolicyId, long ReviewerId, VerdictRow Verdict);
}
