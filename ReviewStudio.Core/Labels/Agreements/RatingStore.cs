using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Agreements;

/// <summary>
/// The verdicts of policies in columns, beside the database: what is measured over a million verdicts must not read them
/// anew at each visit. It is a cache and nothing else: each visit reads what came in since, and once more what is younger
/// than a few minutes, since engines with many writers make rows visible in another order than that of their ids.
/// Several nodes keep one each. The policies visited last are kept.
/// </summary>
public sealed class RatingStore(Database database, PolicyBook policies, LabelMaps maps, TimeProvider clock) : IUseCase
{
    /// <summary>Policies kept at a time.</summary>
    public const int Kept = 4;

    private const int Page = 50_000;

    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly LinkedList<KeptPolicy> _kept = new();

    /// <summary>Works on the verdicts of a policy as they are now; one caller at a time a policy.</summary>
    internal async Task<T> WithAsync<T>(long policyId, Func<RatingView, T> work, CancellationToken cancellation)
    {
        var kept = Keep(policyId);
        await kept.Turn.WaitAsync(cancellation);
        try
        {
            await RefreshAsync(kept, cancellation);
            var translation = await TranslateAsync(kept, cancellation);
            return await Task.Run(() => work(new RatingView(kept.Tables, kept.Rows, kept.Replaced, kept.Repeated, translation)), cancellation);
        }
        finally
        {
            kept.Turn.Release();
        }
    }

    /// <summary>The key of the last verdict that was read while the policy's verdicts are being read; 0 before.</summary>
    internal long ReadUpTo(long policyId)
    {
        lock (_gate)
        {
            return _kept.FirstOrDefault(k => k.PolicyId == policyId)?.ReadUpTo ?? 0;
        }
    }

    private KeptPolicy Keep(long policyId)
    {
        lock (_gate)
        {
            var found = _kept.FirstOrDefault(k => k.PolicyId == policyId);
            if (found is not null)
            {
                _kept.Remove(found);
            }

            _kept.AddFirst(found ??= new KeptPolicy(policyId));
            while (_kept.Count > Kept)
            {
                _kept.RemoveLast();
            }

            return found;
        }
    }

    private async Task RefreshAsync(KeptPolicy kept, CancellationToken cancellation)
    {
        kept.ForgetTail();
        var settledBefore = clock.Instant() - Settled;
        var after = kept.Watermark;
        await using var db = await database.OpenForReadingAsync(cancellation);
        while (true)
        {
            var page = await Verdicts(db, kept.PolicyId, after).ToListAsync(cancellation);
            foreach (var verdict in page)
            {
                kept.Add(verdict);
                if (verdict.CreatedAt < settledBefore)
                {
                    kept.SettleAt(verdict.Id);
                }
            }

            if (page.Count < Page)
            {
                return;
            }

            kept.ReadUpTo = after = page[^1].Id;
        }
    }

    private static IQueryable<VerdictColumns> Verdicts(StudioDbContext db, long policyId, long after) => (
        from verdict in db.Set<Verdict>()
        join reviewCase in db.Set<ReviewCase>() on verdict.CaseId equals reviewCase.Id
        join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
        where verdict.Id > after && reviewCase.PolicyId == policyId && verdict.Purpose != TaskPurpose.Adjudication && verdict.Purpose != TaskPurpose.Gold
        orderby verdict.Id
        select new VerdictColumns(
            verdict.Id, verdict.CaseId, verdict.ReviewerId, verdict.LabelKey, verdict.PolicyVersionId, reviewCase.QueueId, item.Language, item.Modality,
            verdict.HeadId, verdict.Probabilities, verdict.PredictionShown, verdict.InAuditSample, verdict.CreatedAt, verdict.ElapsedMilliseconds, verdict.SupersedesId)).Take(Page);

    /// <summary>Every label that occurs, in the labels in force.</summary>
    private async Task<LabelTranslation> TranslateAsync(KeptPolicy kept, CancellationToken cancellation)
    {
        var version = await policies.InForceAsync(kept.PolicyId, cancellation);
        var keys = version?.Labels.ConvertAll(l => l.Key) ?? [];
        var place = keys.Select((key, i) => (key, i)).ToDictionary(k => k.key, k => k.i, StringComparer.Ordinal);
        async Task<int[]> FromAsync(long versionId, IReadOnlyList<string> names)
        {
            var map = version is null || versionId == version.Id ? null : await maps.BetweenAsync(versionId, version.Id, cancellation);
            return [.. names.Select(name => (map is null ? name : map.Find(name)) is { } found && place.TryGetValue(found, out var at) ? at : -1)];
        }

        string[] labels = [.. Enumerable.Range(0, kept.Tables.Labels.Count).Select(i => kept.Tables.Labels[i])];
        var given = new int[kept.Tables.Versions.Count][];
        var numbers = new int[given.Length];
        for (var v = 0; v < given.Length; v++)
        {
            given[v] = await FromAsync(kept.Tables.Versions[v], labels);
            numbers[v] = (await policies.VersionAsync(kept.Tables.Versions[v], cancellation)).Number;
        }

        var predicted = new int[kept.Tables.Heads.Count][];
        for (var h = 0; h < predicted.Length; h++)
        {
            var head = await database.ReadAsync(db => db.Set<Head>().SingleAsync(x => x.Id == kept.Tables.Heads[h], cancellation), cancellation);
            predicted[h] = await FromAsync(head.PolicyVersionId, HeadLabels.Keys(head));
        }

        return new LabelTranslation(version, keys, given, numbers, predicted);
    }

    /// <summary>One policy's rows: those that no longer change, and behind them the young ones that are read anew each time.</summary>
    private sealed class KeptPolicy(long policyId)
    {
        private readonly Dictionary<(int Case, int Reviewer), long> _seen = [];
        private int _settledRows;

        public long PolicyId => policyId;

        public SemaphoreSlim Turn { get; } = new(1, 1);

        public RatingTables Tables { get; } = new();

        public List<RatingRow> Rows { get; } = [];

        /// <summary>Verdicts that a later one replaces or withdraws.</summary>
        public HashSet<long> Replaced { get; } = [];

        /// <summary>Reviewers who judged a case more than once, after its label had to be given anew.</summary>
        public HashSet<(int Case, int Reviewer)> Repeated { get; } = [];

        /// <summary>The last verdict that no longer changes.</summary>
        public long Watermark { get; private set; }

        /// <summary>How far the reading that is under way has come.</summary>
        public long ReadUpTo { get; set; }

        public void ForgetTail() => Rows.RemoveRange(_settledRows, Rows.Count - _settledRows);

        public void SettleAt(long verdictId) => (Watermark, _settledRows) = (verdictId, Rows.Count);

        public void Add(VerdictColumns verdict)
        {
            if (verdict.SupersedesId is { } replaced)
            {
                Replaced.Add(replaced);
            }

            if (verdict.LabelKey is not { } label)
            {
                return;
            }

            var pair = (Tables.Cases.Place(verdict.CaseId), Tables.Reviewers.Place(verdict.ReviewerId));
            if (!_seen.TryAdd(pair, verdict.Id) && _seen[pair] != verdict.Id)
            {
                Repeated.Add(pair);
            }

            var predicted = verdict.Probabilities is { } bytes ? Top(Inference.Probabilities.Read(bytes)) : -1;
            Rows.Add(new RatingRow(
                verdict.Id, pair.Item1, pair.Item2, (int)(verdict.CreatedAt - RatingRow.Epoch).TotalSeconds, verdict.ElapsedMilliseconds,
                (short)Tables.Labels.Place(label), (short)Tables.Versions.Place(verdict.PolicyVersionId), (short)Tables.Queues.Place(verdict.QueueId),
                (short)Tables.Languages.Place(verdict.Language), (short)Tables.Modalities.Place(verdict.Modality),
                (short)(verdict.HeadId is { } head && predicted >= 0 ? Tables.Heads.Place(head) : -1), (short)predicted, verdict.PredictionShown, verdict.InAuditSample));
        }

        private static int Top(float[] probabilities) => Array.IndexOf(probabilities, probabilities.Max());
    }
}

/// <summary>A verdict as it is read for the store.</summary>
internal sealed record VerdictColumns(
    long Id, long CaseId, long ReviewerId, string? LabelKey, long PolicyVersionId, long QueueId, string Language, string Modality, long? HeadId, byte[]? Probabilities,
    bool PredictionShown, bool InAuditSample, DateTime CreatedAt, int ElapsedMilliseconds, long? SupersedesId);

/// <summary>Labels of any version, and of any head, as places among the labels in force; -1 where they have no counterpart.</summary>
/// <param name="Version">The version in force.</param>
/// <param name="Keys">Its labels.</param>
/// <param name="Given">By version and label.</param>
/// <param name="Numbers">The version's number.</param>
/// <param name="Predicted">By head and output.</param>
internal sealed record LabelTranslation(PolicyVersion? Version, List<string> Keys, int[][] Given, int[] Numbers, int[][] Predicted);
