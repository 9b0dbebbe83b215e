using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Scanning.Media;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning;

/// <summary>A scan that was decided.</summary>
internal sealed record ScanToKeep(Guid Id, ScanRequest Request, string Language, ScanParts Parts, ScannedItem Scanned, IReadOnlyList<Decided> Outcomes);

/// <summary>
/// Keeps of a scan what is to be kept: nothing of what is allowed and was not drawn; else its media, item, cases and
/// decisions, and what the encoders saw, so that nothing of it is computed again.
/// </summary>
public sealed class KeepScan(ScanKeeper keeper, TakeMedia take, LookNow look, LookAtMedia looking, TextVectorizer texts) : IUseCase
{
    /// <returns>Null where nothing is kept.</returns>
    internal async Task<KeptAs?> RunAsync(ScanToKeep scan, Actor actor, CancellationToken cancellation)
    {
        var keep = scan.Outcomes.Where(o => o.Verdict.Outcome != ScanOutcome.Allow || o.Audit.Member).ToList();
        if (keep.Count == 0)
        {
            return null;
        }

        // Before the item, which names them.
        foreach (var path in scan.Parts.Media.Select(p => p.Media!.Path).OfType<string>())
        {
            await using var file = File.OpenRead(path);
            await take.RunAsync(file, actor, cancellation);
        }

        var kept = await keeper.KeepAsync(new KeptScan(Item(scan), scan.Parts.All, Vector(scan), texts.Version, keep.ConvertAll(o => Outcome(scan, o))), cancellation);
        if (kept is not null && scan.Parts.Media.Any())
        {
            await look.KeepAsync(scan.Scanned.Seen.Values, cancellation);
            await looking.RunAsync(actor, cancellation);
        }

        return kept;
    }

    private static Item Item(ScanToKeep scan) => new()
    {
        Source = scan.Request.Source,
        ExternalId = scan.Request.ExternalId.Trim(),
        Language = scan.Language,
        Author = scan.Request.Author?.Trim() ?? "",
        ThreadId = scan.Request.Thread?.Trim() ?? "",
        ReplyTo = scan.Request.ReplyTo?.Trim() ?? "",
    };

    /// <summary>The vector of an item that is one text; those of others are kept by content.</summary>
    private static byte[]? Vector(ScanToKeep scan) => scan.Parts.All is [{ Media: null }] ? scan.Scanned.Item?.Vector : null;

    private static KeptOutcome Outcome(ScanToKeep scan, Decided decided) => new(
        decided.Policy,
        new ScanDecision
        {
            ScanId = scan.Id,
            PolicyId = decided.Policy.Id,
            PolicyVersionId = decided.Policy.Version.Id,
            Settings = decided.Policy.Settings.Number,
            Outcome = decided.Verdict.Outcome,
            Reason = decided.Verdict.Reason,
            LabelKey = decided.Verdict.Label,
            HeadId = decided.Probabilities is null ? null : decided.Policy.Head?.Head.Id,
            MatchedId = decided.Verdict.Match?.Id,
        },
        decided.CaseId,
        decided.Probabilities,
        decided.Audit,
        decided.Verdict.Outcome == ScanOutcome.Review || decided.Audit.Member)
    {
        Influences = decided.Probabilities is not null && decided.Policy.Head?.Model is FusionModel fused && scan.Scanned.Item is { } item ? fused.Influences([item.Input.Parts])[0] : null,
    };
}
