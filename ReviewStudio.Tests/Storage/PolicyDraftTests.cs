using FluentValidation;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class PolicyDraftTestsOnSqlite() : PolicyDraftTests(TestEngine.Sqlite);

public sealed class PolicyDraftTestsOnPostgreSql() : PolicyDraftTests(TestEngine.PostgreSql);

public abstract class PolicyDraftTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Policy_begins_as_a_draft_that_only_its_makers_see()
    {
        await using var studio = await StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        var moderator = await studio.ReviewerAsync("moderator");
        await studio.Get<CreatePolicy>().RunAsync(Contents.Policy("spam", "ok", "spam"), lead, None);

        var details = await studio.Get<GetPolicy>().RunAsync("spam", lead, None);

        details.Draft!.Content.Labels.Select(l => l.Key).ShouldBe(["ok", "spam"]);
        details.InForce.ShouldBeNull();
        (await studio.Get<ListPolicies>().RunAsync(false, lead, None)).ShouldHaveSingleItem().Draft.ShouldBe(1);
        (await studio.Get<ListPolicies>().RunAsync(false, moderator, None)).ShouldBeEmpty();
        (await studio.Get<GetPolicy>().RunAsync("spam", moderator, None)).Versions.ShouldBeEmpty();
    }

    [Fact]
    public async Task Policy_without_a_benign_label_is_refused_and_nothing_is_stored()
    {
        await using var studio = await StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        var policy = Contents.Policy("spam", "ok", "spam");
        policy.Content.Labels[0].Benign = false;

        var failure = await Should.ThrowAsync<ValidationException>(() => studio.Get<CreatePolicy>().RunAsync(policy, lead, None));

        failure.Errors.ShouldHaveSingleItem().ErrorMessage.ShouldBe(PolicyContentValidator.OneBenign);
        (await studio.Database.ReadAsync(db => db.Set<Policy>().CountAsync(), None)).ShouldBe(0);
    }

    [Theory]
    [InlineData(Roles.Moderator)]
    [InlineData(Roles.MLEngineer)]
    public async Task Policy_is_not_for_other_roles_to_change(string role)
    {
        await using var studio = await StartAsync();
        var actor = await studio.ReviewerAsync("other", roles: role);

        await Should.ThrowAsync<ForbiddenException>(() => studio.Get<CreatePolicy>().RunAsync(Contents.Policy("spam", "ok", "spam"), actor, None));
        await Should.ThrowAsync<ForbiddenException>(() => studio.Get<StartDraft>().RunAsync("spam", actor, None));
        await Should.ThrowAsync<ForbiddenException>(() => studio.Get<PublishPolicyVersion>().RunAsync(new Publication("spam", Guid.Empty, []), actor, None));
    }

    [Fact]
    public async Task Second_writer_of_a_draft_is_told_who_was_faster_and_overwrites_nothing()
    {
        await using var studio = await StartAsync();
        var ada = await studio.ReviewerAsync("Ada", roles: Roles.PolicyLead);
        var ben = await studio.ReviewerAsync("Ben", roles: Roles.PolicyLead);
        await studio.Get<CreatePolicy>().RunAsync(Contents.Policy("spam", "ok", "spam"), ada, None);
        var stamp = (await studio.Get<GetPolicy>().RunAsync("spam", ada, None)).Draft!.Stamp;
        await studio.Get<EditDraft>().RunAsync(new DraftEdit("spam", stamp, Contents.Of("ok", "junk")), ada, None);

        var refusal = await Should.ThrowAsync<RefusedException>(
            () => studio.Get<EditDraft>().RunAsync(new DraftEdit("spam", stamp, Contents.Of("ok", "abuse")), ben, None));

        refusal.Code.ShouldBe("draft.conflict");
        refusal.Message.ShouldStartWith("Ada saved this draft after you opened it");
        (await studio.Get<GetPolicy>().RunAsync("spam", ada, None)).Draft!.Content.Labels.Select(l => l.Key).ShouldBe(["ok", "junk"]);
    }

    [Fact]
    public async Task Saved_draft_keeps_rows_of_labels_that_stay_and_takes_on_their_new_order()
    {
        await using var studio = await StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        await studio.Get<CreatePolicy>().RunAsync(Contents.Policy("spam", "ok", "spam", "abuse"), lead, None);
        var before = await LabelIdsAsync(studio);
        var stamp = (await studio.Get<GetPolicy>().RunAsync("spam", lead, None)).Draft!.Stamp;

        var content = Contents.Of("ok", "abuse", "threat");
        var next = await studio.Get<EditDraft>().RunAsync(new DraftEdit("spam", stamp, content), lead, None);

        var after = await LabelIdsAsync(studio);
        after.Keys.Order().ShouldBe(["abuse", "ok", "threat"]);
        after["abuse"].ShouldBe(before["abuse"]);
        var draft = (await studio.Get<GetPolicy>().RunAsync("spam", lead, None)).Draft!;
        draft.Stamp.ShouldBe(next);
        draft.Content.Labels.Select(l => l.Key).ShouldBe(["ok", "abuse", "threat"]);
    }

    [Fact]
    public async Task Draft_starts_as_a_copy_of_the_latest_version_and_can_be_thrown_away()
    {
        await using var studio = await StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        await studio.Get<CreatePolicy>().RunAsync(Contents.Policy("spam", "ok", "spam"), lead, None);
        var first = await studio.Get<GetPolicy>().RunAsync("spam", lead, None);
        (await Should.ThrowAsync<RefusedException>(() => studio.Get<DiscardDraft>().RunAsync("spam", first.Draft!.Stamp, lead, None))).Code.ShouldBe("draft.only");
        await studio.Get<PublishPolicyVersion>().RunAsync(new Publication("spam", first.Draft!.Stamp, []), lead, None);

        var draftId = await studio.Get<StartDraft>().RunAsync("spam", lead, None);
        (await studio.Get<StartDraft>().RunAsync("spam", lead, None)).ShouldBe(draftId);
        var draft = (await studio.Get<GetPolicy>().RunAsync("spam", lead, None)).Draft!;
        draft.Number.ShouldBe(2);
        draft.Content.Labels.Select(l => l.Key).ShouldBe(["ok", "spam"]);

        await studio.Get<DiscardDraft>().RunAsync("spam", draft.Stamp, lead, None);
        (await studio.Get<GetPolicy>().RunAsync("spam", lead, None)).Versions.ShouldHaveSingleItem().State.ShouldBe(PolicyVersionState.Published);
    }

    [Fact]
    public async Task Policy_that_a_queue_judges_by_is_archived_only_after_the_queue()
    {
        await using var studio = await StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        await studio.QueueAsync("posts", ["ok", "bad"]);

        var refusal = await Should.ThrowAsync<RefusedException>(() => studio.Get<ArchivePolicy>().RunAsync("posts", true, lead, None));
        refusal.Message.ShouldContain("'posts'");

        await studio.Get<CreatePolicy>().RunAsync(Contents.Policy("spam", "ok", "spam"), lead, None);
        await studio.Get<ArchivePolicy>().RunAsync("spam", true, lead, None);
        (await studio.Get<ListPolicies>().RunAsync(false, lead, None)).Select(p => p.Key).ShouldBe(["posts"]);
        (await studio.Get<ListPolicies>().RunAsync(true, lead, None)).Count.ShouldBe(2);
        (await Should.ThrowAsync<RefusedException>(() => studio.Get<StartDraft>().RunAsync("spam", lead, None))).Code.ShouldBe("policy.archived");
    }

    private static Task<Dictionary<string, long>> LabelIdsAsync(TestStudio studio) =>
        studio.Database.ReadAsync(db => db.Set<PolicyLabel>().ToDictionaryAsync(l => l.Key, l => l.Id), None);
}
