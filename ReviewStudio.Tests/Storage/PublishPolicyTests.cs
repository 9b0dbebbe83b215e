using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class PublishPolicyTestsOnSqlite() : PublishPolicyTests(TestEngine.Sqlite);

public sealed class PublishPolicyTestsOnPostgreSql() : PublishPolicyTests(TestEngine.PostgreSql);

public sealed class PublishPolicyTestsOnSqlServer() : PublishPolicyTests(TestEngine.SqlServer);

public abstract class PublishPolicyTests(TestEngine engine) : PublicationContract(engine)
{
    [Fact]
    public async Task Case_to_be_judged_again_is_served_even_to_the_reviewer_who_judged_it()
    {
        await using var studio = await StartAsync();
        var (queue, lead, moderator) = await StartAsync(studio);
        var cases = await JudgeAsync(studio, queue, moderator, "hate");
        await PublishAsync(studio, lead);

        var task = await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), moderator, None);
        task!.CaseId.ShouldBe(cases[0]);
        await AnswerAsync(studio, task, moderator, "abuse", await VersionAsync(studio, queue));

        (await CaseAsync(studio, cases[0])).LabelKey.ShouldBe("abuse");
    }

    [Fact]
    public async Task Answer_given_while_the_policy_was_published_counts_in_the_new_labels()
    {
        await using var studio = await StartAsync();
        var (queue, lead, moderator) = await StartAsync(studio);
        await studio.AddTextsAsync(queue, ["one", "two"]);
        var shown = await VersionAsync(studio, queue);
        var spam = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), moderator, None))!;
        await PublishAsync(studio, lead);

        await AnswerAsync(studio, spam, moderator, "spam", shown);
        (await CaseAsync(studio, spam.CaseId)).LabelKey.ShouldBe("abuse");

        var hate = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), moderator, None))!;
        var refusal = await Should.ThrowAsync<RefusedException>(() => AnswerAsync(studio, hate, moderator, "hate", shown));
        refusal.Code.ShouldBe("label.unknown");
        (await Should.ThrowAsync<RefusedException>(() => AnswerAsync(studio, hate, moderator, "hate", 987_654))).Code.ShouldBe("label.unknown");
    }

    [Fact]
    public async Task Waiting_cases_may_finish_on_the_old_version_and_their_labels_follow_at_once()
    {
        await using var studio = await StartAsync();
        var (queue, lead, moderator) = await StartAsync(studio);
        var old = await VersionAsync(studio, queue);
        await studio.AddTextsAsync(queue, ["one", "two"]);

        await PublishAsync(studio, lead, pending: PendingCases.Finish);

        var first = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), moderator, None))!;
        (await CaseAsync(studio, first.CaseId)).PolicyVersionId.ShouldBe(old);
        await AnswerAsync(studio, first, moderator, "spam", old);
        var second = (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), moderator, None))!;
        await AnswerAsync(studio, second, moderator, "hate", old);

        var carried = await CaseAsync(studio, first.CaseId);
        carried.LabelKey.ShouldBe("abuse");
        carried.PolicyVersionId.ShouldBe(await VersionAsync(studio, queue));
        var again = await CaseAsync(studio, second.CaseId);
        again.LabelKey.ShouldBeNull();
        again.State.ShouldBe(CaseState.Open);
        var reopened = await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), moderator, None);
        reopened!.CaseId.ShouldBe(second.CaseId);
    }

    [Fact]
    public async Task Half_judged_case_asks_anew_for_the_verdict_that_fell_away_and_keeps_the_other()
    {
        await using var studio = await StartAsync();
        var (queue, lead, ada) = await StartAsync(studio, reviewers: 3);
        var ben = await studio.ReviewerAsync("ben");
        await studio.AddTextsAsync(queue, ["one"]);
        var old = await VersionAsync(studio, queue);
        await AnswerAsync(studio, (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), ada, None))!, ada, "hate", old);
        await AnswerAsync(studio, (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), ben, None))!, ben, "spam", old);

        await PublishAsync(studio, lead);

        (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), ben, None)).ShouldBeNull();
        var now = await VersionAsync(studio, queue);
        await AnswerAsync(studio, (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), ada, None))!, ada, "abuse", now);
        var cleo = await studio.ReviewerAsync("cleo");
        await AnswerAsync(studio, (await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), cleo, None))!, cleo, "ok", now);
        await studio.Database.ReadAsync(
            async db =>
            {
                var label = await db.Set<LabelledExample>().SingleAsync();
                label.LabelKey.ShouldBe("abuse");
                label.Reviewers.ShouldBe(3);
                label.Confidence.ShouldBe(2.0 / 3, 1e-9);
                return true;
            },
            None);
    }

    [Fact]
    public async Task Publication_that_fails_half_way_changes_nothing()
    {
        await using var studio = await StartAsync(s => s.AddSingleton<IPolicyPublished, Breakage>());
        var (queue, lead, moderator) = await StartAsync(studio);
        var cases = await JudgeAsync(studio, queue, moderator, "spam", "hate");
        var old = await VersionAsync(studio, queue);

        await Should.ThrowAsync<IOException>(() => PublishAsync(studio, lead));

        (await VersionAsync(studio, queue)).ShouldBe(old);
        (await CaseAsync(studio, cases[0])).LabelKey.ShouldBe("spam");
        (await CaseAsync(studio, cases[1])).PolicyVersionId.ShouldBe(old);
        (await studio.Database.ReadAsync(db => db.Set<LabelledExample>().CountAsync(), None)).ShouldBe(2);
        (await studio.Database.ReadAsync(db => db.Set<LabelMapping>().CountAsync(), None)).ShouldBe(0);
        (await studio.Get<GetPolicy>().RunAsync("posts", lead, None)).Draft.ShouldNotBeNull();
    }

    [Fact]
    public async Task Publication_needs_a_word_on_every_old_label()
    {
        await using var studio = await StartAsync();
        var (_, lead, _) = await StartAsync(studio);

        var failure = await Should.ThrowAsync<ValidationException>(() => PublishAsync(studio, lead, map: Map[..3]));

        failure.Errors.ShouldHaveSingleItem().ErrorMessage.ShouldBe(PublicationValidator.Undecided("hate"));
    }
}
