using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class TrainingLoopTestsOnSqlite() : TrainingLoopTests(TestEngine.Sqlite)
{
    /// <summary>Copies the installation, which is one folder only where the database is a file in it.</summary>
    [Fact]
    public Task Head_whose_file_is_gone_does_not_replace_the_champion() => ServeHeadWithoutFileAsync();
}

public sealed class TrainingLoopTestsOnPostgreSql() : TrainingLoopTests(TestEngine.PostgreSql);

public sealed class TrainingLoopTestsOnSqlServer() : TrainingLoopTests(TestEngine.SqlServer);

/// <summary>The loop on real posts: labels in, a head in service, the queue scored; broken off anywhere, the same comes out.</summary>
public abstract class TrainingLoopTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string[] Labels = ["benign", "hate", "offensive"];

    /// <summary>What comes of the same labels in another installation, on SQLite, where nothing was broken off.</summary>
    private static readonly Lazy<Task<TrainingResult>> Unbroken = new(async () =>
    {
        await using var studio = await new TrainingLoopTestsOnSqlite().StudioAsync();
        return await TrainAsync(studio);
    });

    [Fact]
    public async Task Labels_become_a_champion_and_the_queue_is_scored_by_it()
    {
        await using var studio = await StudioAsync();

        var result = await TrainAsync(studio);

        result.Promoted.ShouldBeTrue(result.Gate);
        await studio.Database.ReadAsync(
            async db =>
            {
                var head = await db.Set<Head>().SingleAsync();
                (head.State, head.FileHash, head.SnapshotHash).ShouldBe((HeadState.Champion, result.HeadHash, result.SnapshotHash));
                var frozen = await db.Set<FrozenMember>().CountAsync();
                frozen.ShouldBeGreaterThan(5);
                var labelled = await db.Set<ReviewCase>().CountAsync(c => c.State == CaseState.Labelled);
                head.TrainedOn.ShouldBe(labelled - frozen, "frozen cases never train a head");
                (await db.Set<ReviewCase>().CountAsync(c => c.State == CaseState.Open && c.HeadId != head.Id)).ShouldBe(0);
                (await db.Set<ReviewCase>().CountAsync(c => c.State == CaseState.Open && c.HeadId == head.Id)).ShouldBeGreaterThan(40);
                (await db.Set<OutboxMessage>().CountAsync(m => m.Topic == "model.promoted")).ShouldBe(1);
                (await db.Set<AuditEvent>().CountAsync(e => e.Action == "head.promoted")).ShouldBe(1);
                return true;
            },
            None);
        var view = await studio.Get<ListModels>().RunAsync((await QueueAsync(studio)).PolicyId, Actor.System, None);
        view.Champion!.Report!.MacroF1!.Value.ShouldBeInRange(0.3, 1);
        view.Runs.ShouldHaveSingleItem().Result!.HeadHash.ShouldBe(result.HeadHash);
    }

    [Theory]
    [InlineData(TrainingStage.Fit)]
    [InlineData(TrainingStage.Gate)]
    [InlineData(TrainingStage.Promote)]
    [InlineData(TrainingStage.Rerank)]
    [InlineData(TrainingStage.Done)]
    public async Task Run_broken_off_at_the_edge_of_a_stage_ends_with_the_same_snapshot_head_and_decision(TrainingStage stage)
    {
        var expected = await Unbroken.Value;
        using var power = new CancellationTokenSource();
        await using var studio = await StudioAsync(services => services.AddSingleton<ISaveGuard>(new PowerCut(stage, power)));

        var started = await StartAsync(studio);
        await studio.Get<RunBackgroundJob>().RunAsync(started.JobId, power.Token);
        power.IsCancellationRequested.ShouldBeTrue();
        var result = await EndAsync(studio, started.JobId);

        (result.SnapshotHash, result.HeadHash, result.Promoted, result.Gate).ShouldBe((expected.SnapshotHash, expected.HeadHash, expected.Promoted, expected.Gate));
        (await studio.Database.ReadAsync(db => db.Set<Head>().CountAsync(), None)).ShouldBe(1);
        (await studio.Database.ReadAsync(db => db.Set<Snapshot>().CountAsync(), None)).ShouldBe(1);
        (await studio.Database.ReadAsync(db => db.Set<AuditEvent>().CountAsync(e => e.Action == "head.promoted"), None)).ShouldBe(1);
        Directory.GetFiles(studio.Folders.Heads).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Second_training_of_a_policy_waits_for_the_first()
    {
        await using var studio = await StudioAsync();
        await StartAsync(studio);

        (await Should.ThrowAsync<RefusedException>(() => StartAsync(studio))).Code.ShouldBe("training.running");
    }

    [Fact]
    public async Task Roll_back_puts_the_head_before_in_service_and_scores_what_waits()
    {
        await using var studio = await StudioAsync();
        await TrainAsync(studio);
        var policy = (await QueueAsync(studio)).PolicyId;
        var engineer = await studio.ReviewerAsync("eve", roles: Roles.MLEngineer);
        var first = (await studio.Get<ListModels>().RunAsync(policy, engineer, None)).Champion!.Head;
        (await Should.ThrowAsync<RefusedException>(() => studio.Get<ServeHead>().RollBackAsync(policy, engineer, None))).Code.ShouldBe("head.none-before");
        var second = await ImportCopyAsync(studio, policy, first, engineer);
        await studio.Get<ServeHead>().RunAsync(second.PublicId, engineer, None);
        (await studio.Get<ListModels>().RunAsync(policy, engineer, None)).Champion!.Head.Id.ShouldBe(second.Id);

        studio.Clock.Advance(TimeSpan.FromMinutes(1));
        (await studio.Get<ServeHead>().RollBackAsync(policy, engineer, None)).Id.ShouldBe(first.Id);

        var view = await studio.Get<ListModels>().RunAsync(policy, engineer, None);
        view.Champion!.Head.Id.ShouldBe(first.Id);
        view.Previous!.Head.Id.ShouldBe(second.Id);
        (await studio.Database.ReadAsync(db => db.Set<AuditEvent>().Where(e => e.Action == "head.rolled-back").Select(e => e.ActorName).ToListAsync(), None)).ShouldBe(["eve"]);
        var moderator = await studio.ReviewerAsync("mo");
        await Should.ThrowAsync<ForbiddenException>(() => studio.Get<ServeHead>().RollBackAsync(policy, moderator, None));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("this is no model", "not a model that ONNX Runtime can read")]
    public async Task File_that_is_no_head_is_refused_by_name_and_nothing_is_kept(string content, string expected)
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", Labels);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));

        var refusal = await Should.ThrowAsync<RefusedException>(() => studio.Get<ImportHead>().RunAsync(queue.PolicyId, stream, "mine.onnx", Actor.System, None));

        refusal.Message.ShouldContain("mine.onnx");
        refusal.Message.ShouldContain(expected);
        Directory.GetFiles(studio.Folders.Heads).ShouldBeEmpty();
        (await studio.Database.ReadAsync(db => db.Set<Head>().CountAsync(), None)).ShouldBe(0);
    }

    private protected async Task ServeHeadWithoutFileAsync()
    {
        await using var studio = await StudioAsync();
        await TrainAsync(studio);
        var policy = (await QueueAsync(studio)).PolicyId;
        var champion = (await studio.Get<ListModels>().RunAsync(policy, Actor.System, None)).Champion!.Head;
        var other = await ImportCopyAsync(studio, policy, champion, Actor.System);
        File.Delete(Path.Combine(studio.Folders.Heads, other.FileHash + ".onnx"));
        await using var later = await StartAsync(folder: CopyOf(studio.Folders.Root));

        var refusal = await Should.ThrowAsync<RefusedException>(() => later.Get<ServeHead>().RunAsync(other.PublicId, Actor.System, None));

        refusal.Code.ShouldBe("head.unusable");
        (await later.Get<ListModels>().RunAsync(policy, Actor.System, None)).Champion!.Head.Id.ShouldBe(champion.Id);
    }

    /// <summary>The same head once more as a file from elsewhere: a byte of its producer's name is another.</summary>
    private static async Task<Head> ImportCopyAsync(TestStudio studio, long policyId, Head head, Actor actor)
    {
        var bytes = await File.ReadAllBytesAsync(Path.Combine(studio.Folders.Heads, head.FileHash + ".onnx"));
        var at = bytes.AsSpan().IndexOf("logistic-1"u8);
        if (at >= 0)
        {
            bytes[at + 9] = (byte)'2';
        }
        else
        {
            at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(head.SnapshotHash));
            at.ShouldBeGreaterThan(0);
            bytes[at] = bytes[at] == (byte)'0' ? (byte)'1' : (byte)'0';
        }

        using var stream = new MemoryStream(bytes);
        var imported = await studio.Get<ImportHead>().RunAsync(policyId, stream, "copy.onnx", actor, None);
        imported.Report.MayPromote.ShouldBeTrue(imported.Report.Summary);
        return imported.Head;
    }

    private static string CopyOf(string folder)
    {
        var copy = folder + "-copy";
        foreach (var path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(folder, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }

        return copy;
    }

    private async Task<TestStudio> StudioAsync(Action<IServiceCollection>? configure = null)
    {
        var csv = LabelledPosts.Real(300);
        Assert.SkipWhen(csv is null, "REVIEWSTUDIO_DATA is not here");
        var lines = csv.Split('\n');
        var studio = await StartAsync(configure);
        await studio.QueueAsync("posts", Labels);
        await LabelledPosts.ImportRealAsync(studio, string.Join('\n', lines[..241]) + "\n");
        await LabelledPosts.ImportRealAsync(studio, lines[0] + "\n" + string.Join('\n', lines[241..301]) + "\n", "waiting", LabelUse.Ignore);
        return studio;
    }

    private static Task<ReviewQueue> QueueAsync(TestStudio studio) => studio.Database.ReadAsync(db => db.Set<ReviewQueue>().SingleAsync(), None);

    private static async Task<StartedTraining> StartAsync(TestStudio studio) =>
        await studio.Get<StartTraining>().RunAsync(new TrainingRequest((await QueueAsync(studio)).Id, "hand"), Actor.System, None);

    private static async Task<TrainingResult> TrainAsync(TestStudio studio) => await EndAsync(studio, (await StartAsync(studio)).JobId);

    private static async Task<TrainingResult> EndAsync(TestStudio studio, long jobId)
    {
        await studio.Get<RunBackgroundJob>().RunAsync(jobId, None);
        var job = (await studio.Get<JobDesk>().FindAsync(jobId, None))!;
        job.Error.ShouldBeNull();
        job.State.ShouldBe(JobState.Succeeded);
        return JsonSerializer.Deserialize<TrainingResult>(job.ResultJson!)!;
    }

    /// <summary>Ends the process's work at the moment when a run names its next stage.</summary>
    private sealed class PowerCut(TrainingStage stage, CancellationTokenSource power) : SaveChangesInterceptor, ISaveGuard
    {
        public override async ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            if (eventData.Context!.ChangeTracker.Entries<TrainingRun>().Any(e => e.Entity.Stage == stage))
            {
                await power.CancelAsync();
            }

            return result;
        }
    }
}
