using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;
using ReviewStudio.Core.Training.Backtest;
using ReviewStudio.Hosting;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>Real posts played through the loop, small.</summary>
public sealed class BacktestTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly BacktestRequest Small = new()
    {
        Text = "tweet", Label = "class", Language = "en", Strategies = ["margin", "random"],
        SeedLabels = 50, Batch = 20, Budget = 100, GateLabels = 8, Test = 120, Seeds = [3],
    };

    [Fact]
    public async Task Reviewer_is_played_through_claims_verdicts_and_trainings()
    {
        using var folder = new TempFolder();
        var path = Posts(folder);
        var seen = new List<Played>();
        await using var studio = await TestStudio.StartAsync(s => s.AddSingleton<IScratchStudios>(p => new Watched(ActivatorUtilities.CreateInstance<ScratchStudios>(p), seen)));

        var result = await studio.Get<RunBacktest>().RunAsync(new BacktestFile(path, "posts.csv"), Small, new Silent(), Actor.System, None);

        result.Points.Select(p => (p.Strategy, p.Labels)).ShouldBe(
            [("margin", 50), ("margin", 70), ("margin", 90), ("margin", 100), ("random", 50), ("random", 70), ("random", 90), ("random", 100)]);
        result.Points.ShouldAllBe(p => p.Found.Values.Sum() == p.Labels, "labels of the gates are spent like all others");
        result.Points.ShouldAllBe(p => p.MacroF1 > 0.15 && p.Accuracy > 0.5);
        result.Points[0].MacroF1.ShouldBe(result.Points[4].MacroF1, "both begin with the same labels");
        result.Points[3].Found.ShouldNotBe(result.Points[7].Found, "and go on with others");

        var played = seen.Where(p => p.Verdicts > 0).ToList();
        played.Count.ShouldBe(2);
        foreach (var one in played)
        {
            one.Verdicts.ShouldBe(100);
            one.Frozen.ShouldBe(8);
            one.Runs.ShouldBe(4);
            one.LargestTrainedOn.ShouldBe(92, "what measures heads trains none");
            one.Items.Count.ShouldBe(300 - 120, "the test rows are in no queue");
        }

        var test = BacktestDraw.Of(300, Small, 3).Test;
        played.SelectMany(p => p.Items).ShouldNotContain(item => test.Contains(item));
    }

    [Fact]
    public async Task Same_request_gives_the_same_points()
    {
        using var folder = new TempFolder();
        var file = new BacktestFile(Posts(folder), "posts.csv");
        await using var studio = await TestStudio.StartAsync();
        var request = Small with { Budget = 70 };

        var first = await studio.Get<RunBacktest>().RunAsync(file, request, new Silent(), Actor.System, None);
        var second = await studio.Get<RunBacktest>().RunAsync(file, request, new Silent(), Actor.System, None);

        JsonSerializer.Serialize(second.Points).ShouldBe(JsonSerializer.Serialize(first.Points));
    }

    [Fact]
    public async Task Job_keeps_its_points_and_goes_on_where_it_was_broken_off()
    {
        using var folder = new TempFolder();
        var seen = new List<Played>();
        await using var studio = await TestStudio.StartAsync(s => s.AddSingleton<IScratchStudios>(p => new Watched(ActivatorUtilities.CreateInstance<ScratchStudios>(p), seen)));
        var engineer = await studio.ReviewerAsync("eve", roles: Roles.MLEngineer);
        string relative;
        await using (var content = File.OpenRead(Posts(folder)))
        {
            relative = await studio.Get<ReceiveImportFile>().RunAsync(content, "posts.csv", null, engineer, None);
        }

        var id = await studio.Get<StartBacktest>().RunAsync(new BacktestArguments(relative, "posts.csv", Small with { Budget = 70 }), engineer, None);
        await studio.Get<RunBackgroundJob>().RunAsync(id, None);

        var entry = (await studio.Get<ListBacktests>().RunAsync(5, engineer, None)).ShouldHaveSingleItem();
        entry.Job.State.ShouldBe(JobState.Succeeded, entry.Job.Error);
        entry.Points.Count.ShouldBe(4);
        entry.Summary.Keys.ShouldBe(["margin", "random"]);

        // As after a kill: one curve is complete, the other is not, and nobody holds the job.
        var kept = entry.Points.Take(3).ToList();
        await studio.Database.WriteAsync(
            db => db.Set<BackgroundJob>().ExecuteUpdateAsync(set => set.SetProperty(j => j.State, JobState.Queued).SetProperty(j => j.ResultJson, (string?)null)
                .SetProperty(j => j.ResumeJson, JsonSerializer.Serialize(new BacktestProgress(kept)))),
            None);
        seen.Clear();
        await studio.Get<RunBackgroundJob>().RunAsync(id, None);

        var again = (await studio.Get<ListBacktests>().RunAsync(5, engineer, None)).Single();
        JsonSerializer.Serialize(again.Points).ShouldBe(JsonSerializer.Serialize(entry.Points));
        seen.Count(p => p.Verdicts > 0).ShouldBe(1, "only the curve that was not complete is played again");
        var moderator = await studio.ReviewerAsync("mo");
        await Should.ThrowAsync<ForbiddenException>(() => studio.Get<ListBacktests>().RunAsync(5, moderator, None));
    }

    [Theory]
    [InlineData("tweet", "klass", "has no column 'klass'. Choose one of:")]
    [InlineData("tweet", "", "Say which column of posts.csv holds the label")]
    [InlineData("tweet", "tweet", "more than 40 different values")]
    public async Task Columns_that_will_not_do_are_named(string text, string label, string expected)
    {
        using var folder = new TempFolder();
        var path = Posts(folder);
        await using var studio = await TestStudio.StartAsync();

        var refusal = await Should.ThrowAsync<RefusedException>(() => studio.Get<RunBacktest>().RunAsync(
            new BacktestFile(path, "posts.csv"), Small with { Text = text, Label = label }, new Silent(), Actor.System, None));

        refusal.Message.ShouldContain(expected);
    }

    [Fact]
    public async Task File_that_is_too_small_is_refused_with_the_figures()
    {
        using var folder = new TempFolder();
        var path = folder.Write("few.csv", "tweet,class\none,a\ntwo,b\n");
        await using var studio = await TestStudio.StartAsync();

        var refusal = await Should.ThrowAsync<RefusedException>(() => studio.Get<RunBacktest>().RunAsync(new BacktestFile(path, "few.csv"), Small, new Silent(), Actor.System, None));

        refusal.Message.ShouldContain("few.csv has 2 rows");
        refusal.Message.ShouldContain("need 220");
    }

    private static string Posts(TempFolder folder)
    {
        var csv = LabelledPosts.Real(300);
        Assert.SkipWhen(csv is null, "REVIEWSTUDIO_DATA is not here");
        return folder.Write("posts.csv", csv);
    }

    private sealed class Silent : IBacktestListener
    {
        public Task ProgressAsync(long done, long? total, string words) => Task.CompletedTask;

        public Task PointAsync(BacktestPoint point) => Task.CompletedTask;
    }

    /// <summary>What a scratch installation held when it was closed.</summary>
    private sealed record Played(List<int> Items, int Verdicts, int Frozen, int Runs, int LargestTrainedOn);

    private sealed class Watched(IScratchStudios inner, List<Played> seen) : IScratchStudios
    {
        public async Task<IScratchStudio> OpenAsync(string folder, CancellationToken cancellation) => new Studio(await inner.OpenAsync(folder, cancellation), seen);

        private sealed class Studio(IScratchStudio inner, List<Played> seen) : IScratchStudio
        {
            public T Get<T>()
                where T : notnull => inner.Get<T>();

            public async ValueTask DisposeAsync()
            {
                var played = await inner.Get<Database>().ReadAsync(
                    async db => new Played(
                        (await db.Set<Item>().Select(i => i.ExternalId).ToListAsync()).ConvertAll(id => int.Parse(id, CultureInfo.InvariantCulture)),
                        await db.Set<Verdict>().CountAsync(),
                        await db.Set<FrozenMember>().CountAsync(),
                        await db.Set<TrainingRun>().CountAsync(),
                        await db.Set<Head>().MaxAsync(h => (int?)h.TrainedOn) ?? 0),
                    None);
                lock (seen)
                {
                    seen.Add(played);
                }

                await inner.DisposeAsync();
            }
        }
    }
}
