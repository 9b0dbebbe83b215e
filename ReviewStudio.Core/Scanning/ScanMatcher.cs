using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Core.Scanning.Hashes;
using ReviewStudio.Core.Scanning.Rules;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning;

/// <summary>Something that stops content under a policy whatever the head says.</summary>
internal sealed record ScanHit(long PolicyId, string LabelKey, ScanOutcome Outcome, ScanReason Reason, ScanMatch Match);

/// <summary>A hash list that content is on.</summary>
/// <param name="Distance">Of a perceptual hash: differing bits; 0 otherwise.</param>
/// <param name="Part">The part of the item, by its ordinal.</param>
internal sealed record ListedHit(HashList List, HashKind Kind, int Distance, int Part = 0);

/// <summary>The rules and hash lists in force, ready to match.</summary>
internal sealed class ScanMatcher
{
    private readonly Database _database;
    private readonly List<(ScanRule Rule, RulePattern Pattern)> _rules;
    private readonly List<HashList> _lists;

    // The first 8 bytes of every hash: 8 MB a million. What is not among them is on no list, and the database is not asked.
    private readonly HashSet<ulong> _beginnings;

    private readonly PdqIndex _pictures;
    private readonly TimeProvider _clock;

    private ScanMatcher(Database database, TimeProvider clock, List<(ScanRule Rule, RulePattern Pattern)> rules, List<HashList> lists, HashSet<ulong> beginnings, PdqIndex pictures) =>
        (_database, _clock, _rules, _lists, _beginnings, _pictures) = (database, clock, rules, lists, beginnings, pictures);

    /// <summary>Entries of the lists in force; 0 when nothing can be on one.</summary>
    public int Entries => _beginnings.Count + _pictures.Count;

    public static async Task<ScanMatcher> ReadAsync(Database database, TimeProvider clock, List<ScanRule> rules, List<HashList> lists, ScanMatcher? before, CancellationToken cancellation)
    {
        var known = before?._rules.ToDictionary(r => r.Rule.Id, r => r.Pattern) ?? [];
        var patterns = rules.ConvertAll(r => (r, known.GetValueOrDefault(r.Id) ?? Pattern(r)));
        var (beginnings, pictures) = before is not null && Same(before._lists, lists) ? (before._beginnings, before._pictures) : await EntriesAsync(database, lists, cancellation);
        return new ScanMatcher(database, clock, [.. patterns.Where(p => p.Item2 is not null).Select(p => (p.r, p.Item2!))], lists, beginnings, pictures);
    }

    /// <summary>Whether it was made of the same rules and lists.</summary>
    public bool Holds(List<ScanRule> rules, List<HashList> lists) => _rules.Select(r => r.Rule.Id).SequenceEqual(rules.Select(r => r.Id)) && Same(_lists, lists);

    /// <summary>The strictest hit of each policy: hashes before rules, then in the order in which they were made.</summary>
    public ValueTask<Dictionary<long, ScanHit>> FindAsync(string text, CancellationToken cancellation) => FindAsync([text], [], cancellation);

    /// <summary>The strictest hit of each policy over all texts and files of an item.</summary>
    public async ValueTask<Dictionary<long, ScanHit>> FindAsync(IReadOnlyCollection<string> texts, IReadOnlyCollection<FileMarks> files, CancellationToken cancellation)
    {
        var hits = new Dictionary<long, ScanHit>();
        if (Entries > 0)
        {
            foreach (var (hash, pictures) in texts.Select(t => (HashEntry.Of(t), (IReadOnlyList<PdqPicture>)[])).Concat(files.Select(f => (f.Sha256, f.Pictures))))
            {
                foreach (var hit in await ListedAsync(hash, pictures, cancellation))
                {
                    var kind = hit.Kind == HashKind.Sha256 ? "hash" : "likeness";
                    Keep(hits, new ScanHit(hit.List.PolicyId, hit.List.LabelKey, hit.List.Outcome, ScanReason.Hash, new ScanMatch(kind, hit.List.PublicId, hit.List.Name)));
                }
            }
        }

        foreach (var text in _rules.Count > 0 ? texts : [])
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

    /// <summary>The lists that content is on, each once: by its bytes before by what it looks like.</summary>
    /// <param name="sha256">Of the text or file.</param>
    public async ValueTask<IReadOnlyList<ListedHit>> ListedAsync(string sha256, IReadOnlyList<PdqPicture> pictures, CancellationToken cancellation)
    {
        var now = _clock.Instant();
        var exact = await ListsOfAsync(sha256, now, cancellation);
        var alike = pictures.SelectMany(p => _pictures.Find(p, now)).GroupBy(m => m.Entry.ListId).ToDictionary(g => g.Key, g => g.Min(m => m.Distance));
        return [.. _lists.Where(l => l.ExpiresAt > now).Select(l => exact.Contains(l.Id) ? new ListedHit(l, HashKind.Sha256, 0) : alike.TryGetValue(l.Id, out var bits) ? new ListedHit(l, HashKind.Pdq, bits) : null).OfType<ListedHit>()];
    }

    private async ValueTask<IReadOnlyCollection<long>> ListsOfAsync(string hash, DateTime now, CancellationToken cancellation) => !_beginnings.Contains(Beginning(hash)) ? []
        : await _database.ReadAsync(
            db => db.Set<HashEntry>().Where(e => e.Hash == hash && e.Kind == HashKind.Sha256 && (e.ExpiresAt == null || e.ExpiresAt > now)).Select(e => e.ListId).ToListAsync(cancellation), cancellation);

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

    private static async Task<(HashSet<ulong> Beginnings, PdqIndex Pictures)> EntriesAsync(Database database, List<HashList> lists, CancellationToken cancellation)
    {
        var beginnings = new HashSet<ulong>();
        var pictures = new List<ListedPicture>();
        var ids = lists.ConvertAll(l => l.Id);
        await using var db = await database.OpenForReadingAsync(cancellation);
        var entries = db.Set<HashEntry>().Where(e => ids.Contains(e.ListId)).Select(e => new { e.Hash, e.Kind, e.MaxDistance, e.ListId, e.ExpiresAt });
        await foreach (var entry in entries.AsAsyncEnumerable().WithCancellation(cancellation))
        {
            if (entry.Kind == HashKind.Sha256)
            {
                beginnings.Add(Beginning(entry.Hash));
            }
            else if (PdqHash.TryParse(entry.Hash, out var hash))
            {
                pictures.Add(new ListedPicture(hash, entry.MaxDistance, entry.ListId, entry.ExpiresAt));
            }
        }

        return (beginnings, new PdqIndex(pictures));
    }

    private static ulong Beginning(string hash) => ulong.Parse(hash.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static bool Same(List<HashList> some, List<HashList> others) => some.Select(l => (l.Id, l.Edition)).SequenceEqual(others.Select(l => (l.Id, l.Edition)));
}
