using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Datasets.Erasure;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Auditing;
using ReviewStudio.Core.Scanning;
using ReviewStudio.Core.Scanning.Settings;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class ScanTestsOnSqlite() : ScanTests(TestEngine.Sqlite);

public sealed class ScanTestsOnPostgreSql() : ScanTests(TestEngine.PostgreSql);

public abstract class ScanTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly string[] Kind = ["sunny", "garden", "thanks", "picnic"];
    private static readonly string[] Harsh = ["threat", "smash", "regret", "attack"];

    [Fact]
    public async Task Scan_allows_reviews_and_blocks_by_the_thresholds_and_what_is_for_review_waits_in_the_queue()
    {
        await using var studio = await StudioAsync();
        var (queue, lead) = await ScannedAsync(studio, new Threshold(0.5, 0.9));
        var head = await studio.ServeWordsAsync(queue, Kind, Harsh);

        var fine = await ScanAsync(studio, lead, "1", "sunny garden");
        var doubtful = await ScanAsync(studio, lead, "2", "threat garden smash");
        var bad = await ScanAsync(studio, lead, "3", "threat smash attack regret");

        (fine.Outcome, fine.Item, fine.Policies[0].Label, fine.Policies[0].Case).ShouldBe((ScanOutcome.Allow, null, null, null));
        var under = doubtful.Policies.ShouldHaveSingleItem();
        (doubtful.Outcome, under.Reason, under.Label, under.Head, under.Settings, under.PolicyVersion).ShouldBe((ScanOutcome.Review, ScanReason.Probability, "bad", head.Number, 1, 1));
        under.Probabilities!.Values.Sum().ShouldBe(1, 1e-5);
        under.Probabilities!["bad"].ShouldBeInRange(0.5, 0.9);
        under.Thresholds["bad"].ShouldBe(new Threshold(0.5, 0.9));
        (bad.Outcome, bad.Policies[0].Case).ShouldBe((ScanOutcome.Block, null));
        bad.Item.ShouldNotBeNull("what is blocked is kept, so that it can be appealed");

        var sheet = (await studio.ClaimAsync(await studio.ReviewerAsync("mara"))).ShouldNotBeNull();
        (sheet.CaseId, sheet.Item.ExternalId, sheet.Item.Parts[0].Text).ShouldBe((under.Case!.Value, "2", "threat garden smash"));
        sheet.Prediction!.ByLabel["bad"].ShouldBe(under.Probabilities["bad"], 1e-6);
        (await studio.ClaimAsync(await studio.ReviewerAsync("ben"))).ShouldBeNull("neither what was allowed nor what was blocked waits");
        var decisions = await studio.Database.ReadAsync(db => db.Set<ScanDecision>().OrderBy(d => d.Id).ToListAsync(), None);
        decisions.Select(d => (d.ScanId, d.Outcome, d.LabelKey, d.HeadId, d.Settings)).ShouldBe([(doubtful.Id, ScanOutcome.Review, "bad", head.Id, 1), (bad.Id, ScanOutcome.Block, "bad", head.Id, 1)]);

        // Scored from the vector that was stored with it: a rescore finds the same.
        var vector = await studio.Database.ReadAsync(db => db.Set<ItemVector>().SingleAsync(v => db.Set<Item>().Any(i => i.Id == v.ItemId && i.ExternalId == "2")), None);
        studio.Get<HeadRegistry>().Model(head.FileHash).Predict([HeadInput.Of(VectorCodec.Decode(vector.Data))])[0][1].ShouldBe((float)under.Probabilities["bad"]);
    }

    [Fact]
    public async Task The_same_scan_again_adds_nothing_a_changed_text_is_an_item_of_its_own_and_an_erased_one_stays_away()
    {
        await using var studio = await StudioAsync();
        var (queue, lead) = await ScannedAsync(studio, new Threshold(0.5, null));
        await studio.ServeWordsAsync(queue, Kind, Harsh);

        var first = await ScanAsync(studio, lead, "1", "threat smash");
        var again = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => ScanAsync(studio, lead, "1", "threat smash")));
        var changed = await ScanAsync(studio, lead, "1", "regret attack");
        var changedBack = await ScanAsync(studio, lead, "1", "threat smash");

        again.ShouldAllBe(a => a.Item == first.Item && a.Policies[0].Case == first.Policies[0].Case);
        changed.Item.ShouldNotBe(first.Item);
        changedBack.Item.ShouldBe(first.Item);
        (await CountAsync<Item>(studio), await CountAsync<ReviewCase>(studio), await CountAsync<ReviewTask>(studio)).ShouldBe((2, 2, 2));

        await ScanAsync(studio, lead, "1~other", "threat smash");
        await studio.Get<EraseItem>().RunAsync(new EraseRequest("forum", "1", "Asked for by the author", "1"), lead, None);
        var left = await studio.Database.ReadAsync(db => db.Set<ItemPart>().Where(p => p.Text != "").Select(p => db.Set<Item>().Single(i => i.Id == p.ItemId).ExternalId).ToListAsync(), None);
        left.ShouldBe(["1~other"], "what was changed since is gone too, and nobody else's");
        foreach (var text in new[] { "threat smash", "regret attack" })
        {
            var erased = await ScanAsync(studio, lead, "1", text);
            (erased.Outcome, erased.Item, erased.Policies[0].Case).ShouldBe((ScanOutcome.Review, null, null));
        }

        (await CountAsync<Item>(studio)).ShouldBe(3);
    }

    [Fact]
    public async Task Every_scan_may_be_drawn_for_audit_the_caller_is_not_told_and_the_days_are_counted()
    {
        await using var studio = await StudioAsync();
        var (queue, lead) = await ScannedAsync(studio, new Threshold(0.5, null), q => q.AuditRate = 0.25);
        await studio.ServeWordsAsync(queue, Kind, Harsh);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => ScanAsync(studio, lead, $"p{i}", $"sunny picnic {i}")));
        await ScanAsync(studio, lead, "dry", "sunny", dryRun: true);
        await studio.Get<ScanLedger>().FlushAsync(None);

        answers.ShouldAllBe(a => a.Outcome == ScanOutcome.Allow && a.Item == null && a.Policies[0].Case == null);
        var drawn = await studio.Database.ReadAsync(db => db.Set<ReviewCase>().ToListAsync(), None);
        drawn.Count.ShouldBeInRange(10, 70);
        drawn.ShouldAllBe(c => c.InAuditSample && c.AuditDraw < c.AuditProbability && c.AuditDraw == AuditSampling.Draw(c.PublicId) && c.Stratum.StartsWith("benign") && c.HeadId != null);
        (await studio.Database.ReadAsync(db => db.Set<ReviewTask>().Select(t => t.Purpose).ToListAsync(), None)).ShouldAllBe(p => p == TaskPurpose.Audit);
        var days = await studio.Database.ReadAsync(db => db.Set<AuditDay>().ToListAsync(), None);
        (days.Sum(d => d.Arrived), days.Sum(d => d.Drawn)).ShouldBe((200, drawn.Count));
        var view = (await studio.Get<ReadScanning>().RunAsync(lead, None)).ShouldHaveSingleItem();
        view.Days.ShouldHaveSingleItem().Allowed.ShouldBe(200);

        // A second flush has nothing to add.
        await studio.Get<ScanLedger>().FlushAsync(None);
        (await studio.Database.ReadAsync(db => db.Set<ScanDay>().SumAsync(d => d.Allowed), None)).ShouldBe(200);
    }

    [Fact]
    public async Task Without_a_head_or_with_its_time_used_up_a_scan_answers_as_the_policy_says_and_names_the_reason()
    {
        await using var studio = await StudioAsync();
        var (queue, lead) = await ScannedAsync(studio, new Threshold(0.5, null), whenLate: ScanOutcome.Block);

        var unscored = await ScanAsync(studio, lead, "1", "sunny");
        (unscored.Outcome, unscored.Policies[0].Reason, unscored.Policies[0].Probabilities, unscored.Policies[0].Head).ShouldBe((ScanOutcome.Review, ScanReason.Unscored, null, null));
        unscored.Policies[0].Case.ShouldNotBeNull();

        await studio.ServeWordsAsync(queue, Kind, Harsh);
        studio.Get<ScanBook>().Forget();
        var text = string.Join(' ', Enumerable.Range(0, 15_000).Select(i => $"sunny{i}"));
        var crowd = Enumerable.Range(0, 64).Select(i => ScanAsync(studio, lead, $"c{i}", text, budget: 10_000, dryRun: true)).ToList();
        var late = await ScanAsync(studio, lead, "2", "sunny garden", budget: 5);
        (late.Outcome, late.Policies[0].Reason, late.Policies[0].Probabilities, late.Policies[0].Head).ShouldBe((ScanOutcome.Block, ScanReason.Late, null, null));
        late.NotLookedAt.ShouldContain(s => s.Contains("time budget"));
        (await Task.WhenAll(crowd)).ShouldAllBe(a => a.Outcome == ScanOutcome.Allow);
    }

    [Fact]
    public async Task More_than_can_wait_is_turned_away_at_once_and_nothing_of_it_is_kept()
    {
        await using var studio = await StudioAsync();
        var (queue, lead) = await ScannedAsync(studio, new Threshold(0.5, null));
        await studio.ServeWordsAsync(queue, Kind, Harsh);
        await ScanAsync(studio, lead, "0", "sunny");

        var text = string.Join(' ', Enumerable.Range(0, 300).Select(i => $"threat{i} smash"));
        var all = Enumerable.Range(0, ScoringBatcher.MostWaiting + 1_500).Select(i => Try(studio, lead, $"x{i}", text)).ToList();
        var outcomes = await Task.WhenAll(all);

        outcomes.ShouldContain(false, "more came than may wait");
        outcomes.Count(answered => answered).ShouldBeGreaterThan(ScoringBatcher.MostWaiting / 2);
        (await CountAsync<Item>(studio)).ShouldBe(outcomes.Count(answered => answered));

        static async Task<bool> Try(TestStudio studio, Actor actor, string id, string text)
        {
            try
            {
                return (await ScanAsync(studio, actor, id, text, budget: 10_000)).Item is not null;
            }
            catch (ScanBusyException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Scanning_is_refused_in_words_where_it_is_not_set_up_or_not_in_order()
    {
        await using var studio = await StudioAsync();
        var queue = await studio.QueueAsync("rules", ["ok", "bad"]);
        var lead = await studio.ReviewerAsync("lea", roles: Roles.PolicyLead);

        (await Should.ThrowAsync<RefusedException>(ScanAsync(studio, lead, "1", "x"))).Code.ShouldBe("scan.policy.unknown");
        var mistakes = (await Should.ThrowAsync<FluentValidation.ValidationException>(studio.Get<ScanContent>().RunAsync(new ScanRequest("", "", " ", "klingon!", BudgetMilliseconds: 1), lead, None))).Errors;
        mistakes.Select(m => m.PropertyName).Distinct().ShouldBe(["Source", "ExternalId", "Text", "Language", "BudgetMilliseconds"]);
        var form = new ScanForm("rules", true, "rules", ScanOutcome.Review, ScanOutcome.Allow, new Dictionary<string, Threshold> { ["ok"] = new(0.5, null), ["bad"] = new(0.9, 0.5), ["odd"] = new(2, null) });
        (await Should.ThrowAsync<FluentValidation.ValidationException>(studio.Get<SetScanning>().RunAsync(form, lead, None))).Errors.Select(m => m.PropertyName)
            .ShouldBe(["Thresholds.ok", "Thresholds.bad", "Thresholds.odd", "Thresholds.odd"]);

        var good = form with { Thresholds = new Dictionary<string, Threshold> { ["bad"] = new(0.5, null) } };
        (await studio.Get<SetScanning>().RunAsync(good, lead, None)).ShouldBe(1);
        (await studio.Get<SetScanning>().RunAsync(good, lead, None)).ShouldBe(1, "nothing differs");
        (await studio.Get<SetScanning>().RunAsync(good with { Enabled = false }, lead, None)).ShouldBe(2);
        (await Should.ThrowAsync<RefusedException>(ScanAsync(studio, lead, "1", "x"))).Code.ShouldBe("scan.policy.unknown", "it was switched off");
        await Should.ThrowAsync<ForbiddenException>(ScanAsync(studio, await studio.ReviewerAsync("mara"), "1", "x"));
        queue.ShouldNotBeNull();
    }

    private Task<TestStudio> StudioAsync() => StartAsync(services => services.Configure<EncoderOptions>(o => o.PackageRoots = []));

    private static async Task<(ReviewQueue Queue, Actor Lead)> ScannedAsync(
        TestStudio studio, Threshold bad, Action<ReviewQueue>? configure = null, ScanOutcome whenLate = ScanOutcome.Review)
    {
        var queue = await studio.QueueAsync("rules", ["ok", "bad"], configure);
        var lead = await studio.ReviewerAsync("lea", roles: Roles.PolicyLead);
        await studio.Get<SetScanning>().RunAsync(
            new ScanForm("rules", true, "rules", ScanOutcome.Review, whenLate, new Dictionary<string, Threshold> { ["bad"] = bad }), lead, None);
        return (queue, lead);
    }

    private static Task<ScanAnswer> ScanAsync(TestStudio studio, Actor actor, string id, string text, int? budget = null, bool dryRun = false) =>
        studio.Get<ScanContent>().RunAsync(new ScanRequest("forum", id, text, "en", BudgetMilliseconds: budget, DryRun: dryRun), actor, None);

    private static Task<int> CountAsync<T>(TestStudio studio)
        where T : class => studio.Database.ReadAsync(db => db.Set<T>().CountAsync(), None);
}
