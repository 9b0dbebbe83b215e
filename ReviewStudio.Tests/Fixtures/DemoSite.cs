using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ReviewStudio.Tests.Architecture;
using Xunit;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>
/// The program as a newcomer finds it once the demo content is there, in a process and a data folder of its own, and
/// Debian's Chromium to look at it. Tests of one class share it; each signs in anew.
/// </summary>
public sealed partial class DemoSite : IAsyncLifetime
{
    public const string Password = "demo-review-2026";

    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    /// <summary>A folder that a newcomer's first start has filled: each site begins with a copy, as filling takes longer than all else.</summary>
    private static readonly Lazy<Task<string>> Filled = new(FillAsync);

    private readonly string _folder = SharedEncoders.In(Path.Combine(Path.GetTempPath(), "reviewstudio-tests", Guid.NewGuid().ToString("N")));
    private readonly Lazy<Dictionary<string, (string Policy, string Label)>> _answers = new(ReadAnswers);
    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);
    private Process? _server;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public string Address { get; private set; } = "";

    public string Folder => _folder;

    private static string? Chromium => Browsers.FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Chromium is null)
        {
            return;
        }

        // A machine that is busy with other tests paints later, not otherwise.
        Assertions.SetDefaultExpectTimeout(20_000);
        Copy(await Filled.Value, _folder);
        await StartServerAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,
            Args = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
        });
    }

    /// <summary>A browser of its own, at the size of a small laptop.</summary>
    public async Task<IPage> PageAsync(ColorScheme scheme = ColorScheme.Light, string? cookies = null)
    {
        Assert.SkipWhen(_browser is null, "Chromium is not here; ./test.sh installs it");
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address,
            ViewportSize = new ViewportSize { Width = 1366, Height = 768 },
            ColorScheme = scheme,
            StorageState = cookies,
        });
        return await context.NewPageAsync();
    }

    /// <summary>A page of somebody who signed in when first asked for: their cookies in a browser of its own.</summary>
    public async Task<IPage> OpenedAsync(string account, string path, ColorScheme scheme = ColorScheme.Light)
    {
        if (_cookies.TryGetValue(account, out var cookies))
        {
            var page = await PageAsync(scheme, cookies);
            await page.GotoAsync(path);
            return page;
        }

        var first = await SignedInAsync(account, path, scheme);
        _cookies[account] = await first.Context.StorageStateAsync();
        return first;
    }

    /// <summary>Signs in by keyboard alone and waits for the page that was asked for.</summary>
    public async Task<IPage> SignedInAsync(string account, string path, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await PageAsync(scheme);
        await page.GotoAsync(path);
        // The page is there before its first field has the focus.
        await page.Locator("input:focus").WaitForAsync();
        await page.Keyboard.TypeAsync($"{account}@demo.example");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(Password);
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync(url => !url.Contains("/account/login", StringComparison.Ordinal));
        return page;
    }

    /// <summary>The right answer to a demo text.</summary>
    public string Answer(string policy, string text) =>
        _answers.Value.TryGetValue(Squeezed(text), out var known) && known.Policy == policy
            ? known.Label
            : throw new InvalidOperationException($"No demo item of policy '{policy}' reads “{text}”.");

    /// <summary>Ends the server as a power cut does, and starts it again on the same folder and port.</summary>
    public async Task RestartServerAsync()
    {
        await StudioProgram.KillAsync(_server!);
        await StartServerAsync(Address.Replace("localhost", "127.0.0.1", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_server is { HasExited: false })
        {
            await StudioProgram.KillAsync(_server);
        }

        _server?.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task StartServerAsync(string address = "http://127.0.0.1:0")
    {
        (_server, var listening) = await ServeAsync(_folder, address);

        // By name, since passkeys belong to a name and never to an address.
        Address = listening.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
    }

    private static async Task<string> FillAsync()
    {
        var folder = SharedEncoders.In(Directory.CreateTempSubdirectory("reviewstudio-demo-").FullName);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var (server, _) = await ServeAsync(folder, "http://127.0.0.1:0");
        await StudioProgram.KillAsync(server);
        server.Dispose();
        return folder;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        // What is there already leads elsewhere: the encoders.
        foreach (var folder in Directory.EnumerateDirectories(from).Select(f => Path.GetFileName(f)).Where(f => !Directory.Exists(Path.Combine(to, f))))
        {
            Copy(Path.Combine(from, folder), Directory.CreateDirectory(Path.Combine(to, folder)).FullName);
        }
    }

    /// <returns>The program once it listens, and where.</returns>
    private static async Task<(Process Server, string Address)> ServeAsync(string folder, string address)
    {
        var server = StudioProgram.Start(
            ["serve", "--urls", address, "--data-folder", folder, "--SignIn:PostsPerMinute=1000"], ("ASPNETCORE_ENVIRONMENT", "Development"));
        var said = new List<string>();
        while (await server.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (Listening().Match(line) is { Success: true } match)
            {
                _ = server.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return (server, match.Groups[1].Value);
            }
        }

        throw new InvalidOperationException("The program ended before it listened:\n" + string.Join('\n', said));
    }

    private static Dictionary<string, (string Policy, string Label)> ReadAnswers() =>
        File.ReadLines(Path.Combine(Repository.Root, "ReviewStudio", "Hosting", "Demo", "items.jsonl"))
            .Where(line => line.Length > 0)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(
                item => Squeezed(item.GetProperty("text").GetString()!),
                item => (item.GetProperty("policy").GetString()!, item.GetProperty("label").GetString()!),
                StringComparer.Ordinal);

    private static string Squeezed(string text) => Spaces().Replace(text, " ").Trim();

    [GeneratedRegex(@"Now listening on: (http://\S+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
