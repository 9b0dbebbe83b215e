using Microsoft.Playwright;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ReviewStudio.Tests.Browser;

/// <summary>A moderator's day, in a real browser against the program as a newcomer starts it.</summary>
public sealed class ReviewTests(DemoSite site) : IClassFixture<DemoSite>
{
    [Fact]
    public async Task Verdicts_by_keyboard_retrain_the_model_and_the_queue_is_ranked_by_the_new_head()
    {
        var page = await site.SignedInAsync("moderator", "/review");
        var bench = new Bench(page);
        await Expect(bench.Task).ToBeVisibleAsync();
        await page.GetByLabel("Queue").SelectOptionAsync(new SelectOptionValue { Label = "Community guidelines" });
        await page.WaitForURLAsync(url => url.Contains("queue=", StringComparison.Ordinal));
        await Expect(bench.Task).ToBeVisibleAsync();
        await bench.JudgeAsync(site.Answer("community", await bench.TextAsync()));
        await Expect(page.GetByTestId("counts")).ToContainTextAsync("1 today");
        var waiting = await bench.WaitingAsync();

        // The queue retrains after twenty new labels; of the tasks a few are known answers, which make none.
        const int Judged = 25;
        for (var i = 1; i < Judged; i++)
        {
            await bench.JudgeAsync(site.Answer("community", await bench.TextAsync()));
        }

        await Expect(page.GetByTestId("counts")).ToContainTextAsync($"{Judged} today");
        (await bench.WaitingAsync()).ShouldBe(waiting - (Judged - 1));
        await Expect(bench.Loop).ToContainTextAsync("done · head 2", new() { Timeout = 60_000 });
        (await bench.Loop.InnerTextAsync()).ShouldContain("head 2 serves");

        // What was claimed ahead still shows the old head; the one after it is the first of the new order.
        int? head = null;
        for (var i = 0; i < 8 && head is not 2; i++)
        {
            await bench.JudgeAsync(site.Answer("community", await bench.TextAsync()));
            head = await bench.HeadAsync();
        }

        head.ShouldBe(2);
        var engineer = await site.SignedInAsync("engineer", "/models");
        await Expect(engineer.Locator("main")).ToContainTextAsync("Head 2 went into service");
    }

    [Fact]
    public async Task Wrong_role_is_refused_with_the_roles_that_it_needs()
    {
        var page = await site.SignedInAsync("moderator", "/models");

        await Expect(page.Locator("h1")).ToHaveTextAsync("Your role does not open this page");
        (await page.APIRequest.GetAsync(site.Address + "/jobs")).Status.ShouldNotBe(200);
    }

    [Fact]
    public async Task Draft_survives_a_dropped_connection_and_a_restart_of_the_server()
    {
        var page = await site.SignedInAsync("moderator2", "/review");
        var bench = new Bench(page);
        await Expect(bench.Task).ToBeVisibleAsync();
        var task = await bench.TaskIdAsync();
        await page.Keyboard.PressAsync("n");
        await page.Keyboard.TypeAsync("Looks like an old joke");

        await site.RestartServerAsync();

        // Typed while nobody listens.
        await page.Keyboard.TypeAsync(" from the show");
        await Expect(page.Locator(".workbench[data-task='" + task + "'] " + Bench.Note)).ToHaveValueAsync("Looks like an old joke from the show", new() { Timeout = 60_000 });
        await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();

        // Another window of the same reviewer: what the server keeps.
        await Expect(page.GetByTestId("draft")).ToBeVisibleAsync();
        await page.CloseAsync();
        var again = await page.Context.NewPageAsync();
        await again.GotoAsync("/review");
        await Expect(again.Locator(".workbench[data-task='" + task + "'] " + Bench.Note)).ToHaveValueAsync("Looks like an old joke from the show");
    }
}
