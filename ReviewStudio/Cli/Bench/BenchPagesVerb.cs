using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue.Counting;
using ReviewStudio.Core.Review;
using ReviewStudio.Hosting;

namespace ReviewStudio.Cli.Bench;

/// <summary>How long the pages take over a large installation.</summary>
internal sealed partial class BenchPagesVerb : IBenchVerb
{
    private const string Password = "seven small green boats";
    private static readonly string[] NotMeasured = ["/Error", "/not-found", "/account"];

    private readonly BenchOptions _shared = new();
    private readonly Option<int> _verdicts = new("--verdicts") { Description = "Verdicts that were given before.", DefaultValueFactory = _ => 50_000 };
    private readonly Option<bool> _reuse = new("--reuse") { Description = "Measure a database that an earlier run has filled; with --connection, and the same --verdicts to be told of." };
    private readonly Option<int> _rounds = new("--rounds") { Description = "How often each page is asked for.", DefaultValueFactory = _ => 10 };

    public Command Build(GlobalOptions options)
    {
        var command = new Command("pages", """
            Fill an installation with waiting tasks and a past, serve it, sign in as each role and ask for every page; then ask
            for what the pages show once their connection stands, and for what workers ask for every few seconds. A page that a
            role may not open is not counted for it, nor is the first request of each.

            Example: reviewstudio bench pages --items 1000000 --verdicts 500000 --provider PostgreSql --json
            """) { _verdicts, _rounds, _reuse };
        _shared.AddTo(command);
        command.SetAction((parsed, stop) => CommandLine.GuardAsync(() => RunAsync(parsed, parsed.GetValue(options.Json), stop)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, bool json, CancellationToken stop)
    {
        var (items, verdicts, seed) = (parsed.GetValue(_shared.Items), parsed.GetValue(_verdicts), parsed.GetValue(_shared.Seed));
        await using var studio = await BenchStudio.StartAsync(parsed, _shared, stop, parsed.GetValue(_reuse));
        var watch = Stopwatch.StartNew();
        var reviewers = await new ReviewFill(studio.Database, await studio.QueueAsync(stop), seed).RunAsync(items, 50, 0, stop, new PagesFill(studio.Database, await studio.QueueAsync(stop), verdicts, seed));
        if (studio.Connection is not null && !parsed.GetValue(_reuse))
        {
            await studio.Database.ReadAsync(
                db =>
                {
                    db.Database.SetCommandTimeout(0);
                    return db.Database.ExecuteSqlRawAsync("ANALYZE", stop);
                },
                stop);
        }

        var filling = watch.Elapsed.TotalSeconds;
        // What the workers do by and by is done at once.
        watch.Restart();
        await studio.Services.GetRequiredService<CountVerdicts>().RunAsync(stop);
        await studio.Services.GetRequiredService<CountQueues>().RunAsync(stop);
        var counting = watch.Elapsed.TotalSeconds;
        var asking = new PageCalls(studio.Services, await studio.QueueAsync(stop), reviewers[0], stop);
        var figures = await asking.KeepFiguresAsync();
        var calls = await asking.MeasureAsync(parsed.GetValue(_rounds));
        var pages = await MeasureAsync(studio, parsed.GetValue(_rounds), stop);
        pages.AddRange(calls.Select(c => new Page(c.Name, c.Times)));
        var worst = pages.MaxBy(p => p.Times.P99)!;
        var all = pages.SelectMany(p => p.All).ToList();
        var result = new BenchResult("pages", studio.Database.Provider.Name, items, 1, all.Count / (all.Sum() / 1_000))
        {
            Times = BenchTimes.Of(all),
            More = new
            {
                verdicts, worst = worst.Name, worst_p99_ms = worst.Times.P99, filling_s = Math.Round(filling, 1), counting_s = Math.Round(counting, 1), figures_s = figures,
                first_visits_ms = calls.OrderByDescending(c => c.First).ToDictionary(c => c.Name, c => Math.Round(c.First, 1)),
                pages = pages.OrderByDescending(p => p.Times.P99).Select(p => new { page = p.Name, p50_ms = p.Times.P50, p95_ms = p.Times.P95, p99_ms = p.Times.P99 }),
            },
        };
        await _shared.TellAsync(parsed, json, result, $"{pages.Count} pages over {items:N0} tasks and {verdicts:N0} verdicts; the slowest is {worst.Name}: p99 {worst.Times.P99} ms");
        return 0;
    }

    private static async Task<List<Page>> MeasureAsync(BenchStudio studio, int rounds, CancellationToken stop)
    {
        await using var site = StudioHost.BuildWeb(new HostArguments(studio.Folder, ["--environment=Production", "--urls=http://127.0.0.1:0", "--SignIn:PostsPerMinute=1000", "--Demo:Enabled=false", "--Serilog:MinimumLevel:Default=Error", "--Serilog:MinimumLevel:Override:Microsoft.AspNetCore=Error", "--Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime=Error", .. studio.Arguments]));
        await StudioHost.PrepareAsync(site.Services, stop);
        await site.StartAsync(stop);
        var routes = typeof(StudioHost).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes(typeof(RouteAttribute), inherit: false).Cast<RouteAttribute>()).Select(r => r.Template)
            .Where(r => !r.Contains('{', StringComparison.Ordinal) && !NotMeasured.Any(n => r.StartsWith(n, StringComparison.OrdinalIgnoreCase))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var pages = new List<Page>();
        foreach (var role in new[] { Roles.Admin, Roles.PolicyLead, Roles.MLEngineer, Roles.Moderator })
        {
            using var browser = await SignInAsync(site.Services, new Uri(site.Urls.First()), role, stop);
            foreach (var route in routes)
            {
                var times = new List<double>(rounds);
                for (var i = 0; i <= rounds; i++)
                {
                    var started = Stopwatch.GetTimestamp();
                    using var answer = await browser.GetAsync(new Uri(route, UriKind.Relative), stop);
                    await answer.Content.ReadAsByteArrayAsync(stop);
                    if (answer.StatusCode != HttpStatusCode.OK)
                    {
                        break;
                    }

                    times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }

                if (times.Count > 1)
                {
                    pages.Add(new Page($"{route} as {role}", times[1..]));
                }
            }
        }

        await site.StopAsync(stop);
        return pages;
    }

    private static async Task<HttpClient> SignInAsync(IServiceProvider services, Uri address, string role, CancellationToken stop)
    {
        var email = $"{role.ToLowerInvariant()}@example.org";
        var known = (await services.GetRequiredService<ListAccounts>().RunAsync(Actor.System, stop)).FirstOrDefault(a => string.Equals(a.Email, email, StringComparison.Ordinal));
        var id = known?.Id ?? await services.GetRequiredService<CreateAccount>().RunAsync(new AccountForm { Email = email, Name = role, Roles = new SortedSet<string>([role], StringComparer.Ordinal) }, Actor.System, stop);
        var link = await services.GetRequiredService<IssuePasswordLink>().RunAsync(id, Actor.System, stop);
        await services.GetRequiredService<SetPasswordByLink>().RunAsync(new PasswordByLink(link.Token, Password), stop);
        var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = address };
        var form = await browser.GetStringAsync(new Uri("/account/login", UriKind.Relative), stop);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["_handler"] = "login", ["Input.Email"] = email, ["Input.Password"] = Password, ["Input.Credential"] = "", ["__RequestVerificationToken"] = Token().Match(form).Groups[1].Value,
        };
        using var content = new FormUrlEncodedContent(fields);
        using var answer = await browser.PostAsync(new Uri("/account/login", UriKind.Relative), content, stop);
        return answer.StatusCode == HttpStatusCode.Redirect ? browser : throw new InvalidOperationException($"Signing in as {role} answered {answer.StatusCode}.");
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();

    private sealed record Page(string Name, IReadOnlyList<double> All)
    {
        public BenchTimes Times { get; } = BenchTimes.Of(All)!;
    }
}
