using FluentValidation;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Queue.Auditing;

namespace ReviewStudio.Core.Scanning;

/// <summary>
/// Answers "may this be published?": allow, review or block under each policy. What goes to review is in its queue before
/// the answer leaves; every scan may be drawn into the audit sample.
/// </summary>
public sealed class ScanContent(
    ScanBook book, ScoringBatcher batcher, ScanLedger ledger, ScanKeeper keeper, IEnumerable<ILanguageGuess> languages, TimeProvider clock) : IUseCase
{
    private static readonly ScanRequestValidator Validator = new();

    private readonly ILanguageGuess? _languages = languages.FirstOrDefault();

    /// <exception cref="ValidationException">The request is not in order.</exception>
    /// <exception cref="RefusedException"><c>scan.policy.unknown</c>: a policy is not set up for scanning, or none is.</exception>
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
        var language = string.IsNullOrEmpty(request.Language) ? _languages?.Guess(request.Text) ?? "und" : RowMapper.Code(request.Language)!;
        var hits = await page.Matcher.FindAsync(request.Text, cancellation);
        var input = new TextInput(request.Text, language);
        var scored = await ScoreAsync(input, policies, request.BudgetMilliseconds ?? ScanRequest.UsualBudget, cancellation);

        var id = Guid.CreateVersion7();
        var outcomes = new List<Decided>(policies.Count);
        var next = 0;
        foreach (var policy in policies)
        {
            var probabilities = policy.Head is null ? null : scored?.Probabilities[next++];
            var verdict = ScanVerdict.Of(policy, probabilities, hits.GetValueOrDefault(policy.Id));
            var (caseId, audit) = (Guid.CreateVersion7(), default(AuditDecision));
            if (!request.DryRun)
            {
                var stratum = probabilities is null || policy.Scorer is null ? AuditSampling.Unscored : policy.Scorer.Stratum(probabilities);
                audit = await ledger.DrawAsync(policy.Queue, policy.Id, caseId, stratum, verdict.Outcome, cancellation);
            }

            outcomes.Add(new Decided(policy, verdict, probabilities, caseId, audit));
        }

        var kept = request.DryRun ? null : await KeepAsync(id, request, language, scored, outcomes, cancellation);
        var strictest = outcomes.Max(o => o.Verdict.Outcome);
        return new ScanAnswer(
            id, strictest, outcomes.ConvertAll(o => Answer(o, kept)), strictest == ScanOutcome.Allow ? null : kept?.ItemId, language, batcher.Version,
            NotLookedAt(input, scored is null), Math.Round(clock.GetElapsedTime(started).TotalMilliseconds, 2));
    }

    private static List<ScanPolicy> Chosen(ScanPage page, IReadOnlyList<string>? keys)
    {
        var chosen = keys is null ? page.Policies : [.. keys.Distinct(StringComparer.Ordinal).Select(key => page.Policies.FirstOrDefault(p => p.Key == key)
            ?? throw new RefusedException("scan.policy.unknown", $"The policy '{key}' is not set up for scanning. A policy lead does that on the page Scanning."))];
        return chosen.Count > 0 ? [.. chosen] : throw new RefusedException("scan.policy.unknown", "No policy is set up for scanning. A policy lead does that on the page Scanning.");
    }

    /// <returns>Null when the budget ran out.</returns>
    private async Task<ScoredText?> ScoreAsync(TextInput input, List<ScanPolicy> policies, int budget, CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(budget);
        try
        {
            var heads = policies.Where(p => p.Head is not null).Select(p => p.Head!.Model).ToList();
            return await batcher.ScoreAsync(input, heads, late.Token) ?? throw new ScanBusyException();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<KeptAs?> KeepAsync(Guid id, ScanRequest request, string language, ScoredText? scored, List<Decided> outcomes, CancellationToken cancellation)
    {
        var keep = outcomes.FindAll(o => o.Verdict.Outcome != ScanOutcome.Allow || o.Audit.Member);
        if (keep.Count == 0)
        {
            return null;
        }

        var item = new Item
        {
            Source = request.Source,
            ExternalId = request.ExternalId.Trim(),
            Language = language,
            Author = request.Author?.Trim() ?? "",
            ThreadId = request.Thread?.Trim() ?? "",
            ReplyTo = request.ReplyTo?.Trim() ?? "",
        };
        return await keeper.KeepAsync(
            new KeptScan(item, request.Text, scored?.Vector, batcher.Version, keep.ConvertAll(o => new KeptOutcome(
                o.Policy,
                new ScanDecision
                {
                    ScanId = id,
                    PolicyId = o.Policy.Id,
                    PolicyVersionId = o.Policy.Version.Id,
                    Settings = o.Policy.Settings.Number,
                    Outcome = o.Verdict.Outcome,
                    Reason = o.Verdict.Reason,
                    LabelKey = o.Verdict.Label,
                    HeadId = o.Probabilities is null ? null : o.Policy.Head?.Head.Id,
                    MatchedId = o.Verdict.Match?.Id,
                },
                o.CaseId, o.Probabilities, o.Audit, o.Verdict.Outcome == ScanOutcome.Review || o.Audit.Member))),
            cancellation);
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

    private List<string> NotLookedAt(TextInput input, bool late)
    {
        var sentences = new List<string>();
        if (late)
        {
            sentences.Add("The time budget ran out before the text was scored: rules and hash lists alone were looked at.");
        }
        else if (!TextVectorizer.IsCovered(input) || !batcher.Version.Contains('+', StringComparison.Ordinal))
        {
            sentences.Add($"There is no semantic model for the language '{input.Language}': its words were looked at, not its meaning.");
        }

        return sentences;
    }

    private sealed record Decided(ScanPolicy Policy, ScanVerdict Verdict, float[]? Probabilities, Guid CaseId, AuditDecision Audit);
}
