using Microsoft.Playwright;

namespace ReviewStudio.Tests.Browser;

internal static class FileChoice
{
    /// <summary>Chooses a file once the page listens: nobody is as fast as a test, which could choose before.</summary>
    public static async Task ChooseFileAsync(this IPage page, FilePayload file)
    {
        var input = page.Locator("input[type=file]");
        while (!await input.EvaluateAsync<bool>("e => e._blazorInputFileNextFileId !== undefined"))
        {
            await page.WaitForTimeoutAsync(50);
        }

        await input.SetInputFilesAsync(file);
    }
}
