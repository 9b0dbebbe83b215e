using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Settings;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class ScheduledTrainingTestsOnSqlite() : ScheduledTrainingTests(TestEngine.Sqlite);

public sealed class ScheduledTrainingTestsOnPostgreSql() : ScheduledTrainingTests(TestEngine.PostgreSql);

public abstract class ScheduledTrainingTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Schedule_starts_a_training_once_when_its_time_has_come_and_not_before()
    {
        await using var studio = await StudioAsync("0 3 * * *");
        (await studio.Get<StartDueTrainings>().RunAsync(None)).ShouldBe(0);

        // Nobody was there for three nights: the missed time is made up for once.
        studio.Clock.Advance(TimeSpan.FromDays(3));
        (await studio.Get<StartDueTrainings>().RunAsync(None)).ShouldBe(1);
        (await studio.Get<StartDueTrainings>().RunAsync(None)).ShouldBe(0);

        var run = await studio.Database.ReadAsync(db => db.Set<TrainingRun>().SingleAsync(), None);
        run.Trigger.ShouldBe("schedule");
        var due = await studio.Database.ReadAsync(db => db.Set<ReviewQueue>().Select(q => q.RetrainDueAt).SingleAsync(), None);
        due!.Value.ShouldBeGreaterThan(studio.Clock.Instant());
        (due.Value.Hour, due.Value.Minute).ShouldBe((3, 0));
    }

    [Fact]
    public async Task Schedule_without_new_labels_starts_nothing()
    {
        await using var studio = await StudioAsync("* * * * *");
        studio.Clock.Advance(TimeSpan.FromMinutes(2));
        (await studio.Get<StartDueTrainings>().RunAsync(None)).ShouldBe(1);
        var job = await studio.Database.ReadAsync(db => db.Set<TrainingRun>().Select(r => r.JobId).SingleAsync(), None);
        await studio.Get<JobDesk>().CancelAsync(job, None);

        studio.Clock.Advance(TimeSpan.FromMinutes(2));
        (await studio.Get<StartDueTrainings>().RunAsync(None)).ShouldBe(0);
    }

    [Theory]
    [InlineData("every night", "five fields")]
    [InlineData("61 * * * *", "no minute")]
    [InlineData("0 0 30 2 *", "never comes")]
    public void Schedule_that_cannot_be_is_told_with_an_example(string cron, string expected) => CronText.Problem(cron)!.ShouldContain(expected);

    private async Task<TestStudio> StudioAsync(string cron)
    {
        var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await LabelledPosts.ImportMadeUpAsync(studio, LabelledPosts.MadeUp(0, 20));
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        var settings = QueueSettings.Of(queue);
        settings.RetrainCron = cron;
        await EditAsync(studio, queue, settings, lead);
        return studio;
    }

    private static Task EditAsync(TestStudio studio, ReviewQueue queue, QueueSettings settings, Actor lead) =>
        studio.Get<EditQueue>().RunAsync(new QueueEdit(queue.Key, queue.ConcurrencyStamp, settings), lead, None);
}
