using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Datasets.Writing;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets.Lineage;

/// <summary>A head that was trained on a snapshot.</summary>
/// <param name="ErasedSince">Items that it learnt from and that were erased from the snapshot after.</param>
public sealed record HeadInLineage(Guid Id, int Number, string State, DateTime CreatedAt, int TrainedOn, int ErasedSince);

/// <summary>A snapshot and what it leads to: forward to the heads that learnt from it, back to its rows.</summary>
/// <param name="Hashes">Logical hashes of all its editions, the present one last.</param>
/// <param name="FirstVerdicts">The ids of some of its verdicts, with the item of each; <c>verdicts.jsonl</c> holds all.</param>
public sealed record SnapshotLineage(
    Guid Id, string Policy, string Version, int Edition, IReadOnlyList<string> Hashes, int Examples, int Verdicts,
    IReadOnlyList<HeadInLineage> Heads, IReadOnlyList<SnapshotErasure> Erasures, IReadOnlyList<VerdictInLineage> FirstVerdicts);

/// <summary>A verdict and the item that it is on.</summary>
public sealed record VerdictInLineage(Guid Id, string? Label, DateTime GivenAt, string Source, string ExternalId);

/// <summary>An item and all that was made of it: its verdicts, the snapshots that hold it, the heads that learnt from these.</summary>
public sealed record ItemLineage(
    Guid Id, string Source, string ExternalId, DateTime? ErasedAt, IReadOnlyList<VerdictInLineage> Verdicts, IReadOnlyList<SnapshotOfItem> Snapshots);

/// <summary>A snapshot that holds an item, or did until it was erased.</summary>
public sealed record SnapshotOfItem(Guid Id, string Policy, string Version, bool Erased, IReadOnlyList<HeadInLineage> Heads);

/// <summary>Follows the way from a head to its snapshot to the verdicts to their items, and back.</summary>
public sealed class TraceLineage(Database database, StudioFolders folders) : IUseCase
{
    private const int Listed = 50;

    /// <summary>From a head to the snapshot that it learnt from.</summary>
    /// <exception cref="RefusedException"><c>head.unknown</c>, or <c>lineage.none</c>: the head came from outside.</exception>
    public async Task<SnapshotLineage> OfHeadAsync(Guid headId, Actor actor, CancellationToken cancellation)
    {
        Require(actor);
        var head = await database.ReadAsync(db => db.Set<Head>().SingleOrDefaultAsync(h => h.PublicId == headId, cancellation), cancellation)
            ?? throw new RefusedException("head.unknown", "There is no such head. The page Models lists those that there are.");
        var snapshots = await database.ReadAsync(db => db.Set<Snapshot>().Where(s => s.PolicyId == head.PolicyId).ToListAsync(cancellation), cancellation);
        var snapshot = snapshots.Find(s => head.SnapshotHash.Length > 0 && Hashes(s).Contains(head.SnapshotHash, StringComparer.Ordinal))
            ?? throw new RefusedException("lineage.none", "The head was trained elsewhere, or its snapshot is gone: what it learnt from is not known here.");
        return await LineageAsync(snapshot, cancellation);
    }

    /// <exception cref="RefusedException"><c>snapshot.unknown</c>.</exception>
    public async Task<SnapshotLineage> OfSnapshotAsync(Guid snapshotId, Actor actor, CancellationToken cancellation)
    {
        Require(actor);
        var snapshot = await database.ReadAsync(db => db.Set<Snapshot>().SingleOrDefaultAsync(s => s.PublicId == snapshotId, cancellation), cancellation)
            ?? throw new RefusedException("snapshot.unknown", "There is no such snapshot. The page Datasets lists those that there are.");
        return await LineageAsync(snapshot, cancellation);
    }

    /// <summary>From a verdict to its item, and on from there.</summary>
    /// <exception cref="RefusedException"><c>verdict.unknown</c>.</exception>
    public async Task<ItemLineage> OfVerdictAsync(Guid verdictId, Actor actor, CancellationToken cancellation)
    {
        Require(actor);
        var item = await database.ReadAsync(
            db => (
                from verdict in db.Set<Verdict>()
                join reviewCase in db.Set<ReviewCase>() on verdict.CaseId equals reviewCase.Id
                join i in db.Set<Item>() on reviewCase.ItemId equals i.Id
                where verdict.PublicId == verdictId
                select i).SingleOrDefaultAsync(cancellation),
            cancellation) ?? throw new RefusedException("verdict.unknown", "There is no such verdict.");
        return await LineageAsync(item, cancellation);
    }

    /// <exception cref="RefusedException"><c>item.unknown</c>.</exception>
    public async Task<ItemLineage> OfItemAsync(string source, string externalId, Actor actor, CancellationToken cancellation)
    {
        Require(actor);
        var item = await database.ReadAsync(db => db.Set<Item>().SingleOrDefaultAsync(i => i.Source == source && i.ExternalId == externalId, cancellation), cancellation)
            ?? throw new RefusedException("item.unknown", $"There is no item '{externalId}' of the source '{source}'.");
        return await LineageAsync(item, cancellation);
    }

    private static void Require(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
    }

    private static List<string> Hashes(Snapshot snapshot) =>
        [.. SnapshotManifest.FromJson(snapshot.ManifestJson).Erasures.Select(e => e.LogicalHash), snapshot.LogicalHash];

    private async Task<SnapshotLineage> LineageAsync(Snapshot snapshot, CancellationToken cancellation)
    {
        var manifest = SnapshotManifest.FromJson(snapshot.ManifestJson);
        var verdicts = new List<VerdictInLineage>();
        var folder = Path.Combine(folders.Snapshots, snapshot.Folder);
        if (manifest.Options.Verdicts && File.Exists(Path.Combine(folder, "verdicts.jsonl")))
        {
            await foreach (var row in SnapshotFiles.VerdictsAsync(folder, cancellation).Take(Listed))
            {
                verdicts.Add(new VerdictInLineage(row.VerdictId, row.Label, row.GivenAt, row.Source, row.ExternalId));
            }
        }

        return new SnapshotLineage(
            snapshot.PublicId, manifest.Policy, snapshot.Version, snapshot.Edition, Hashes(snapshot), snapshot.Rows, manifest.Verdicts,
            await HeadsAsync(snapshot, cancellation), manifest.Erasures, verdicts);
    }

    private async Task<List<HeadInLineage>> HeadsAsync(Snapshot snapshot, CancellationToken cancellation)
    {
        var hashes = Hashes(snapshot);
        var erasures = SnapshotManifest.FromJson(snapshot.ManifestJson).Erasures;
        var heads = await database.ReadAsync(
            db => db.Set<Head>().Where(h => h.PolicyId == snapshot.PolicyId && hashes.Contains(h.SnapshotHash)).OrderBy(h => h.Number).ToListAsync(cancellation), cancellation);
        return heads.ConvertAll(h => new HeadInLineage(
            h.PublicId, h.Number, h.State.ToString().ToLowerInvariant(), h.CreatedAt, h.TrainedOn, erasures.Skip(hashes.IndexOf(h.SnapshotHash)).Sum(e => e.Items)));
    }

    private async Task<ItemLineage> LineageAsync(Item item, CancellationToken cancellation)
    {
        var (verdicts, candidates) = await database.ReadAsync(
            async db => (
                await (
                    from verdict in db.Set<Verdict>()
                    join reviewCase in db.Set<ReviewCase>() on verdict.CaseId equals reviewCase.Id
                    where reviewCase.ItemId == item.Id
                    orderby verdict.Id
                    select new VerdictInLineage(verdict.PublicId, verdict.LabelKey, verdict.CreatedAt, item.Source, item.ExternalId)).ToListAsync(cancellation),
                await db.Set<Snapshot>().Where(s => db.Set<LabelledExample>().Any(e => e.PolicyId == s.PolicyId && e.Id <= s.Watermark
                    && db.Set<ReviewCase>().Any(c => c.Id == e.CaseId && c.ItemId == item.Id))).OrderBy(s => s.Id).ToListAsync(cancellation)),
            cancellation);
        var snapshots = new List<SnapshotOfItem>();
        foreach (var snapshot in candidates)
        {
            var manifest = SnapshotManifest.FromJson(snapshot.ManifestJson);
            var erased = item.ErasedAt is { } at && manifest.Erasures.Any(e => e.At == at);
            if (erased || await SnapshotFiles.HoldsAsync(Path.Combine(folders.Snapshots, snapshot.Folder), item.Source, item.ExternalId, cancellation))
            {
                snapshots.Add(new SnapshotOfItem(snapshot.PublicId, manifest.Policy, snapshot.Version, erased, await HeadsAsync(snapshot, cancellation)));
            }
        }

        return new ItemLineage(item.PublicId, item.Source, item.ExternalId, item.ErasedAt, verdicts, snapshots);
    }
}
