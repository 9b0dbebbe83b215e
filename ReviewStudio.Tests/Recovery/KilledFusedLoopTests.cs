using System.Diagnostics;
using Microsoft.Data.Sqlite;
using ReviewStudio.Core.Training;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Recovery;

/// <summary><c>kill -9</c> while a head over texts and pictures is trained: begun again, it ends with the same head, decision and ranks.</summary>
public sealed class KilledFusedLoopTests(FusedLoopFolder folder, ITestOutputHelper output) : IClassFixture<FusedLoopFolder>
{
    [Fact]
    public async Task Training_of_a_fused_head_killed_in_each_of_its_stages_ends_with_the_same_head()
    {
        LongSuites.Only();
        Assert.SkipWhen(folder.Ready is null, "the encoders' packages are not here");
        var whole = folder.Copy("whole");
        await LoopFolder.RunAsync(whole, "train", "--queue", "posts");
        var expected = await LoopFolder.ReadAsync(whole);
        (expected.HeadState, expected.HeadFormat, expected.Heads, expected.OpenJobs).ShouldBe(("Champion", Core.Inference.Fusion.FusionModel.Format, 1, 0));

        TrainingStage[] stages = [TrainingStage.Snapshot, TrainingStage.Fit, TrainingStage.Gate, TrainingStage.Promote, TrainingStage.Rerank];
        foreach (var stage in stages)
        {
            var broken = folder.Copy($"killed-{stage}");
            var reached = await KillAsync(broken, stage);
            var ended = await LoopFolder.EndedAsync(broken);
            if (stage == TrainingStage.Fit)
            {
                (reached, ended).ShouldBe((TrainingStage.Fit, false), "the fit is long enough to be met");
            }

            if (!ended)
            {
                await LoopFolder.RunAsync(broken, "train", "--queue", "posts");
            }

            (await LoopFolder.ReadAsync(broken)).ShouldBe(expected, $"killed at {reached}");
            output.WriteLine($"killed at {reached}");
            Directory.Delete(broken, recursive: true);
        }
    }

    /// <summary>Ends the program as soon as its run has come to the stage.</summary>
    /// <returns>The stage at which it was ended.</returns>
    private static async Task<TrainingStage> KillAsync(string data, TrainingStage stage)
    {
        using var process = LoopFolder.Start(data, "train", "--queue", "posts");
        await using var database = new SqliteConnection($"Data Source={Path.Combine(data, "studio.db")};Mode=ReadOnly;Pooling=False");
        await database.OpenAsync();
        await using var ask = database.CreateCommand();
        ask.CommandText = "SELECT \"Stage\" FROM \"TrainingRun\"";
        var watch = Stopwatch.StartNew();
        var at = (TrainingStage?)null;
        while ((at is null || at < stage) && !process.HasExited && watch.Elapsed < TimeSpan.FromMinutes(1))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
            at = await ask.ExecuteScalarAsync(TestContext.Current.CancellationToken) is { } value and not DBNull ? Enum.Parse<TrainingStage>($"{value}") : null;
        }

        await StudioProgram.KillAsync(process);
        return at.ShouldNotBeNull("no run was begun");
    }
}
