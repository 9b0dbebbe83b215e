using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels.Errors;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training.LabelErrors;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class LabelErrorTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Wrong_labels_are_found_and_go_with_their_evidence_to_those_who_adjudicate()
    {
        await using var studio = await TestStudio.StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        var lead = await studio.ReviewerAsync("lead", roles: [Roles.PolicyLead, Roles.Moderator]);
        var mara = await studio.ReviewerAsync("mara");
        string[] kind = ["thanks for the lovely picture", "what a wonderful garden", "happy birthday to you", "see you at the concert", "the soup was delicious"];
        string[] rude = ["you are a stupid idiot", "shut up you worthless liar", "nobody likes you, moron", "get lost you idiot", "what a stupid liar you are"];
        var items = await studio.AddTextsAsync(queue, Enumerable.Range(0, 80).Select(i => $"{(i % 2 == 0 ? kind : rude)[i / 2 % 5]} {i}"));
        long[] wrong = [items[10], items[31], items[52]];
        while (await studio.ClaimAsync(mara) is { } sheet)
        {
            var bad = items.IndexOf(sheet.Item.Id) % 2 == 1;
            await studio.JudgeAsync(sheet, mara, bad != wrong.Contains(sheet.Item.Id) ? "bad" : "ok");
        }

        var job = await studio.Get<StartLabelErrors>().RunAsync(queue.PolicyId, 10, lead, None);
        await studio.Get<RunBackgroundJob>().RunAsync(job, None);

        var report = await studio.Get<ListSuspects>().RunAsync(queue.PolicyId, lead, None);
        report.Waiting.ShouldBeInRange(3, 6);
        var cases = await studio.Database.ReadAsync(db => db.Set<ReviewCase>().ToDictionaryAsync(c => c.PublicId, c => c.ItemId), None);
        report.Suspects.Take(3).Select(s => cases[s.CaseId]).Order().ShouldBe(wrong.Order());
        report.Suspects.ShouldAllBe(s => s.SuggestedProbability > s.GivenProbability && s.LabelKey == s.GivenKey, "a label stands until somebody has looked");

        var looked = (await studio.ClaimAsync(lead))!;
        looked.Adjudication.ShouldBeTrue();
        looked.Message.ShouldStartWith("The label may be wrong. It stands at ");
        looked.Message.ShouldContain("a model that has not learned from this case gives that ");
        looked.Opinions.ShouldHaveSingleItem().Reviewer.ShouldBe("mara");
        var suspect = report.Suspects.Single(s => s.CaseId == looked.CaseId);
        await studio.JudgeAsync(looked, lead, suspect.SuggestedKey);

        var after = await studio.Get<ListSuspects>().RunAsync(queue.PolicyId, lead, None);
        (after.Looked, after.Changed, after.Waiting).ShouldBe((1, 1, report.Waiting - 1));

        // Searched again, what waits or was settled is not asked about twice.
        job = await studio.Get<StartLabelErrors>().RunAsync(queue.PolicyId, 10, lead, None);
        await studio.Get<RunBackgroundJob>().RunAsync(job, None);
        (await studio.Database.ReadAsync(db => db.Set<ReviewTask>().Where(t => t.Purpose == TaskPurpose.Adjudication).Select(t => t.CaseId).ToListAsync(), None)).ShouldBeUnique();
    }

    [Fact]
    public async Task Search_with_too_few_labels_says_how_many_it_needs()
    {
        await using var studio = await TestStudio.StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);

        var refused = await Should.ThrowAsync<RefusedException>(studio.Get<StartLabelErrors>().RunAsync(queue.PolicyId, 10, lead, None));
        (refused.Code, refused.Message).ShouldBe(("label-errors.few", "There are 0 labels; a search needs 50 to tell an error from a rarity. Judge more cases first."));
        (await Should.ThrowAsync<RefusedException>(studio.Get<StartLabelErrors>().RunAsync(queue.PolicyId, 501, lead, None))).Code.ShouldBe("label-errors.most");
    }
}
