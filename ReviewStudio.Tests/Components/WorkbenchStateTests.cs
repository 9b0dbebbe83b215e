using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Components.Pages.Review;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Components;

/// <summary>What a reviewer has begun is never lost to what happens around it.</summary>
public sealed class WorkbenchStateTests
{
    [Fact]
    public async Task Note_that_an_undo_interrupts_is_there_when_its_task_comes_back()
    {
        await using var studio = await StudioAsync();
        var state = await OpenAsync(studio, "Buy this now", "What a nice day");
        await state.JudgeAsync("bad", state.Current!.Claim.TaskId);
        var second = state.Current!.Claim.TaskId;
        state.Begun.Note = "Looks like a";
        await state.SaveDraftAsync();
        var field = state.Begun.Beginning;
        state.Begun.Note = "Looks like an old joke";
        state.Begun.Beginning.ShouldBe(field, "what is typed does not come back to the field that it was typed into");

        await state.UndoAsync();
        (state.Begun.Note, state.Begun.Beginning.Note, state.Current!.Claim.TaskId == second).ShouldBe(("", "", false));
        await state.JudgeAsync("ok", state.Current!.Claim.TaskId);

        (state.Current!.Claim.TaskId, state.Begun.Note, state.Begun.Beginning.Note).ShouldBe((second, "Looks like an old joke", "Looks like an old joke"));
    }

    [Fact]
    public async Task Note_on_a_task_that_was_lost_is_kept_to_the_last_letter()
    {
        await using var studio = await StudioAsync();
        var state = await OpenAsync(studio, "Buy this now");
        var lost = state.Current!.Claim.TaskId;
        studio.Clock.Advance(TimeSpan.FromHours(2));
        await studio.Get<SweepLeases>().RunAsync(CancellationToken.None);
        state.Begun.Note = "Typed in the last second";

        await state.HeartbeatAsync();

        state.Problem.ShouldNotBeNull().ShouldContain("Your draft is kept");
        (state.Current!.Claim.TaskId, state.Begun.Note).ShouldBe((lost, "Typed in the last second"));
    }

    private static Task<TestStudio> StudioAsync() =>
        TestStudio.StartAsync(s => s.AddTransient<TaskFeed>().AddTransient<VerdictSender>().AddTransient<WorkbenchState>());

    private static async Task<WorkbenchState> OpenAsync(TestStudio studio, params string[] texts)
    {
        var queue = await studio.QueueAsync("posts", ["ok", "bad"], q => q.Plan.GoldShare = 0);
        await studio.AddTextsAsync(queue, texts);
        var state = studio.Get<WorkbenchState>();
        await state.StartAsync(new ClaimRequest(), await studio.ReviewerAsync("mara"));
        return state;
    }
}
