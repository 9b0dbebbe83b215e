using FluentValidation;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Queue.Auditing;
using ReviewStudio.Core.Scanning.Media;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning;

/// <summary>
/// Answers "may this be published?": allow, review or block under each policy. What goes to review is in its queue before
/// the answer leaves; every scan may be drawn into the audit sample.
/// </summary>
public sealed class ScanContent(
    ScanBook book, ScoreScan score, ScanLedger ledger, KeepScan keeper, Database database, ReceiveScanFile receive, ScanMarks marks, TextVectorizer texts, IEnumerable<ILanguageGuess> languages,
    TimeProvider clock) : IUseCase
{
    private static readonly ScanRequestValidator Validator = new();

    private readonly ILanguageGuess? _languages = languages.FirstOrDefault();

    /// <exception cref="ValidationException">The request is not in order.</exception>
    /// <exception cref="RefusedException"><c>scan.policy.unknown</c>: a policy is not set up for scanning, or none is; <c>media.…</c>: media cannot be scanned.</exception>
    /// <exception cref="ScanBusyException">Too many scans wait; nothing was kept.</exception>
    public async Task<ScanAnswer> RunAsync(ScanRequest request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
        var started = clock.GetTimestamp();
        await Validator.ValidateAndThrowAsync(request, cancellation);
        var page = await book.CurrentAsync(cancellation);
        var policies = Chosen(page, request.Policies);
        using var parts = await ScanParts.OfAsync(request, request.Uploaded, database, receive, cancellation);
        var text = parts.Text;
        var language = !string.IsNullOrEmpty(request.Language) ? RowMapper.Code(request.Language)! : text.Length == 0 ? "und" : _languages?.Guess(text) ?? "und";
        var heads = policies.Where(p => p.Head is not null).Select(p => p.Head!.Model).ToList();
        var scanned = await score.RunAsync(parts, language, heads, request.BudgetMilliseconds, cancellation);
        var files = page.Matcher.Entries > 0 ? await marks.RunAsync(parts.Media.Select(p => p.Media!), cancellation) : [];
        var hits = await page.Matcher.FindAsync([.. parts.All.Select(p => p.Text).OfType<string>(), .. scanned.Read], files, cancellation);

        var id = Guid.CreateVersion7();
        var outcomes = new List<Decided>(policies.Count);
        var next = 0;
        foreach (var policy in policies)
        {
            var readable = policy.Head is null || policy.Head.Model.ReadsParts || scanned.HasText;
            var row = policy.Head is null ? null : scanned.Item?.Probabilities[next++];
            var probabilities = readable ? row : null;
            var verdict = ScanVerdict.Of(policy, probabilities, readable, hits.GetValueOrDefault(policy.Id));
            var (caseId, audit) = (Guid.CreateVersion7(), default(AuditDecision));
            if (!request.DryRun)
            {
                var stratum = probabilities is null || policy.Scorer is null ? AuditSampling.Unscored : policy.Scorer.Stratum(probabilities);
                audit = await ledger.DrawAsync(policy.Queue, policy.Id, caseId, stratum, verdict.Outcome, cancellation);
            }

            outcomes.Add(new Decided(policy, verdict, probabilities, caseId, audit));
        }

        var kept = request.DryRun ? null : await keeper.RunAsync(new ScanToKeep(id, request, language, parts, scanned, outcomes), actor, cancellation);
        var strictest = outcomes.Max(o => o.Verdict.Outcome);
        return new ScanAnswer(
            id, strictest, outcomes.ConvertAll(o => Answer(o, kept)), strictest == ScanOutcome.Allow ? null : kept?.ItemId, language, texts.Version,
            Unseen(parts, language, scanned, policies), Math.Round(clock.GetElapsedTime(started).TotalMilliseconds, 2));
    }

    private static List<ScanPolicy> Chosen(ScanPage page, IReadOnlyList<string>? keys)
    {
        var chosen = keys is null ? page.Policies : [.. keys.Distinct(StringComparer.Ordinal).Select(key => page.Policies.FirstOrDefault(p => p.Key == key)
            ?? throw new RefusedException("scan.policy.unknown", $"The policy '{key}' is not set up for scanning. A policy lead does that on the page Scanning."))];
        return chosen.Count > 0 ? [.. chosen] : throw new RefusedException("scan.policy.unknown", "No policy is set up for scanning. A policy lead does that on the page Scanning.");
    }

    private static PolicyAnswer Answer(Decided decided, KeptAs? kept)
    {
        var (policy, verdict) = (decided.Policy, decided.Verdict);
        return new PolicyAnswer(
            policy.Key, policy.Version.Number, policy.Settings.Number, decided.Probabilities is null ? null : policy.Head!.Head.Number, verdict.Outcome, verdict.Reason, verdict.Label,
            decided.Probabilities is { } row ? policy.HeadLabels.Zip(row).ToDictionary(p => p.First, p => (double)p.Second, StringComparer.Ordinal) : null,
            policy.Thresholds, verdict.Match,

            // What was kept for the audit alone is not told: who knows of it could treat it otherwise.
            verdict.Outcome == ScanOutcome.Review && kept?.Cases.TryGetValue(policy.Key, out var id) == true ? id : null);
    }

    private List<string> Unseen(ScanParts parts, string language, ScannedItem scanned, List<ScanPolicy> policies)
    {
        if (scanned.Item is null)
        {
            return ["The time budget ran out before the content was scored: rules and hash lists alone were looked at."];
        }

        var items = parts.All.Select(p => p.Part()).ToList();
        for (var i = 0; i < items.Count; i++)
        {
            items[i].Ordinal = i;
        }

        var heads = policies.Select(p => p.Head?.Model).OfType<IHeadModel>().ToList();
        return [.. NotLookedAt.Of(items, language, scanned.Seen.ToDictionary(s => s.Key, s => s.Value.Seen), heads.Count == 0 ? null : heads.TrueForAll(h => h.ReadsParts), texts.KnowsMeaning)
            .Select(u => u.Name.Length == 0 ? u.Sentence : $"{u.Name}: {u.Sentence}")];
    }
}

/// <summary>What a scan decided under one policy.</summary>
/// <param name="Probabilities">Null where no head has scored it.</param>
internal sealed record Decided(ScanPolicy Policy, ScanVerdict Verdict, float[]? Probabilities, Guid CaseId, AuditDecision Audit);
