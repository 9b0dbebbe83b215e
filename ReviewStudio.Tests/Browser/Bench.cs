using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Shouldly;

namespace ReviewStudio.Tests.Browser;

/// <summary>The workbench as its reviewer sees it.</summary>
internal sealed partial class Bench(IPage page)
{
    public const string Note = "#bench-note";

    /// <summary>A task on screen, once keys are listened to.</summary>
    public ILocator Task => page.Locator("body[data-keys=workbench] .workbench[data-state=task]");

    /// <summary>What the foot says about the training loop.</summary>
    public ILocator Loop => page.GetByTestId("loop");

    public Task<string> TaskIdAsync() => Task.GetAttributeAsync("data-task").ContinueWith(t => t.Result ?? "", TaskScheduler.Default);

    public async Task<string> TextAsync() => await page.Locator(".text-part").First.TextContentAsync() ?? "";

    /// <summary>The number of the head whose prediction is shown; null on a blind task.</summary>
    public async Task<int?> HeadAsync() =>
        HeadNumber().Match(await page.Locator(".why").InnerTextAsync()) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : null;

    public async Task<int> WaitingAsync() =>
        int.Parse((await page.GetByTestId("counts").Locator("strong").First.InnerTextAsync()).Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    /// <summary>Presses the key of a label and waits until the next task is there.</summary>
    public async Task JudgeAsync(string labelKey)
    {
        var before = await TaskIdAsync();
        await page.Keyboard.PressAsync(await page.Locator($"[data-label={labelKey}] kbd").InnerTextAsync());
        await page.Locator($".workbench:not([data-task='{before}'])").WaitForAsync();
    }

    /// <summary>Judges what chance drew for audit, where nothing is told, until a task with its prediction is there.</summary>
    public async Task PassBlindAsync()
    {
        await Assertions.Expect(Task).ToBeVisibleAsync();
        while ((await page.Locator(".why").First.InnerTextAsync()).Contains("blind", StringComparison.Ordinal))
        {
            (await page.GetByTestId("copies").CountAsync()).ShouldBe(0);
            (await page.GetByTestId("influences").CountAsync()).ShouldBe(0);
            await JudgeAsync("harassment");
            await Assertions.Expect(Task).ToBeVisibleAsync();
        }
    }

    [GeneratedRegex(@"head (\d+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HeadNumber();
}
