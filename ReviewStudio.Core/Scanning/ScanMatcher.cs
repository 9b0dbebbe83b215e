using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Scanning.Hashes;
using ReviewStudio.Core.Scanning.Rules;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning;

/// <summary>Something that stops content under a policy whatever the head says.</summary>
internal sealed record ScanHit(long PolicyId, string LabelKey, ScanOutcome Outcome, ScanReason Reason, ScanMatch Match);

/// <summary>The rules and hash lists in force, ready to match.</summary>
internal sealed class ScanMatcher
{
    private readonly Database _database;
    private readonly List<(ScanRule Rule, RulePattern Pattern)> _rules;
    private readonly List<HashList> _lists;

    // The first 8 bytes of every hash: 8 MB a million. What is not among them is on no list, and the database is not asked.
    private readonly HashSet<ulong> _beginnings;

    private ScanMatcher(Database database, List<(ScanRule Rule, RulePattern Pattern)> rules, List<HashList> lists, HashSet<ulong> beginnings) =>
        (_database, _rules, _lists, _beginnings) = (database, rules, lists, beginnings);

    public static async Task<ScanMatcher> ReadAsync(Database database, List<ScanRule> rules, List<HashList> lists, ScanMatcher? before, CancellationToken cancellation)
    {
        var known = before?._rules.ToDictionary(r => r.Rule.Id, r => r.Pattern) ?? [];
        var patterns = rules.ConvertAll(r => (r, known.GetValueOrDefault(r.Id) ?? Pattern(r)));
        var beginnings = before is not null && Same(before._lists, lists) ? before._beginnings : await BeginningsAsync(database, lists, cancellation);
        return new ScanMatcher(database, [.. patterns.Where(p => p.Item2 is not null).Select(p => (p.r, p.Item2!))], lists, beginnings);
    }

    /// <summary>Whether it was made of the same rules and lists.</summary>
    public bool Holds(List<ScanRule> rules, List<HashList> lists) => _rules.Select(r => r.Rule.Id).SequenceEqual(rules.Select(r => r.Id)) && Same(_lists, lists);

    /// <summary>The strictest hit of each policy: hashes before rules, then in the order in which they were made.</summary>
    public async ValueTask<Dictionary<long, ScanHit>> FindAsync(string text, CancellationToken cancellation)
    {
        var hits = new Dictionary<long, ScanHit>();
        if (_beginnings.Count > 0)
        {
            foreach (var list in await ListsOfAsync(HashEntry.Of(text), cancellation))
            {
                Keep(hits, new ScanHit(list.PolicyId, list.LabelKey, list.Outcome, ScanReason.Hash, new ScanMatch("hash", list.PublicId, list.Name)));
            }
        }

        if (_rules.Count > 0)
        {
            var plain = RulePattern.Plain(text);
            foreach (var (rule, pattern) in _rules)
            {
                if (pattern.Matches(plain))
                {
                    Keep(hits, new ScanHit(rule.PolicyId, rule.LabelKey, rule.Outcome, ScanReason.Rule, new ScanMatch("rule", rule.PublicId, rule.Name)));
                }
            }
        }

        return hits;
    }

    private async ValueTask<List<HashList>> ListsOfAsync(string hash, CancellationToken cancellation)
    {
        if (!_beginnings.Contains(Beginning(hash)))
        {
            return [];
        }

        var ids = await _database.ReadAsync(db => db.Set<HashEntry>().Where(e => e.Hash == hash).Select(e => e.ListId).ToListAsync(cancellation), cancellation);
        return _lists.FindAll(l => ids.Contains(l.Id));
    }

    private static void Keep(Dictionary<long, ScanHit> hits, ScanHit hit)
    {
        if (!hits.TryGetValue(hit.PolicyId, out var other) || hit.Outcome > other.Outcome)
        {
            hits[hit.PolicyId] = hit;
        }
    }

    private static RulePattern? Pattern(ScanRule rule)
    {
        try
        {
            return new RulePattern(rule.Kind, rule.Pattern);
        }
        catch (RefusedException)
        {
            // It was tried when it was added; a pattern that a later version no longer takes stops nothing else.
            return null;
        }
    }

    private static async Task<HashSet<ulong>> BeginningsAsync(Database database, List<HashList> lists, CancellationToken cancellation)
    {
        var beginnings = new HashSet<ulong>();
        var ids = lists.ConvertAll(l => l.Id);
        await using var db = await database.OpenForReadingAsync(cancellation);
        await foreach (var hash in db.Set<HashEntry>().Where(e => ids.Contains(e.ListId)).Select(e => e.Hash).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            beginnings.Add(Beginning(hash));
        }

        return beginnings;
    }

    private static ulong Beginning(string hash) => ulong.Parse(hash.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static bool Same(List<HashList> some, List<HashList> others) => some.Select(l => (l.Id, l.Edition)).SequenceEqual(others.Select(l => (l.Id, l.Edition)));
}
