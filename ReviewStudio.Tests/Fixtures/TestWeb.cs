using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Cli;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Hosting;
using Xunit;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>
/// The whole product as it is served in production, on a port of its own and an empty data folder, without demo. Tests
/// of one class share it.
/// </summary>
public sealed partial class TestWeb : IAsyncLifetime
{
    public const string Password = "seven small green boats";

    private readonly string _folder = SharedEncoders.In(Path.Combine(Path.GetTempPath(), "reviewstudio-tests", Guid.NewGuid().ToString("N")));
    private WebApplication _app = null!;

    public Uri Address => new(_app.Urls.First());

    public IServiceProvider Services => _app.Services;

    public async ValueTask InitializeAsync()
    {
        _app = StudioHost.BuildWeb(new HostArguments(_folder, ["--environment=Production", "--urls=http://127.0.0.1:0", "--SignIn:PostsPerMinute=1000"]));
        await StudioHost.PrepareAsync(_app.Services, CancellationToken.None);
        await _app.StartAsync();
    }

    /// <summary>A browser without JavaScript: keeps cookies, follows nothing.</summary>
    public HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address };

    /// <summary>An account with the usual password.</summary>
    public async Task<Guid> AccountAsync(string email, params string[] roles)
    {
        var form = new AccountForm { Email = email, Name = email.Split('@')[0], Roles = new SortedSet<string>(roles, StringComparer.Ordinal) };
        var id = await Services.GetRequiredService<CreateAccount>().RunAsync(form, Actor.System, CancellationToken.None);
        var link = await Services.GetRequiredService<IssuePasswordLink>().RunAsync(id, Actor.System, CancellationToken.None);
        await Services.GetRequiredService<SetPasswordByLink>().RunAsync(new PasswordByLink(link.Token, Password), CancellationToken.None);
        return id;
    }

    /// <summary>A browser signed in to a new account with these roles.</summary>
    public async Task<HttpClient> SignedInAsync(params string[] roles)
    {
        var email = $"{Guid.NewGuid():N}@example.org";
        await AccountAsync(email, roles);
        var browser = Browser();
        var answer = await SignInAsync(browser, email, Password);
        return answer.StatusCode == HttpStatusCode.Redirect ? browser : throw new InvalidOperationException($"Signing in answered {answer.StatusCode}.");
    }

    public static Task<HttpResponseMessage> SignInAsync(HttpClient browser, string email, string password, string query = "") => PostAsync(
        browser, "/account/login" + query, ("_handler", "login"), ("Input.Email", email), ("Input.Password", password), ("Input.Credential", ""));

    /// <summary>Opens a page and posts its form with the page's own antiforgery token.</summary>
    public static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string page, params (string Name, string Value)[] fields)
    {
        var html = await browser.GetStringAsync(page);
        var token = AntiforgeryToken().Match(html).Groups[1].Value;
        return await browser.PostAsync(page, new FormUrlEncodedContent(
            fields.Append(("__RequestVerificationToken", token)).Select(f => KeyValuePair.Create(f.Item1, f.Item2))));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AntiforgeryToken();
}
