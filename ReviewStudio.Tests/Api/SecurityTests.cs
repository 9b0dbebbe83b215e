using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Security;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Api;

/// <summary>The front door of the whole product, as it is served in production.</summary>
public sealed class SecurityTests(TestWeb web) : IClassFixture<TestWeb>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/review")]
    [InlineData("/admin/accounts")]
    [InlineData("/admin/system")]
    [InlineData("/admin/jobs")]
    [InlineData("/account/me")]
    public async Task Stranger_is_led_to_the_sign_in_page(string path)
    {
        using var browser = web.Browser();

        var answer = await browser.GetAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().ShouldContain("/account/login?ReturnUrl=");
    }

    [Theory]
    [InlineData("/admin/accounts")]
    [InlineData("/admin/system")]
    [InlineData("/admin/jobs")]
    public async Task Moderator_is_refused_where_administrators_work_and_told_which_role_it_needs(string path)
    {
        using var browser = await web.SignedInAsync(Roles.Moderator);

        var answer = await browser.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var denied = await browser.GetAsync(answer.Headers.Location);

        denied.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await denied.Content.ReadAsStringAsync()).ShouldContain("It needs the role Admin.");
    }

    [Theory]
    [InlineData("/admin/accounts")]
    [InlineData("/admin/system")]
    [InlineData("/admin/jobs")]
    public async Task Administrator_opens_the_pages_of_administration(string path)
    {
        using var browser = await web.SignedInAsync(Roles.Admin);

        (await browser.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Unknown_address_is_answered_with_a_page_and_an_unknown_file_with_nothing()
    {
        using var browser = await web.SignedInAsync(Roles.Moderator);
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/adjudication");
        asked.Headers.Accept.ParseAdd("text/html");

        var page = await browser.SendAsync(asked);
        var file = await browser.GetAsync("/media/none.png");

        page.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await page.Content.ReadAsStringAsync()).ShouldContain("_framework/blazor.web");
        file.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await file.Content.ReadAsStringAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task First_look_at_the_own_account_ends_no_session_and_shows_a_key_that_stays()
    {
        using var browser = web.Browser();
        await web.AccountAsync("first-look@example.org", Roles.Moderator);
        await TestWeb.SignInAsync(browser, "first-look@example.org", TestWeb.Password);
        var before = await StampAsync();

        var first = await browser.GetStringAsync("/account/me");

        (await StampAsync()).ShouldBe(before, "every ticket and open page with the old stamp is refused after two minutes");
        (await browser.GetStringAsync("/account/me")).ShouldContain(Key(first));

        static string Key(string page) => page[page.IndexOf("otpauth://", StringComparison.Ordinal)..][..120];

        async Task<string?> StampAsync()
        {
            await using var scope = web.Services.CreateAsyncScope();
            var users = scope.ServiceProvider.GetRequiredService<Microsoft.AspNetCore.Identity.UserManager<Reviewer>>();
            return (await users.FindByEmailAsync("first-look@example.org"))!.SecurityStamp;
        }
    }

    [Theory]
    [InlineData("/account/login")]
    [InlineData("/health/live")]
    [InlineData("/no-such-page")]
    public async Task Every_answer_carries_the_protective_headers(string path)
    {
        using var browser = web.Browser();

        var headers = (await browser.GetAsync(path)).Headers;

        var policy = string.Join(' ', headers.GetValues("Content-Security-Policy"));
        policy.ShouldContain("script-src 'self';");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe-eval");
        headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
        headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"]);
    }

    [Fact]
    public async Task Sign_in_page_shows_no_demo_account_outside_demo_mode()
    {
        using var browser = web.Browser();

        (await browser.GetStringAsync("/account/login")).ShouldNotContain("demo", Case.Insensitive);
    }

    [Fact]
    public async Task Sign_in_without_the_page_s_own_token_is_refused()
    {
        var email = $"{Guid.NewGuid():N}@example.org";
        await web.AccountAsync(email, Roles.Admin);
        using var browser = web.Browser();

        var answer = await browser.PostAsync("/account/login", new FormUrlEncodedContent(
            [new("_handler", "login"), new("Input.Email", email), new("Input.Password", TestWeb.Password), new("Input.Credential", "")]));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    public async Task Sign_in_leads_to_no_other_site(string target)
    {
        var email = $"{Guid.NewGuid():N}@example.org";
        await web.AccountAsync(email, Roles.Admin);
        using var browser = web.Browser();

        var answer = await TestWeb.SignInAsync(browser, email, TestWeb.Password, $"?ReturnUrl={Uri.EscapeDataString(target)}");

        new Uri(web.Address, answer.Headers.Location!).ShouldBe(new Uri(web.Address, "/"));
    }

    [Fact]
    public async Task Eight_wrong_passwords_lock_the_account_and_a_new_password_unlocks_it()
    {
        var email = $"{Guid.NewGuid():N}@example.org";
        var id = await web.AccountAsync(email, Roles.Moderator);
        using var browser = web.Browser();
        for (var i = 0; i < 8; i++)
        {
            (await TestWeb.SignInAsync(browser, email, "wrong wrong wrong")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var locked = await TestWeb.SignInAsync(browser, email, TestWeb.Password);
        (await locked.Content.ReadAsStringAsync()).ShouldContain("The account is locked");
        var link = await Get<IssuePasswordLink>().RunAsync(id, Actor.System, CancellationToken.None);
        await TestWeb.PostAsync(
            browser, $"/account/password?token={link.Token}", ("_handler", "set-password"), ("Input.Password", "a wholly new password"), ("Input.Again", "a wholly new password"));

        (await TestWeb.SignInAsync(browser, email, "a wholly new password")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Deactivated_account_cannot_sign_in()
    {
        var email = $"{Guid.NewGuid():N}@example.org";
        var id = await web.AccountAsync(email, Roles.Moderator);
        await Get<SetAccountActive>().RunAsync(new AccountActivation(id, false), Actor.System, CancellationToken.None);
        using var browser = web.Browser();

        var answer = await TestWeb.SignInAsync(browser, email, TestWeb.Password);

        (await answer.Content.ReadAsStringAsync()).ShouldContain("may not sign in");
    }

    [Fact]
    public async Task Health_answers_strangers()
    {
        using var browser = web.Browser();

        (await browser.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await browser.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Setup_link_is_worthless_once_there_is_an_administrator()
    {
        await web.AccountAsync($"{Guid.NewGuid():N}@example.org", Roles.Admin);
        var token = Get<SetupLink>().Issue();
        using var browser = web.Browser();

        (await browser.GetStringAsync($"/setup?token={token}")).ShouldContain("has been used or has run out");
    }

    private T Get<T>()
        where T : notnull => web.Services.GetRequiredService<T>();
}
