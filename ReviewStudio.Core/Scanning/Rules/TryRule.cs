using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Rules;

/// <summary>What a rule would have done.</summary>
/// <param name="LookedAt">Kept items that it was tried on, the newest first. Content that was allowed and not drawn for audit is not kept, so this is no picture of all traffic.</param>
/// <param name="Matched">How many of them match.</param>
/// <param name="Judged">Those of the matching ones that have a label under the policy.</param>
/// <param name="Harmful">Those of the judged ones whose label is not the harmless one.</param>
/// <param name="Precision">Harmful of judged, with a 95 % interval; null without judged ones.</param>
/// <param name="Examples">The newest matches.</param>
public sealed record RuleTrial(int LookedAt, int Matched, int Judged, int Harmful, Interval? Precision, IReadOnlyList<RuleExample> Examples);

/// <summary>A text that matches.</summary>
/// <param name="Start">Where the match begins in <paramref name="Text"/>.</param>
/// <param name="Label">Its label under the policy; null while it has none.</param>
public sealed record RuleExample(Guid ItemId, string Text, int Start, int Length, string? Label, bool Harmful);

/// <summary>Tries a rule on past traffic before it stops anything.</summary>
public sealed class TryRule(Database database, PolicyBook policies) : IUseCase
{
    /// <summary>Most items that it is tried on.</summary>
    public const int Most = 50_000;

    private const int Page = 2_000;
    private const int MostExamples = 20;

    // Around the match, so that a long text shows where it is.
    private const int Around = 160;

    /// <exception cref="RefusedException"><c>policy.unknown</c>, <c>policy.unpublished</c> or <c>rule.pattern</c>.</exception>
    public async Task<RuleTrial> RunAsync(string policyKey, RuleKind kind, string pattern, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        var rule = new RulePattern(kind, pattern);
        var policy = await database.ReadAsync(db => db.Set<Policy>().SingleOrDefaultAsync(p => p.Key == policyKey && p.ArchivedAt == null, cancellation), cancellation)
            ?? throw new RefusedException("policy.unknown", $"There is no policy '{policyKey}' in use.");
        var version = await policies.InForceAsync(policy.Id, cancellation)
            ?? throw new RefusedException("policy.unpublished", $"{policy.Name} has no published version. Publish one first.");
        var benign = version.Labels.Find(l => l.Benign)?.Key;
        var (looked, matched, judged, harmful) = (0, 0, 0, 0);
        var examples = new List<RuleExample>();
        for (var before = long.MaxValue; looked < Most;)
        {
            var page = await PageAsync(policy.Id, before, cancellation);
            foreach (var row in page)
            {
                looked++;
                var plain = RulePattern.Plain(row.Text);
                if (rule.First(plain) is not { } match)
                {
                    continue;
                }

                matched++;
                var wrong = row.Label is not null && row.Label != benign;
                judged += row.Label is null ? 0 : 1;
                harmful += wrong ? 1 : 0;
                if (examples.Count < MostExamples)
                {
                    examples.Add(Example(row, plain, match, wrong));
                }
            }

            if (page.Count < Page)
            {
                break;
            }

            before = page[^1].Id;
        }

        return new RuleTrial(looked, matched, judged, harmful, Proportion.Wilson(harmful, judged), examples);
    }

    private Task<List<Row>> PageAsync(long policyId, long before, CancellationToken cancellation) => database.ReadAsync(
        db => (from part in db.Set<ItemPart>()
               join item in db.Set<Item>() on part.ItemId equals item.Id
               join reviewCase in db.Set<ReviewCase>().Where(c => c.PolicyId == policyId) on item.Id equals reviewCase.ItemId into cases
               from reviewCase in cases.DefaultIfEmpty()
               where part.Id < before && part.Text != null && item.ErasedAt == null
               orderby part.Id descending
               select new Row(part.Id, item.PublicId, part.Text!, reviewCase == null ? null : reviewCase.LabelKey)).Take(Page).ToListAsync(cancellation),
        cancellation);

    private static RuleExample Example(Row row, string plain, (int Start, int Length) match, bool harmful)
    {
        var from = Math.Max(0, match.Start - Around);
        var to = Math.Min(plain.Length, match.Start + match.Length + Around);
        return new RuleExample(row.ItemId, plain[from..to], match.Start - from, match.Length, row.Label, harmful);
    }

    private sealed record Row(long Id, Guid ItemId, string Text, string? Label);
}
