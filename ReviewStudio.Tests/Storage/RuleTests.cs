using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Scanning;
using ReviewStudio.Core.Scanning.Hashes;
using ReviewStudio.Core.Scanning.Rules;
using ReviewStudio.Core.Scanning.Settings;
using ReviewStudio.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class RuleTestsOnSqlite() : RuleTests(TestEngine.Sqlite);

public sealed class RuleTestsOnPostgreSql() : RuleTests(TestEngine.PostgreSql);

public abstract class RuleTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Rule_stops_content_until_it_ends_or_expires_and_is_named_in_the_answer()
    {
        await using var studio = await StudioAsync();
        var lead = await SetUpAsync(studio);
        var id = await studio.Get<AddRule>().RunAsync(new NewRule("rules", "Selling", RuleKind.Phrase, "cheap pills", "bad", ScanOutcome.Block, "Spam wave", 30), lead, None);
        var softer = await studio.Get<AddRule>().RunAsync(new NewRule("rules", "Links", RuleKind.Expression, @"bit\.ly/\w+", "bad", ScanOutcome.Review, "", 2), lead, None);

        var blocked = (await ScanAsync(studio, lead, "1", "Buy CHEAP, pills now at bit.ly/abc")).Policies[0];
        (blocked.Outcome, blocked.Reason, blocked.Label, blocked.Matched).ShouldBe((ScanOutcome.Block, ScanReason.Rule, "bad", new ScanMatch("rule", id, "Selling")), "the stricter rule counts");
        (await ScanAsync(studio, lead, "2", "see bit.ly/abc")).Policies[0].Matched!.Id.ShouldBe(softer);
        (await ScanAsync(studio, lead, "3", "cheapest pillowcase")).Outcome.ShouldBe(ScanOutcome.Allow);

        studio.Clock.Advance(TimeSpan.FromDays(3));
        studio.Get<ScanBook>().Forget();
        (await ScanAsync(studio, lead, "4", "see bit.ly/abc")).Outcome.ShouldBe(ScanOutcome.Allow, "it has expired");
        await studio.Get<EndRule>().RunAsync(id, lead, None);
        (await ScanAsync(studio, lead, "5", "cheap pills")).Outcome.ShouldBe(ScanOutcome.Allow, "it was ended");
        (await Should.ThrowAsync<RefusedException>(studio.Get<EndRule>().RunAsync(id, lead, None))).Code.ShouldBe("rule.unknown");

        var listed = await studio.Get<ListRules>().RunAsync(lead, None);
        listed.Select(r => (r.Name, r.Owner, r.Matches, r.InForce(studio.Clock.GetUtcNow().UtcDateTime))).ShouldBe([("Links", "lea", 1L, false), ("Selling", "lea", 1L, false)]);
    }

    [Fact]
    public async Task Rule_is_tried_on_past_traffic_before_it_stops_anything()
    {
        await using var studio = await StudioAsync();
        var queue = await studio.QueueAsync("rules", ["ok", "bad"]);
        var lead = await studio.ReviewerAsync("lea", roles: Roles.PolicyLead);
        await studio.AddTextsAsync(queue, Enumerable.Range(0, 30).Select(i => i % 3 == 0 ? $"cheap pills {i}" : $"good morning {i}"));
        var mara = await studio.ReviewerAsync("mara");
        for (var i = 0; i < 12; i++)
        {
            var sheet = (await studio.ClaimAsync(mara))!;
            await studio.JudgeAsync(sheet, mara, sheet.Item.Parts[0].Text!.EndsWith('3') ? "ok" : "bad");
        }

        var trial = await studio.Get<TryRule>().RunAsync("rules", RuleKind.Phrase, "Cheap pills", lead, None);

        (trial.LookedAt, trial.Matched).ShouldBe((30, 10));
        trial.Examples.Count.ShouldBe(10);
        trial.Examples.ShouldAllBe(e => e.Text.Substring(e.Start, e.Length) == "cheap pills");
        (trial.Judged, trial.Harmful).ShouldBe((trial.Examples.Count(e => e.Label != null), trial.Examples.Count(e => e.Label == "bad")));
        trial.Judged.ShouldBeGreaterThan(0);
        trial.Precision!.Value.Lower.ShouldBeLessThan((double)trial.Harmful / trial.Judged);
        (await Should.ThrowAsync<RefusedException>(studio.Get<TryRule>().RunAsync("rules", RuleKind.Expression, "(", lead, None))).Code.ShouldBe("rule.pattern");
    }

    [Fact]
    public async Task Hash_list_stops_exact_copies_and_lets_go_of_what_is_taken_off()
    {
        await using var studio = await StudioAsync();
        var lead = await SetUpAsync(studio);
        var id = await studio.Get<AddHashList>().RunAsync(new NewHashList("shared", "Shared list", "rules", "bad", ScanOutcome.Block, "Partner exchange", 365), lead, None);
        var change = studio.Get<ChangeHashes>();

        (await change.RunAsync(new HashChange("shared", [HashEntry.Of("known text"), "", HashEntry.Of("another").ToUpperInvariant(), HashEntry.Of("known text")], Remove: false), lead, None)).ShouldBe(new ChangedHashes(2, 0));
        (await change.RunAsync(new HashChange("shared", [HashEntry.Of("known text")], Remove: false), lead, None)).ShouldBe(new ChangedHashes(0, 1));
        var hit = (await ScanAsync(studio, lead, "1", "known text")).Policies[0];
        (hit.Outcome, hit.Reason, hit.Matched).ShouldBe((ScanOutcome.Block, ScanReason.Hash, new ScanMatch("hash", id, "Shared list")));
        (await ScanAsync(studio, lead, "2", "Known text")).Outcome.ShouldBe(ScanOutcome.Allow, "an exact copy is one byte by byte");

        (await change.RunAsync(new HashChange("shared", [HashEntry.Of("known text")], Remove: true, Reason: "No longer known"), lead, None)).Changed.ShouldBe(1);
        (await ScanAsync(studio, lead, "3", "known text")).Outcome.ShouldBe(ScanOutcome.Allow);
        (await ScanAsync(studio, lead, "4", "another")).Outcome.ShouldBe(ScanOutcome.Block);
        (await Should.ThrowAsync<RefusedException>(change.RunAsync(new HashChange("shared", ["abc"], Remove: false), lead, None))).Message.ShouldContain("Entry 1");
        (await Should.ThrowAsync<RefusedException>(studio.Get<AddHashList>().RunAsync(new NewHashList("shared", "x", "rules", "bad", ScanOutcome.Block, "x", 5), lead, None))).Code.ShouldBe("hash-list.taken");
        (await Should.ThrowAsync<RefusedException>(studio.Get<AddHashList>().RunAsync(new NewHashList("other", "x", "rules", "ok", ScanOutcome.Block, "x", 5), lead, None))).Code.ShouldBe("label.unknown");

        var list = (await studio.Get<ListHashLists>().RunAsync(lead, None)).ShouldHaveSingleItem();
        (list.Entries, list.Owner, list.Source, list.Matches).ShouldBe((1, "lea", "Partner exchange", 2));
        await studio.Get<EndHashList>().RunAsync("shared", lead, None);
        (await ScanAsync(studio, lead, "5", "another")).Outcome.ShouldBe(ScanOutcome.Allow);
    }

    private Task<TestStudio> StudioAsync() => StartAsync(services => services.Configure<EncoderOptions>(o => o.PackageRoots = []));

    /// <summary>Scanning without a head: what no rule or list stops is allowed.</summary>
    private static async Task<Actor> SetUpAsync(TestStudio studio)
    {
        await studio.QueueAsync("rules", ["ok", "bad"]);
        var lead = await studio.ReviewerAsync("lea", roles: Roles.PolicyLead);
        await studio.Get<SetScanning>().RunAsync(new ScanForm("rules", true, "rules", ScanOutcome.Allow, ScanOutcome.Allow, new Dictionary<string, Threshold>()), lead, None);
        return lead;
    }

    private static Task<ScanAnswer> ScanAsync(TestStudio studio, Actor actor, string id, string text) =>
        studio.Get<ScanContent>().RunAsync(new ScanRequest("forum", id, text, "en"), actor, None);
}
