using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Metrics.Agreement;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Agreements;

/// <summary>What agreement is split by.</summary>
public enum AgreementSplit
{
    /// <summary>Each label against all others.</summary>
    Label,

    /// <summary>The language of the content.</summary>
    Language,

    Modality,

    Queue,

    /// <summary>The edition of the policy that the verdicts were given under.</summary>
    Version,

    /// <summary>The reviewers' group.</summary>
    Team,

    /// <summary>Where the reviewers work.</summary>
    Site,

    /// <summary>The languages that the reviewers serve.</summary>
    ReviewerLanguage,
}

/// <summary>Agreement within one part.</summary>
/// <param name="Name">As shown: a label's name, a language code, a group.</param>
public sealed record AgreementPart(string Name, Coefficient Alpha, Coefficient Agreement, int Verdicts);

/// <summary>Agreement part by part.</summary>
/// <param name="Between">For splits of reviewers: how often reviewers of different parts gave the same label, over their common cases; else null.</param>
public sealed record AgreementParts(AgreementSplit Split, IReadOnlyList<AgreementPart> Parts, Coefficient? Between);

/// <summary>
/// Splits agreement by what the content is or by who judged it: disagreement between groups that agree within themselves
/// is information about the policy, not an error of anybody.
/// </summary>
public sealed class SplitAgreement(Database database, RatingStore store) : IUseCase
{
    public async Task<AgreementParts> RunAsync(AgreementFilter filter, AgreementSplit split, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        var queues = await database.ReadAsync(db => db.Set<Queue.ReviewQueue>().ToDictionaryAsync(q => q.Id, q => q.Name, cancellation), cancellation);
        var groups = await database.ReadAsync(
            async db => (await db.Set<Reviewer>().Select(r => new { r.Id, r.Group, r.Site, r.Languages }).ToListAsync(cancellation))
                .ToDictionary(r => r.Id, r => split switch { AgreementSplit.Team => r.Group, AgreementSplit.Site => r.Site, _ => r.Languages }),
            cancellation);
        return await store.WithAsync(filter.PolicyId, view => Measure(view.Select(filter), split, queues, groups), cancellation);
    }

    private static AgreementParts Measure(RatingSelection selected, AgreementSplit split, Dictionary<long, string> queues, Dictionary<long, string> groups)
    {
        var (view, rows) = (selected.View, selected.Rows);
        switch (split)
        {
            case AgreementSplit.Label:
                var all = selected.Numbered().Table;
                return new AgreementParts(split, [.. (view.Version?.Labels ?? []).Select((label, at) => Part(label.Name, all.OneAgainstOthers(at), selected.Labels.Count(l => l == at)))], null);
            case AgreementSplit.Language:
                return Content(i => view.Tables.Languages[rows[i].Language]);
            case AgreementSplit.Modality:
                return Content(i => view.Tables.Modalities[rows[i].Modality]);
            case AgreementSplit.Queue:
                return Content(i => queues.GetValueOrDefault(view.Tables.Queues[rows[i].Queue], "a queue that is gone"));
            case AgreementSplit.Version:
                return Content(i => $"v{view.Number(rows[i].Version)}");
            default:
                return People(i => groups.GetValueOrDefault(view.Tables.Reviewers[rows[i].Reviewer], ""));
        }

        AgreementParts Content(Func<int, string> key) => new(split, [.. selected.By(key).Select(p => Part(p.Key, p.Part.Numbered().Table, p.Part.Rows.Length))], null);

        AgreementParts People(Func<int, string> key)
        {
            // Who belongs to no group tells nothing about groups.
            var known = selected.Where(i => key(i).Length > 0);
            string Of(int i) => groups[view.Tables.Reviewers[known.Rows[i].Reviewer]];
            return new(split, [.. known.By(Of).Select(p => Part(p.Key, p.Part.Numbered().Table, p.Part.Rows.Length))], Between(known, Of));
        }
    }

    private static AgreementPart Part(string name, RatingTable table, int verdicts) =>
        new(name, KrippendorffAlpha.Of(table), PercentAgreement.Of(table), verdicts);

    /// <summary>Over the cases that several groups judged, the mean share of pairs from two groups that agree.</summary>
    private static Coefficient Between(RatingSelection known, Func<int, string> group)
    {
        var (sum, cases) = (0.0, 0);
        foreach (var rows in Enumerable.Range(0, known.Rows.Length).GroupBy(i => known.Rows[i].Case).Select(g => g.ToArray()).Where(g => g.Length > 1))
        {
            var (same, all) = (0, 0);
            for (var a = 0; a < rows.Length; a++)
            {
                for (var b = a + 1; b < rows.Length; b++)
                {
                    if (group(rows[a]) != group(rows[b]))
                    {
                        all++;
                        same += known.Labels[rows[a]] == known.Labels[rows[b]] ? 1 : 0;
                    }
                }
            }

            if (all > 0)
            {
                cases++;
                sum += (double)same / all;
            }
        }

        return cases == 0
            ? Coefficient.Undefined(0, "Not defined: no case was judged by reviewers of two groups.")
            : new Coefficient(sum / cases, Proportion.WilsonOf(sum, cases), cases, null, null);
    }
}
