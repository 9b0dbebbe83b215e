using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using ReviewStudio.Cli;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Hosting;
using ReviewStudio.Tests.Browser;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ReviewStudio.Tests.Recovery;

/// <summary>A reviewer's browser, whose node is killed in the middle of an answer or asked to end.</summary>
public sealed class MovedReviewerTests
{
    private const string Email = "ada@example.org";
    private const string Begun = "half a thought";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string[] Webs = ["http://127.0.0.1:5470", "http://127.0.0.1:5471"];

    [Fact]
    public async Task Reviewer_of_a_killed_node_finds_task_and_draft_at_the_other_under_the_same_sign_in_and_hears_of_work_from_elsewhere()
    {
        await using var desk = await Desk.OpenAsync("the only post");
        var (studio, page, bench) = (desk.Studio, desk.Page, desk.Bench);
        var task = await bench.TaskIdAsync();
        await page.Keyboard.PressAsync("n");
        await page.Locator(Bench.Note).FillAsync(Begun);
        await UntilAsync(async () => await studio.Database.ReadAsync(db => db.Set<Draft>().AnyAsync(d => d.ContentJson.Contains(Begun)), None));

        await StudioProgram.KillAsync(desk.Nodes[0]);
        await page.GotoAsync(Webs[1] + "/review");

        page.Url.ShouldNotContain("/account/login", Case.Insensitive, "the sign-in of one node holds at the other");
        await Expect(bench.Task).ToBeVisibleAsync();
        (await bench.TaskIdAsync()).ShouldBe(task);
        await Expect(page.Locator(Bench.Note)).ToHaveValueAsync(Begun);

        // Nothing is left after this one; what another process adds comes to the open page by itself.
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync(await page.Locator("[data-label=bad] kbd").InnerTextAsync());
        await Expect(page.Locator(".workbench[data-state=task]")).ToHaveCountAsync(0);
        await studio.AddTextsAsync(desk.Queue, ["a post from elsewhere"]);
        await Expect(bench.Task).ToBeVisibleAsync();
        (await studio.Database.ReadAsync(db => db.Set<Verdict>().SingleAsync(), None)).Note.ShouldBe(Begun);
    }

    [Fact]
    public async Task Node_that_is_asked_to_end_gives_back_what_nobody_looks_at_and_leaves_the_task_on_screen_to_its_reviewer()
    {
        await using var desk = await Desk.OpenAsync([.. Enumerable.Range(0, 20).Select(i => $"post {i}")]);
        Task<int> HeldAsync() => desk.Studio.Database.ReadAsync(db => db.Set<ReviewTask>().CountAsync(t => t.State == TaskState.Leased), None);
        var node = desk.Nodes[0];
        var task = await desk.Bench.TaskIdAsync();
        await UntilAsync(async () => await HeldAsync() > 1);

        using (var ask = Process.Start("kill", ["-TERM", node.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await ask.WaitForExitAsync(None);
        }

        var ending = Stopwatch.StartNew();
        await node.WaitForExitAsync(None).WaitAsync(TimeSpan.FromSeconds(60), None);

        node.ExitCode.ShouldBe(0, $"it ended after {ending.Elapsed.TotalSeconds:0.0} s");
        (await HeldAsync()).ShouldBe(1, "what was fetched ahead is back in line, and only that");
        await desk.Page.GotoAsync(Webs[1] + "/review");
        await Expect(desk.Bench.Task).ToBeVisibleAsync();
        (await desk.Bench.TaskIdAsync()).ShouldBe(task);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var tries = 0; !await holds(); tries++)
        {
            tries.ShouldBeLessThan(300, "it never came to be");
            await Task.Delay(100, None);
        }
    }

    /// <summary>Two web nodes on one PostgreSQL, and Ada signed in at the first with a task before her.</summary>
    private sealed class Desk : IAsyncDisposable
    {
        private IPlaywright? _playwright;
        private IBrowser? _browser;

        private Desk(TestStudio studio, ReviewQueue queue) => (Studio, Queue) = (studio, queue);

        public TestStudio Studio { get; }

        public ReviewQueue Queue { get; }

        public List<Process> Nodes { get; } = [];

        public IPage Page { get; private set; } = null!;

        public Bench Bench { get; private set; } = null!;

        public static async Task<Desk> OpenAsync(params string[] posts)
        {
            Assert.SkipWhen(!File.Exists("/usr/bin/chromium"), "Chromium is not here; ./test.sh installs it");
            var studio = await TestStudio.StartAsync(s => s.AddSingleton(TimeProvider.System), engine: TestEngine.PostgreSql);
            var desk = new Desk(studio, await studio.QueueAsync("posts", ["fine", "bad"]));
            try
            {
                await studio.AddTextsAsync(desk.Queue, posts);
                await desk.StartAsync();
                return desk;
            }
            catch
            {
                await desk.DisposeAsync();
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_browser is not null)
            {
                await _browser.DisposeAsync();
            }

            _playwright?.Dispose();
            foreach (var node in Nodes)
            {
                await StudioProgram.KillAsync(node);
                node.Dispose();
            }

            await Studio.DisposeAsync();
        }

        private async Task StartAsync()
        {
            var connection = await Studio.Database.ReadAsync(db => Task.FromResult(db.Database.GetConnectionString()!), None);
            await AccountAsync(connection);
            Nodes.AddRange(Webs.Select(web => SeveralNodesTests.Serve(Studio, connection, "web", web)));
            await SeveralNodesTests.ReadyAsync(Webs);
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = "/usr/bin/chromium", Args = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
            });
            SetDefaultExpectTimeout(30_000);
            Page = await _browser.NewPageAsync();
            Bench = new Bench(Page);
            await SignInAsync();
            await Expect(Bench.Task).ToBeVisibleAsync();
        }

        private async Task SignInAsync()
        {
            await Page.GotoAsync(Webs[0] + "/review");
            await Page.Keyboard.TypeAsync(Email);
            await Page.Keyboard.PressAsync("Tab");
            await Page.Keyboard.TypeAsync(TestWeb.Password);
            await Page.Keyboard.PressAsync("Enter");
            await Page.WaitForURLAsync(url => !url.Contains("/account/login", StringComparison.Ordinal));
        }

        /// <summary>By the services of a node that serves nothing.</summary>
        private async Task AccountAsync(string connection)
        {
            using var host = StudioHost.BuildQuiet(new HostArguments(Studio.Folders.Root, ["--Demo:Enabled=false", "--Storage:Provider=PostgreSql", $"--Storage:ConnectionString={connection}"]));
            await StudioHost.PrepareAsync(host.Services, None);
            var form = new AccountForm { Email = Email, Name = "Ada", Roles = new SortedSet<string>([Roles.Moderator], StringComparer.Ordinal) };
            var id = await host.Services.GetRequiredService<CreateAccount>().RunAsync(form, Actor.System, None);
            var link = await host.Services.GetRequiredService<IssuePasswordLink>().RunAsync(id, Actor.System, None);
            await host.Services.GetRequiredService<SetPasswordByLink>().RunAsync(new PasswordByLink(link.Token, TestWeb.Password), None);
        }
    }
}
